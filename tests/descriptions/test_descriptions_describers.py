from __future__ import annotations

from pathlib import Path

import pytest

from temadapter.descriptions.describers import fingerprint, get_describer, in_words
from temadapter.errors import ConfigError

RULES = "rules:\n  - question: '^who is it\\?$'\n    write: 'it is {option}'\n"


def test_raw_is_the_options_as_they_are() -> None:
    assert get_describer("raw")("Who is it?", ["a cat", "", "a dog"]) == ("a cat", "", "a dog")


def test_a_file_of_rules_that_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(RULES, encoding="utf-8")
    assert get_describer(f"rules:{file}")("Who is it?", ("a cat",)) == ("It is a cat.",)
    before = fingerprint(f"rules:{file}")
    file.write_text(RULES.replace("it is", "there is"), encoding="utf-8")
    assert get_describer(f"rules:{file}")("Who is it?", ("a cat",)) == ("There is a cat.",)
    assert fingerprint(f"rules:{file}") != before


def test_fingerprint_is_of_the_content_not_of_the_place(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(RULES, encoding="utf-8")
    (tmp_path / "c.yaml").write_bytes(
        b"\xef\xbb\xbf" + RULES.replace("\n", "\r\n").encode()
    )  # saved on Windows
    assert len({fingerprint(f"rules:{tmp_path / name}") for name in ("a.yaml", "b.yaml", "c.yaml")}) == 1
    assert fingerprint("rules") == fingerprint("raw") == ""
    assert fingerprint("rules:traffic")


@pytest.mark.parametrize("spec", ["rules:\0", "rules:.", "rules:nowhere/mine.yaml"])
def test_rules_that_cannot_be_read_are_one_clear_error(spec: str) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read.*bundled one: traffic"):
        get_describer(spec)


def test_a_folder_that_is_not_there_is_not_looked_for_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no folder"):
        get_describer(f"dir:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("raw", "the options as they are"),
        ("rules", "event descriptions"),
        ("rules:runs/a/rules.yaml", "event descriptions by rules, those of rules.yaml first"),
        ("rules:traffic", "event descriptions by rules, those of traffic first"),
        ("hf:someone/qa2d", "event descriptions by the model hf:someone/qa2d"),
    ],
)
def test_in_words(spec: str, words: str) -> None:
    assert in_words(spec) == words
