"""Every fault of tests/mutants.py can still be put in: its text stands exactly once, its test is there."""

from __future__ import annotations

import pytest

from mutants import MUTANTS, ROOT


@pytest.mark.parametrize(("file", "old", "new", "test"), MUTANTS)
def test_a_fault_has_its_place(file: str, old: str, new: str, test: str) -> None:
    assert (ROOT / "src/temadapter" / file).read_text(encoding="utf-8").count(old) == 1
    assert old != new
    assert (ROOT / test).exists()
