from __future__ import annotations

import pytest

from temadapter.descriptions.english.option_types import is_event, is_number, is_state, is_verb_phrase, thing


@pytest.mark.parametrize(
    "phrase", ["play", "take a photo", "clean the table", "slow down", "water the plants", "cook the rice"]
)
def test_acts(phrase: str) -> None:
    assert is_verb_phrase(phrase)


@pytest.mark.parametrize(
    "phrase", ["water", "red light", "wind", "the dog runs", "cook", "happy", "felt the cold", "slow"]
)
def test_what_is_no_act(phrase: str) -> None:
    assert not is_verb_phrase(phrase)


@pytest.mark.parametrize(
    ("phrase", "state"),
    [
        ("excited", True),
        ("scared of the dog", True),
        ("very happy", True),
        ("red light", False),
        ("dog", False),
        ("", False),
    ],
)
def test_states(phrase: str, state: bool) -> None:
    assert is_state(phrase) is state


@pytest.mark.parametrize(
    ("phrase", "event"),
    [
        ("dog bites it", True),
        ("balloon popped", True),
        ("man called it", True),
        ("The driver was asleep", True),
        ("bottle belongs to him", True),
        ("water from the hose is cold", True),
        ("the girl in pink slipped", True),
        ("not used to water", False),
        ("dog that is asleep", False),
        ("toy carried by the dog", False),
        ("strong wind", False),
        ("hand gestures", False),
        ("man in blue", False),
    ],
)
def test_events(phrase: str, event: bool) -> None:
    assert is_event(phrase) is event


def test_a_plural_may_be_a_verb_where_that_is_likely() -> None:
    assert is_event("the bell rings", loose=True)


def test_numbers_and_names_for_nothing() -> None:
    assert [is_number(text) for text in ("20 metres", "two", "many")] == [True, True, False]
    assert [thing(text) for text in ("Others", "None", "Red Bus")] == ["something else", "nothing", "red Bus"]
