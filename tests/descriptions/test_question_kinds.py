"""Kinds of questions that were once described wrongly, each with what is right (read, not only run)."""

from __future__ import annotations

from pathlib import Path

import pytest

from temadapter.descriptions import describe

LINES = (Path(__file__).parent / "kinds.txt").read_text(encoding="utf-8").splitlines()
CASES = [
    (question, option, expected)
    for line in LINES
    if not line.startswith("#")
    for question, _, rest in [line.partition(" | ")]
    for option, _, expected in [rest.partition(" => ")]
]


def test_there_are_cases_of_every_kind() -> None:
    assert len(CASES) > 120
    assert len([line for line in LINES if line.startswith("# ")]) >= 10


@pytest.mark.parametrize(("question", "option", "expected"), CASES)
def test_each_kind(question: str, option: str, expected: str) -> None:
    assert describe(question, option) == expected
