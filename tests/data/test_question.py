from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.question import Question, RowError
from temadapter.errors import DataError


def make(**changes: object) -> Question:
    values = {"id": "1", "video": "a.mp4", "text": "What?", "options": ("a", "b"), "answer": 0, **changes}
    return Question(**values)  # type: ignore[arg-type]


def test_empty_options_are_masked_in_their_places() -> None:
    assert make(options=("a", "", "b", "  "), answer=2).option_mask == (True, False, True, False)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "no id"),
        ({"video": " "}, "no video"),
        ({"video": "\u00ad"}, "no video"),  # a soft hyphen: nobody sees it
        ({"text": ""}, "no text"),
        ({"options": ("a",)}, "at least two options, this one has 1"),
        ({"options": ("a", "", " ")}, "at least two options, all but one of these are empty"),
        ({"options": ("", " "), "answer": None}, "every option is empty"),
        ({"options": ("a", "\u200b"), "answer": 0}, "all but one of these are empty"),
        ({"answer": 2}, "the answer is 2, but the options are numbered 0 to 1"),
        ({"answer": -1}, "the answer is -1"),
        ({"options": ("a", "", "b"), "answer": 1}, "option 1 is empty"),
        ({"video": "a\0.mp4"}, "NUL"),
        ({"options": ("a", "\ud800")}, "surrogate"),
    ],
)
def test_a_question_that_cannot_be_right_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        make(**changes)


@given(st.lists(st.sampled_from(["", "a", "b"]), min_size=2, max_size=6), st.integers(-2, 7))
def test_an_accepted_answer_always_points_at_a_real_option(options: list[str], answer: int) -> None:
    try:
        question = make(options=tuple(options), answer=answer)
    except DataError:
        return
    assert question.options[answer]
    assert question.option_mask[answer]


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1.0, None), (None, 0.0), (2.0, 2.0), (3.0, 2.0), (math.inf, None), (None, math.inf), (math.nan, 1.0)],
)
def test_a_time_span_must_be_one(start: float | None, end: float | None) -> None:
    with pytest.raises(RowError, match=r"start|end") as raised:
        Question(id="1", video="a.mp4", text="What?", options=("a", "b"), start=start, end=end)
    assert raised.value.kind == "time span"


def test_a_span_may_be_open_on_either_side() -> None:
    question = Question(id="1", video="a.mp4", text="What?", options=("a", "b"), end=2.5)
    assert question.span == (None, 2.5)
    assert Question(id="1", video="a.mp4", text="What?", options=("a", "b")).span is None
