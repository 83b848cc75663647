from __future__ import annotations

import pytest

from temadapter.descriptions.english.clauses import clause
from temadapter.descriptions.english.inflection import gerund, inflect, past, third
from temadapter.descriptions.english.noun_phrases import is_plural, with_article


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("stop", ("stops", "stopped", "stopping")),
        ("try", ("tries", "tried", "trying")),
        ("play", ("plays", "played", "playing")),
        ("drive", ("drives", "drove", "driving")),
        ("go", ("goes", "went", "going")),
        ("pass", ("passes", "passed", "passing")),
        ("lie", ("lies", "lay", "lying")),
        ("have", ("has", "had", "having")),
        ("see", ("sees", "saw", "seeing")),
        ("run", ("runs", "ran", "running")),
    ],
)
def test_forms(verb: str, forms: tuple[str, str, str]) -> None:
    assert (third(verb), past(verb), gerund(verb)) == forms
    assert inflect(f"{forms[0]} away", "base") == f"{verb} away"


@pytest.mark.parametrize(
    ("auxiliary", "rest", "yes", "no"),
    [
        ("did", "the fire truck turn left", "the fire truck turned left", "the fire truck did not turn left"),
        ("is", "the car on the left red", "the car on the left is red", "the car on the left is not red"),
        ("are", "there any buses", "there are buses", "there are no buses"),
        ("is", "there a bus", "there is a bus", "there is no bus"),
        ("will", "it rain", "it will rain", "it will not rain"),
        ("does", "any car stop", "a car stops", "no car stops"),
        (
            "is",
            "the car in the parking lot",
            "the car is in the parking lot",
            "the car is not in the parking lot",
        ),
        ("is", "this a bus", "this is a bus", "this is not a bus"),
    ],
)
def test_a_question_is_turned_round(auxiliary: str, rest: str, yes: str, no: str) -> None:
    assert clause(auxiliary, rest) == yes
    assert clause(auxiliary, rest, negative=True) == no


def test_what_cannot_be_told_apart_is_left_alone() -> None:
    assert clause("did", "zyx qwv") is None
    assert clause("is", "") is None


@pytest.mark.parametrize(
    ("phrase", "article"),
    [
        ("Sedan", "a sedan"),
        ("SUV", "an SUV"),
        ("hour", "an hour"),
        ("unicycle", "a unicycle"),
        ("umbrella", "an umbrella"),
        ("cars", "cars"),
        ("the bus", "the bus"),
        ("bus", "a bus"),
        ("people", "people"),
    ],
)
def test_articles(phrase: str, article: str) -> None:
    assert with_article(phrase) == article
    assert not is_plural("bus")
