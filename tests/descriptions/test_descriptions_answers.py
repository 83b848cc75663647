from __future__ import annotations

import pytest

from temadapter.descriptions.english.answers import act, by_means, placed, preposition_of, time_of
from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.noun_phrases import owner, pronoun
from temadapter.descriptions.english.slots import at_end, before_tail, gap, in_gap, split_tail, stranded


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("jump", "by jumping"),
        ("touched his head", "by touching his head"),
        ("slowly", "slowly"),
        ("with a stick", "with a stick"),
        ("stick", "by sticking"),
        ("rope", "with a rope"),
        ("happy", "by being happy"),
        ("left hand", "with left hand"),
        ("the wind blew", "as the wind blew"),
    ],
)
def test_means(option: str, expected: str) -> None:
    assert by_means(option) == expected


@pytest.mark.parametrize(
    ("option", "form", "be", "expected"),
    [
        ("wagging tail", "third", "is", "wags tail"),
        ("gets up and runs", "past", "was", "got up and ran"),
        ("happy", "past", "was", "was happy"),
        ("gymnastics", "third", "is", "does gymnastics"),
        ("on the sofa", "third", "is", "is on the sofa"),
        ("took photos", "gerund", "", "taking photos"),
    ],
)
def test_acts_in_form(option: str, form: str, be: str, expected: str) -> None:
    assert act(option, form, be) == expected  # type: ignore[arg-type]


def test_times_and_places() -> None:
    assert [
        time_of(text) for text in ("night", "Morning", "turning left", "5 pm", "the bell rings", "at noon")
    ] == [
        "at night",
        "in the morning",
        "while turning left",
        "at 5 pm",
        "when the bell rings",
        "at noon",
    ]
    assert [preposition_of(text) for text in ("stage", "kitchen", "school", "left side")] == [
        "on",
        "in",
        "at",
        "on",
    ]
    said = Clause("the dog", "is", "at the end")
    assert placed(said, "garden") == "the dog is in a garden at the end"
    assert (
        placed(Clause("the dog", "runs", "to after it drinks"), "the door")
        == "the dog runs to the door after it drinks"
    )


@pytest.mark.parametrize(
    ("rest", "words"),
    [("", 0), ("at", 1), ("to initially", 1), ("in her hair while running", 0), ("the baby", 2), ("up at the end", 1),
     ("in front of at the end", 3), ("the stick for", 3), ("out of the box", 0)],
)  # fmt: skip
def test_gaps(rest: str, words: int) -> None:
    assert gap(rest) == words


def test_putting_words_into_statements() -> None:
    said = Clause("she", "is looking", "at in the middle of the video")
    assert stranded(said)
    assert in_gap(said, "a cat") == "she is looking at a cat in the middle of the video"
    walks = Clause("he", "walks", "home when it rains")
    assert before_tail(walks, "slowly") == "he walks home slowly when it rains"
    assert at_end(walks, "slowly") == "he walks home when it rains slowly"
    assert split_tail("the table at the end of the room") == ("the table at the end of the room", "")


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("the man holding a cup", "he"),
        ("one of the girls", "she"),
        ("the girls in red", "they"),
        ("the lady and the man", "they"),
        ("the person in black", "the person"),
        ("the red car", "it"),
        ("it", "it"),
        ("the audience", "they"),
    ],
)
def test_pronouns(subject: str, name: str) -> None:
    assert pronoun(subject) == name


def test_owners() -> None:
    assert [owner(text) for text in ("the girl", "man", "the boys", "Tom's")] == [
        "the girl's",
        "a man's",
        "the boys'",
        "Tom's",
    ]
