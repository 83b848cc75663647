"""What a comparison would do, without doing it (`--dry-run`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from temadapter.comparison.plan import Plan
from temadapter.comparison.plan_runs import Job
from temadapter.comparison.run_order import Schedule


@dataclass(frozen=True, repr=False)
class PlannedComparison:
    """What a comparison would do.

    Attributes:
        plan: What is compared.
        choices: By trial, the learning rate and epochs that it has chosen so far; None where it has not, or need not.
        runs: The runs that are compared in the end.
        finished: How many runs are there, tries of a learning rate among them.
        missing: About how many are not.
    """

    plan: Plan
    choices: Mapping[str, str | None]
    runs: tuple[Job, ...]
    finished: int
    missing: int

    def __repr__(self) -> str:
        trials = f"{len(self.plan.trials)} trials"
        return f"PlannedComparison({self.plan.name!r}, {trials}, {self.finished} runs finished, {self.missing} missing)"

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "trials": [
                {
                    "trial": trial.name,
                    "label": trial.label,
                    "sets": list(trial.sets),
                    "weights_of": trial.weights_of,
                    "chosen": self.choices[trial.name],
                }
                for trial in self.plan.trials
            ],
            "tuning": None if self.plan.tuning is None else self.plan.tuning.to_json(),
            "runs": [
                {
                    "trial": job.trial.name,
                    "seed": job.seed,
                    "folder": str(job.folder),
                    "finished": job.finished,
                }
                for job in self.runs
            ],
            "missing": self.missing,
        }


def planned_comparison(schedule: Schedule) -> PlannedComparison:
    """Return what is left of a comparison."""
    stands = {trial.name: schedule.stand(trial).choice for trial in schedule.plan.trials}
    return PlannedComparison(
        schedule.plan,
        {name: None if choice is None else str(choice) for name, choice in stands.items()},
        schedule.finals(),
        len(schedule.finished()),
        len(schedule.left()),
    )
