from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.descriptions.mentions import definite, find_entities, mentions, rename_entities
from temadapter.descriptions.user_patterns import UserPattern

VEHICLE = UserPattern("a test", "the (?:red|blue|green) (?:car|bus|truck)", whole_words=True)


@pytest.mark.parametrize(
    ("sentence", "entities"),
    [
        (
            "The red car overtook a bus before the light turned green.",
            ("the red car", "the bus", "the light"),
        ),
        ("The weather is rainy.", ()),
        ("It is night.", ()),
        ("A dog runs after the black cat, and the dog barks.", ("the dog", "the black cat")),
        ("The man in white hit the ball.", ("the man", "the ball")),
        ("His hand touches the young woman.", ("the hand", "the young woman")),
        ("The woman is dancing in the kitchen.", ("the woman", "the kitchen")),
        ("", ()),
        ("   ", ()),
    ],
)
def test_noun_phrases_are_found_in_the_order_of_mention(sentence: str, entities: tuple[str, ...]) -> None:
    assert find_entities(sentence) == entities


def test_a_pattern_says_what_counts() -> None:
    sentence = "The blue bus stood behind the green truck at the crossing; the Blue Bus left."
    assert find_entities(sentence, VEHICLE) == ("the blue bus", "the green truck")


def test_no_more_than_asked_for() -> None:
    sentence = "The red car, the blue bus, the green truck and the red bus left."
    assert len(find_entities(sentence, VEHICLE)) == 3
    assert find_entities(sentence, VEHICLE, most=1) == ("the red car",)


def test_renaming_keeps_who_is_who() -> None:
    names = ("the red car", "the blue bus")
    sentence = "The blue bus hit the red car, and the blue bus stopped."
    assert (
        rename_entities(sentence, names, VEHICLE) == "The red car hit the blue bus, and the red car stopped."
    )
    assert rename_entities("The weather is rainy.", names, VEHICLE) == "The weather is rainy."
    three = "The blue bus, the red car and the green truck left."
    assert rename_entities(three, names, VEHICLE) == "The red car, the blue bus and the green truck left."


WORDS = st.sampled_from(
    [
        "the",
        "a",
        "red",
        "blue",
        "car",
        "bus",
        "dog",
        "hit",
        "is",
        "in",
        "on",
        "left",
        "and",
        "no",
        "his",
        "people",
        "two",
        "ran",
        ",",
        ".",
    ]
)


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_mentions_are_parts_of_the_sentence_that_do_not_overlap(sentence: str) -> None:
    end = 0
    for phrase, start in mentions(sentence):
        assert start >= end
        assert sentence[start : start + len(phrase)] == phrase
        end = start + len(phrase)
    assert all(entity == definite(entity) for entity in find_entities(sentence))


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    assert len(find_entities(text)) <= 3
    assert rename_entities(text, ()) == text
