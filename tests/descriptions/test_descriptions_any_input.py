"""Whatever comes in: one sentence that keeps the option, always the same, never an error."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from temadapter.descriptions import describe, describe_all, get_describer
from temadapter.descriptions.engine import apply_rules_all
from temadapter.descriptions.rules import all_rules

QUESTIONS = (
    "why did the {} run away at the end",
    "what does the {} do after the boy waves",
    "what is the {} doing",
    "how does the {} react when the dog comes",
    "where is the {}",
    "when does the {} stop",
    "how many {}s are there",
    "what is the {} holding in the middle of the video",
    "which {} stopped first",
    "what happened to the {} after the crash",
    "whose {} is on the table",
    "is the {} red",
    "who is the {} talking to",
)


@pytest.mark.parametrize(
    ("question", "option"),
    [
        ("¿De qué color es el coche?", "rojo oscuro"),
        ("Welche Farbe hat das Auto?", "dunkelrot"),
        ("车是什么颜色的?", "红色"),
        ("what is the man saying", 'he says "hello there" and leaves'),
        ('what is the man\'s "name"', "O'Neill's \"boy\""),
        ("describe the weather", "sunny"),
        ("the car is", "red"),
        ("what", "zebra"),
        ("why did the man leave", "word " * 60),
        ("what does the man do", "jump " + "and turn " * 40),
        ("", "zebra"),
        ("{option}", "{question}"),
    ],
)
def test_odd_input_keeps_every_word(question: str, option: str) -> None:
    text = describe(question, option).lower()
    for word in re.findall(r"\w{4,}", option.lower()):
        assert word[: max(3, len(word) - 2)] in text, text


def test_a_safe_join_is_the_last_resort() -> None:
    assert describe("Welche Farbe hat das Auto?", "rot") == "Welche Farbe hat das Auto: rot."
    assert describe("does the dog bark", "white dog") == "Does the dog bark: white dog."


def test_an_empty_option_has_no_description() -> None:
    assert describe_all("why did the man leave", ["", "  ", "?", "."]) == ("", "", "", "")


NAMES = st.sampled_from(["man in red", "two dogs", "girl who wears a hat", "red car behind the bus", "zyxx"])
JUDGEMENTS = (["false"], ["right"], ["wrong"], ["correct"], ["incorrect"])  # a yes or a no, and said as one
WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), min_size=1, max_size=6
).filter(lambda words: words not in JUDGEMENTS)


@given(st.sampled_from(QUESTIONS), NAMES, WORDS)
def test_no_word_of_an_option_is_lost(question: str, name: str, words: list[str]) -> None:
    option = " ".join(words)
    text = describe(question.format(name), option)
    assert text.endswith(".")
    for word in words:
        if len(word) > 4 and not re.search(r"(?:s|ed|ing)$", word):
            assert word[:-1] in text.lower(), text


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=4))
def test_memory_changes_nothing(question: str, options: list[str]) -> None:
    remembered = describe_all(question, options)
    assert remembered == apply_rules_all(all_rules(), question, options) == get_describer()(question, options)
    assert len(remembered) == len(options)


@given(st.text(alphabet=st.sampled_from("ab 'sn\"t?._-([{}\\"), max_size=30), st.text(max_size=20))
@example("[", "So")  # a comparison with nothing behind it
def test_punctuation_never_breaks_a_rule(question: str, option: str) -> None:
    for start in (
        "why is the ",
        "what did the man ",
        "how many ",
        "which ",
        "whose ",
        "is ",
        "what happens to ",
    ):
        assert describe(start + question, option) == describe(start + question, option)
