"""What came of a benchmark, as its report and its command need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.data.check import CheckReport
    from temadapter.evaluation.accuracy_table import AccuracyTable
    from temadapter.evaluation.published import PublishedTable


@dataclass(frozen=True, repr=False)
class Reproduction:
    """What came of a benchmark.

    Attributes:
        published: What others reported.
        table: Our accuracy, per question type.
        test_questions: Test questions of the files; more than were answered where videos cannot be used, or where
            only some were asked.
        limit: How many questions of each split were used at most, where that leaves any out; else None.
        stale: By method, for runs that an earlier call finished, what has changed in data or backbone since.
        compete: By method, accuracy in percent if empty options compete, where the test has any.
        check: What was found in the data.
        failed: Videos that could not be encoded, with reasons.
        settings: What our numbers were made with, in words.
        folder: With the runs and `README.md`.
    """

    published: PublishedTable
    table: AccuracyTable
    test_questions: int
    limit: int | None
    stale: Mapping[str, tuple[str, ...]]
    compete: Mapping[str, float]
    check: CheckReport
    failed: tuple[str, ...]
    settings: str
    folder: Path

    @property
    def answered(self) -> int:
        """How many test questions our numbers rest on."""
        return self.table.counts[""]

    @property
    def complete(self) -> bool:
        """Whether nothing was left out of the data, and all runs are of these data and this backbone.

        Stored features stand in for videos that are missing.
        """
        bad_rows = [problem for problem in self.check.problems if not problem.kind.endswith(" video")]
        whole = self.limit is None and self.answered == self.test_questions
        return whole and not self.failed and not bad_rows and not self.stale

    def __repr__(self) -> str:
        ours = ", ".join(f"{row.name} {100 * row.overall.value:.1f} %" for row in self.table.rows)
        asked = f"{self.answered} of {self.test_questions} test questions"
        return f"Reproduction({self.published.title!r}, {asked}, {ours})"

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "benchmark": self.published.title,
            "published": [row.to_json() for row in self.published.rows],
            "ours": self.table.to_json(),
            "ours_if_empty_options_compete": dict(self.compete),
            "settings": self.settings,
            "test_questions": self.test_questions,
            "limit": self.limit,
            "stale": {name: list(changes) for name, changes in self.stale.items()},
            "answered": self.answered,
            "problems": len(self.check.problems),
            "failed_videos": list(self.failed),
            "complete": self.complete,
        }

    def rows(self) -> list[tuple[str, str, str]]:
        """Return method, accuracy and source: the published numbers, then ours."""
        from temadapter.workflows.reproduction_report import lines

        return lines(self)
