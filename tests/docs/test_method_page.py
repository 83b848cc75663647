"""What docs/method.md says in tables is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from temadapter.descriptions import describe
from temadapter.official.differences import DIFFERENCES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method.md"
if not PAGE.is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)


def table(first_column: str) -> list[list[str]]:
    """Return the cells of the table whose first heading is `first_column`."""
    after = PAGE.read_text(encoding="utf-8").split(f"\n| {first_column} |", 1)[1]
    lines = after.split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_eleven_differences_are_those_of_the_presets() -> None:
    rows = [(int(row[0]), *(cell.strip("`") for cell in row[1:4])) for row in table("#")]
    assert rows == [(q.row, q.setting, q.official, q.paper) for q in DIFFERENCES]


def test_every_difference_has_code_tests_and_a_place_for_its_worth() -> None:
    for row in table("#"):
        assert "](../src/temadapter/" in row[5]
        assert "](../tests/" in row[6]
        assert re.search(rf"<!-- corrections/take-back-{row[0]}/lost -->", row[7])


def test_the_examples_of_event_descriptions_are_real() -> None:
    rows = table("question")
    assert len(rows) >= 4
    for question, option, expected in rows:
        assert describe(question, option) == expected
