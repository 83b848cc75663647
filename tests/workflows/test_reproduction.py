"""A reproduction is complete only where nothing of the data was left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from temadapter.data.check import CheckReport
from temadapter.data.dataset import RowProblem
from temadapter.data.question import Question
from temadapter.evaluation.accuracy_table import accuracy_table
from temadapter.evaluation.published import published
from temadapter.workflows.reproduction import Reproduction

QUESTIONS = [Question(str(n), f"{n}.mp4", "?", ("a", "b"), 0) for n in range(3)]
CHECK = CheckReport("mine", Path(), {}, {}, 3, 3, (), (), ())
BAD_ROW = RowProblem("test.csv", 2, "the answer is missing", "answer")
NO_VIDEO = RowProblem("test.csv", 2, "there is no 1.mp4", "missing video")


@pytest.fixture
def whole() -> Reproduction:
    table = accuracy_table({"a": [{question.id: 1.0 for question in QUESTIONS}]}, QUESTIONS)
    return Reproduction(
        published=published("sutd-trafficqa"),
        table=table,
        test_questions=3,
        limit=None,
        stale={},
        compete={},
        check=CHECK,
        failed=(),
        settings="",
        folder=Path(),
    )


@pytest.mark.parametrize(
    ("change", "complete"),
    [
        ({}, True),
        ({"check": replace(CHECK, problems=(NO_VIDEO,))}, True),  # its features are in the store
        ({"check": replace(CHECK, problems=(BAD_ROW,))}, False),
        ({"limit": 3}, False),
        ({"test_questions": 4}, False),
        ({"failed": ("1.mp4: not a video",)}, False),
        ({"stale": {"a": ("the annotations changed",)}}, False),
    ],
)
def test_nothing_was_left_out(whole: Reproduction, change: dict[str, Any], complete: bool) -> None:
    assert replace(whole, **change).complete is complete
