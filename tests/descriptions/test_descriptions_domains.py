from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from temadapter.descriptions import describe, describe_all, get_describer
from temadapter.descriptions.domains import bundled, load_rules
from temadapter.errors import ConfigError

RULES = r"""
rules:
  - question: '^what breed is (?P<dog>.+)\?$'
    write: '{dog} belongs to the {option} breed'
    replace: {'^others?$': unknown}
  - question: '^did (?P<who>.+) stop\?$'
    yes: '{who} came to a stop'
    no: '{who} went on'
    link: ' since '
  - question: '^where'
    option: '^from'
    write: 'it came {option}'
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dogs.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_rules_of_a_file_go_first_and_leave_the_rest(file: Path) -> None:
    own = get_describer(f"rules:{file}")
    assert own("What breed is the dog?", ("Poodle", "Others", "")) == (
        "The dog belongs to the poodle breed.",
        "The dog belongs to the unknown breed.",
        "",
    )
    assert own("Did the bus stop?", ("Yes", "No, it was late")) == (
        "The bus came to a stop.",
        "The bus went on since it was late.",
    )
    assert own("Where did it come from?", ("From here", "garden")) == (
        "It came from here.",
        "It came from a garden.",
    )
    assert own("Is it raining?", ("No",)) == describe_all("Is it raining?", ("No",))
    assert describe("Did the bus stop?", "Yes") == "The bus stopped."  # nothing is left behind


def test_the_bundled_rules_are_known_by_name() -> None:
    assert "traffic" in bundled()
    assert len(load_rules("traffic")) >= 10


def test_bare_yes_and_no_are_fields_though_yaml_reads_them_as_truth(tmp_path: Path) -> None:
    path = tmp_path / "bare.yaml"
    path.write_text("rules:\n- question: '^is it'\n  yes: 'so it is'\n  no: 'it is not'\n")
    assert get_describer(f"rules:{path}")("Is it?", ("yes",)) == ("So it is.",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no rules"),
        ("rules: []", "holds no rules"),
        ("rules: [", "is not YAML"),
        ("rules: [3]", "rule 1 is not a mapping"),
        ("rules: [{question: a}]", "has no `write`"),
        ("rules: [{question: a, 'yes': b}]", "has no `no`"),
        ("rules: [{question: '(', write: a}]", "not a regular expression"),
        ("rules: [{question: a, write: '{who}'}]", "'who'"),
        ("rules: [{question: a, write: '{'}]", "cannot be filled in"),
        ("rules: [{question: a, write: b, opton: c}]", "Did you mean 'option'?"),
        ("rules: [{question: a, write: b, replace: c}]", "`replace` is not a mapping"),
        ("rules: [{question: a, write: b, option: '['}]", "not a regular expression"),
    ],
)
def test_a_wrong_file_is_one_clear_error(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_rules(str(path))
    assert says in str(caught.value)
    assert "wrong.yaml" in str(caught.value)


def test_a_missing_file() -> None:
    with pytest.raises(ConfigError, match=r"cannot be read.*bundled one: traffic"):
        load_rules("nowhere.yaml")


@pytest.mark.parametrize("spec", ["rule", "rules:", "hf:", "spacy:en", ""])
def test_unknown_ways_of_describing(spec: str) -> None:
    with pytest.raises(ConfigError, match="rules:FILE"):
        get_describer(spec)


@pytest.mark.parametrize(("key", "number"), [("question", 1), ("option", 2), ("replace", 3)])
def test_a_pattern_that_takes_ages_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, number: int
) -> None:
    monkeypatch.setattr("temadapter.descriptions.user_patterns.LIMIT", 0.05)
    slow, entry = "(?:a|aa)+$", {"question": "^(?P<q>w.*)", "write": "{option}"}
    ordinary = {"question": "^never", "write": "{option}"}
    rule = entry | {"replace": {slow: "x"}} if key == "replace" else entry | {key: slow}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump({"rules": [ordinary] * (number - 1) + [rule]}))
    describer = get_describer(f"rules:{tmp_path / 'own.yaml'}")
    long = "a" * 300 + "!b"
    with pytest.raises(ConfigError) as error:
        describer(f"w{long}?", (long, "b"))
    assert f"own.yaml, rule {number}, {key}: searching" in str(error.value)
    assert f"{slow!r} takes longer than 0.05 s" in str(error.value)
    assert len(str(error.value)) < 500


def test_replacements_name_groups_that_are_there(tmp_path: Path) -> None:
    rules = {"rules": [{"question": "a", "write": "{option}", "replace": {"(?P<x>b)": r"\g<y>"}}]}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    with pytest.raises(ConfigError, match=r"rule 1, replace cannot be replaced by .*unknown group name"):
        load_rules(str(tmp_path / "rules.yaml"))


@pytest.mark.parametrize("template", ["{option:>1500000000}", "{option!r}", "{option:{q}}", "{q:x}"])
def test_templates_name_groups_and_nothing_more(tmp_path: Path, template: str) -> None:
    rules = {"rules": [{"question": "(?P<q>.*)", "write": template}]}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    with pytest.raises(ConfigError, match="alone, without"):
        load_rules(str(tmp_path / "rules.yaml"))
