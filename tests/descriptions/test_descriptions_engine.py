from __future__ import annotations

import pytest

from temadapter.descriptions import polar_rule, rule
from temadapter.descriptions.engine import apply_rules, apply_rules_all
from temadapter.descriptions.english.wording import (
    clean_question,
    is_statement,
    sentence,
    uncapitalised,
    yes_no_parts,
)


def test_the_first_rule_that_writes_something_wins() -> None:
    rules = [rule("^Who", ""), rule("^Who", "first {option}"), rule("^Who", "second {option}")]
    assert apply_rules(rules, "Who?", "he") == "First he."
    assert apply_rules(rules, "What?", "he") == ""


def test_a_writer_sees_a_tidy_question_and_option() -> None:
    seen = []
    made = rule(r"(?P<all>.*)", lambda match, option: seen.append((match["all"], option)) or "x")
    apply_rules([made], "  what   colour is  it ??", " A  red one. ")
    assert seen == [("what colour is it?", "A red one")]


def test_named_groups_lose_their_punctuation_and_case_is_ignored() -> None:
    made = rule(r"^WHAT colour is (?P<thing>.+)", "{thing} is {option}")
    assert apply_rules([made], "What colour is the bus?", "Red") == "The bus is red."


def test_a_polar_rule_leaves_other_options_to_the_next() -> None:
    rules = [
        polar_rule(r"^Did (?P<who>.+) stop", yes="{who} stopped", no="{who} did not stop"),
        rule("", "{option}"),
    ]
    described = apply_rules_all(
        rules, "Did the bus stop?", ("Yes", "no.", "No, it was late", "No bus came", "")
    )
    assert described == (
        "The bus stopped.",
        "The bus did not stop.",
        "The bus did not stop, because it was late.",
        "No bus came.",
        "",
    )


@pytest.mark.parametrize(
    ("option", "parts"),
    [
        ("Yes", (True, "")),
        ("no.", (False, "")),
        ("No, there was no space", (False, "there was no space")),
        ("Yes: it did", (True, "it did")),
        ("No accident happened", None),
        ("Nobody", None),
        ("Yesterday", None),
    ],
)
def test_only_a_yes_or_a_no_is_one(option: str, parts: tuple[bool, str] | None) -> None:
    assert yes_no_parts(option) == parts


@pytest.mark.parametrize(
    ("option", "is_one"),
    [
        ("No accident happened", True),
        ("There is no accident in this video", True),
        ("It turned left", True),
        ("The vehicle collided with road infrastructure", True),
        ("The car from behind", False),
        ("The car that is red", False),
        ("Nearly no damage", False),
        ("Yes, there were", False),
    ],
)
def test_statements_are_told_from_phrases(option: str, is_one: bool) -> None:
    assert is_statement(option) is is_one


def test_small_helpers() -> None:
    assert clean_question("who") == "who?"
    assert sentence(" a  b , c .. ") == "A b, c."
    assert sentence(" . ") == ""
    assert [uncapitalised(word) for word in ("The car", "POV car", "I stop", "SUV")] == [
        "the car",
        "POV car",
        "I stop",
        "SUV",
    ]


def test_a_rule_may_be_for_some_options_only() -> None:
    rules = [rule("^Where", "came {option}", option=r"^from "), rule("^Where", "was {option}")]
    assert apply_rules_all(rules, "Where?", ("From here", "here")) == ("Came from here.", "Was here.")
