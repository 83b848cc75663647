"""What the pictures of a comparison are drawn from: plain numbers, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from temadapter.evaluation.accuracy_table import AccuracyTable
from temadapter.evaluation.statistics import Difference


@dataclass(frozen=True)
class ComparedRow:
    """One row of a comparison.

    Attributes:
        label: As tables show it.
        seeds: Accuracy on all test questions, 0 to 1, by seed.
        differences: To the reference, by question type; `""` is all questions. Empty for a reference.
        corrected: p-value of the difference on all questions, corrected for the number of comparisons.
        parameters: How many are trained.
        seconds: Of training a run.
    """

    label: str
    seeds: Mapping[int, float]
    differences: Mapping[str, Difference]
    corrected: float | None
    parameters: int
    seconds: float


@dataclass(frozen=True)
class Compared:
    """A comparison.

    Attributes:
        title: Of the report.
        table: Accuracy per question type, a row for each of `rows`, in their order.
        rows: What was compared.
    """

    title: str
    table: AccuracyTable
    rows: tuple[ComparedRow, ...]
