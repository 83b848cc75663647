"""A comparison from its record to its report: what is missing is run, then everything is summarised."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.comparison.devices import kind_of
from temadapter.comparison.markdown import verdicts
from temadapter.comparison.record import Record, write_record
from temadapter.comparison.report import to_json, write_report
from temadapter.comparison.run_order import Schedule
from temadapter.comparison.runner import run_schedule
from temadapter.comparison.stale_runs import check_finished
from temadapter.comparison.summary import Found, Summary, summarize

if TYPE_CHECKING:
    from temadapter.evaluation.accuracy_table import AccuracyTable


@dataclass(frozen=True, repr=False)
class Comparison:
    """What came of a comparison.

    Attributes:
        summary: Accuracy of every trial and its difference to its reference.
        failed: Whether a run failed; its row is missing.
        written: Files of the report.
        command: What makes it again, for a shell.
    """

    summary: Summary
    failed: bool
    written: tuple[Path, ...]
    command: str

    @property
    def table(self) -> AccuracyTable:
        """Accuracy per question type, mean over seeds."""
        return self.summary.table

    @property
    def found(self) -> Mapping[str, Found]:
        """What is known of each trial, by its name."""
        return self.summary.found

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Runs that are not there, as "trial, seed n"."""
        return self.summary.unfinished

    @property
    def verdicts(self) -> list[str]:
        """The rows that cannot be told from a random choice or from the majority answer, in words."""
        return verdicts(self.summary)

    def __repr__(self) -> str:
        counts = f"{len(self.found)} trials, {len(self.unfinished)} runs unfinished"
        return f"Comparison({self.summary.plan.name!r}, {counts})"

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return to_json(self.summary, command=self.command)


def run_comparison(
    record: Record,
    output: Path,
    *,
    report: Path | None = None,
    jobs: int | None = None,
    devices: Sequence[str] = (),
    workers: int | None = None,
    train: bool = True,
) -> Comparison:
    """Do what is missing of a comparison, and report.

    Args:
        record: What is compared.
        output: Folder of the runs.
        report: Folder of the report; `output` when None.
        jobs: Runs at a time; one per core when None, or one where they share a graphics card.
        devices: Names of devices, one run at a time on each; `jobs` says nothing then. The record sets their kind.
        workers: Threads that decode videos.
        train: False reports what is there.

    Raises:
        ConfigError: Finished runs in `output` would come out otherwise now.
        DataError: The questions cannot be read.
    """
    schedule = Schedule(record.plan, output, record.seeds, record.sets)
    failed = False
    if train:
        check_questions(record)
        check_finished(schedule.finished())
        write_record(output, record)
        processes = jobs or _jobs(record)
        failed = bool(run_schedule(schedule, processes=processes, devices=devices, workers=workers))
    summary = summarize(record.plan, schedule.finals())
    written = write_report(summary, report or output, command=record.command)
    return Comparison(summary, failed, tuple(written), record.command)


def check_questions(record: Record) -> None:
    """Read the questions once: what is wrong with them is said now, and not once for each run.

    Raises:
        TemAdapterError: They cannot be read.
    """
    from temadapter.runs.prepare import read_dataset

    first = record.plan.trials[0]  # a trial with a dataset of its own may fail without the others
    read_dataset(record.plan.config(first, record.sets).data)


def _jobs(record: Record) -> int:
    """Return how many runs at a time: one per core, one where they share a graphics card."""
    import torch

    wanted = {record.plan.config(trial, record.sets).training.device for trial in record.plan.trials}
    shared = any(kind_of(name) in ("cuda", "mps") for name in wanted)
    shared |= "auto" in wanted and torch.cuda.is_available()
    return 1 if shared else max(1, min(os.cpu_count() or 1, len(record.plan.trials)))
