"""What a description says of its subject by "is" becomes part of the noun phrase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.descriptions.attributive import attributive
from temadapter.descriptions.banks import Bank, load_bank
from temadapter.descriptions.english.lexicon import COLOURS


@pytest.mark.parametrize(
    ("description", "phrase"),
    [
        ("The truck is white.", "the white truck"),
        ("Her long dress was red", "the red long dress"),
        ("The blue vehicle is a bus.", "the blue bus"),
        ("The animals are asleep.", "the asleep animals"),
        ("The man is a doctor.", None),
        ("The truck is not white.", None),
        ("The truck is white and the bus is red.", None),
        ("The truck is turning.", None),
        ("The white truck is white.", None),
        ("It is white.", None),
        ("", None),
    ],
)
def test_only_a_plain_statement_becomes_a_phrase(description: str, phrase: str | None) -> None:
    assert attributive(description) == phrase


def test_options_that_differ_in_the_complement_alone_name_different_entities() -> None:
    bank = load_bank("crossroads")
    assert bank.find("The truck is white.") == ("the white truck",)
    assert bank.find("The blue vehicle is a bus.") == ("the blue bus",)
    assert bank.find("The red car is far.") == ("the red car",), "no entity of the bank: as it stands"


def test_renamed_options_do_not_tell_their_complement() -> None:
    bank = load_bank("crossroads")
    assert {bank.rename(f"The truck is {colour}.") for colour in ("white", "black")} == {
        "There is the red car."
    }


def test_words_about_the_video_stay_no_entities() -> None:
    assert Bank(("{e}",)).find("The weather is rainy.") == ()


@given(st.sampled_from(sorted(COLOURS)), st.sampled_from(["bus", "old tram", "dog"]))
def test_the_phrase_has_every_word_of_subject_and_complement(colour: str, subject: str) -> None:
    assert (attributive(f"The {subject} is {colour}.") or "").split() == ["the", colour, *subject.split()]
