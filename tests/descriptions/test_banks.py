from __future__ import annotations

from pathlib import Path

import pytest

from temadapter.descriptions.banks import bank_names, choose_bank, load_bank
from temadapter.errors import ConfigError


@pytest.mark.parametrize("name", bank_names())
def test_every_bundled_bank_has_different_sentences(name: str) -> None:
    bank = load_bank(name)
    sentences = (*bank.sentences("the red car"), *bank.scene)
    assert len(set(sentences)) == len(sentences) > 20
    assert not any("{" in sentence for sentence in sentences)


def test_the_bank_of_the_domain_is_chosen() -> None:
    crossroads = [
        "The red car stopped.",
        "The blue bus turned left at the crossing.",
        "The weather is rainy.",
    ]
    assert choose_bank(crossroads) == "crossroads"
    assert choose_bank(["The white sedan hit the van.", "A truck overtook the SUV."]) == "traffic"
    assert choose_bank(["The woman opens the box.", "The dog sleeps."]) == "general"
    assert choose_bank([]) == "general"
    assert choose_bank(["", ""]) == "general"


def test_a_bank_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "kitchen.yaml"
    path.write_text("about: ['{e}', 'a clean {n}']\nscene: [a kitchen]\n", encoding="utf-8")
    bank = load_bank(str(path))
    assert bank.sentences("the pan") == ("the pan", "a clean pan")
    assert bank.find("The cook holds the pan.") == ("the cook", "the pan")
    assert bank.rename("The cook holds the pan.") == "The cook holds the pan."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("about: []", "no sentences about an entity"),
        ("scene: [a kitchen]", "no sentences about an entity"),
        ("about: ['a kitchen']", "must name its entity"),
        ("about: ['{x} here']", "must name its entity"),
        ("about: ['{e:>1500000000}']", "must name its entity as {e}"),
        ("about: ['{n!r}']", "must name its entity as {e}"),
        ("about: ['{e']", "cannot be filled in"),
        ("about: [1]", "must be a list of texts"),
        ("about: ['{e}']\nscenes: [x]", "Did you mean 'scene'"),
        ("about: ['{e}']\nentities: '('", "not a regular expression"),
        ("- a", "must hold `about:`"),
        ("a: [", "is not YAML"),
    ],
)
def test_what_is_wrong_with_a_bank_is_said(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bank.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_bank(str(path))


def test_an_unknown_bank_names_the_closest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'traffic'"):
        load_bank("trafic")
