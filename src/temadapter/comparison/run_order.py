"""What a comparison does next, how many runs it will take, and how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from temadapter.comparison.ladder import Stand, stand
from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.plan_runs import Job, plan_jobs
from temadapter.comparison.tuning import Choice
from temadapter.methods.registry import get_method


@dataclass(frozen=True)
class Left:
    """A run that is still to come.

    Attributes:
        trial: Its name.
        work: See `work`.
        folder: Of the run; None where that is not known yet.
    """

    trial: str
    work: float
    folder: Path | None = None


@dataclass
class Schedule:
    """The runs of a plan in order: every trial climbs its ladder, then the other seeds follow, one after the other.

    Attributes:
        plan: What is compared.
        output: Where the runs are.
        seeds: How many.
        sets: Settings that hold for all trials.
        failed: Folders of the runs that failed this time; they are not tried again.
        spent: By trial, seconds and units of work (see `work`) of what was run this time.
    """

    plan: Plan
    output: Path
    seeds: int
    sets: Sequence[str] = ()
    failed: set[Path] = field(default_factory=set)
    spent: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    _stands: dict[str, Stand] = field(default_factory=dict)

    def stand(self, trial: Trial) -> Stand:
        """Return where a trial stands on its ladder; one that has arrived is not looked at again."""
        known = self._stands.get(trial.name)
        if known is None or known.needed:
            known = stand(self.plan, trial, self.output, self.sets, failed=self.failed)
            self._stands[trial.name] = known
        return known

    def choices(self) -> dict[str, Choice]:
        """Return by trial what it has chosen so far."""
        stands = {trial.name: self.stand(trial) for trial in self.plan.trials}
        return {name: own.choice for name, own in stands.items() if own.choice is not None}

    def finals(self) -> tuple[Job, ...]:
        """Return the runs that are compared, those included whose trial has not chosen yet."""
        return plan_jobs(self.plan, self.output, seeds=self.seeds, sets=self.sets, choices=self.choices())

    def ready(self) -> tuple[Job, ...]:
        """Return the runs that can be done now, the most urgent first; those of dear methods come last."""
        jobs = [job for trial in self.plan.trials for job in self.stand(trial).needed]
        finals = self.finals()
        waiting = {trial.name for trial in self.plan.trials if self._open(trial)}
        there = {job.folder for job in finals if job.finished}
        jobs += [
            job
            for job in finals
            if job.folder not in there
            and job.trial.name not in waiting
            and (job.weights_of is None or job.weights_of in there)
        ]
        known = {job.folder: job for job in jobs if job.folder not in self.failed}
        return tuple(sorted(known.values(), key=lambda job: get_method(job.config.method).runs_towers))

    def next(self, running: Collection[Path] = ()) -> Job | None:
        """Return the next run to do that is not running already; None where there is none now."""
        return next((job for job in self.ready() if job.folder not in running), None)

    def finished(self) -> tuple[Job, ...]:
        """Return every run of the plan that is finished."""
        jobs = [job for trial in self.plan.trials for job in self.stand(trial).done]
        jobs += [job for job in self.finals() if job.finished]
        return tuple({job.folder: job for job in jobs if job.weights_of is None}.values())

    def left(self) -> list[Left]:
        """Return each run that is likely still to come; those that are running are among them."""
        found = []
        for trial in self.plan.trials:
            own = self.stand(trial)
            tuning = self.plan.tuning_of(trial, self.plan.config(trial, self.sets))
            if own.choice is None and tuning is not None and self._open(trial):
                found += [Left(trial.name, work(job), job.folder) for job in own.needed]
                later = min(trial.seeds or self.seeds, self.seeds) - 1
                if any(job.screen for job in own.needed):
                    later += min(tuning.keep, len(tuning.rates))
                found += [Left(trial.name, float(tuning.epochs[0]))] * later
        waiting = {trial.name for trial in self.plan.trials if self._open(trial)}
        found += [
            Left(job.trial.name, work(job), job.folder)
            for job in self.finals()
            if job.trial.name not in waiting and not job.finished and job.folder not in self.failed
        ]
        return found

    def note(self, job: Job, seconds: float) -> None:
        """Remember how long a run took."""
        self.spent[job.trial.name].append((seconds, work(job)))

    def seconds_left(self, at_once: int = 1, running: Mapping[Path, float] | None = None) -> float | None:
        """Return how long the rest will take, by what was measured; None where nothing was.

        Args:
            at_once: How many runs at a time.
            running: By folder, for how many seconds each run has been running.
        """
        everything = [pair for own in self.spent.values() for pair in own]
        if not everything:
            return None

        def rate(pairs: Sequence[tuple[float, float]]) -> float:
            return sum(s for s, _ in pairs) / sum(w for _, w in pairs)

        usual, elapsed = rate(everything), running or {}
        own = {name: rate(pairs) for name, pairs in self.spent.items() if pairs}
        each = [
            max(
                0.0,
                own.get(run.trial, usual) * run.work - (elapsed.get(run.folder, 0.0) if run.folder else 0.0),
            )
            for run in self.left()
        ]
        return max(sum(each) / at_once, max(each, default=0.0))  # the longest is not shared out

    def _open(self, trial: Trial) -> bool:
        """Tell whether a trial is still on its ladder."""
        return bool(self.stand(trial).needed)


def work(job: Job) -> float:
    """Return how much a run has to do: passes over the training questions, and a little for everything else."""
    if job.weights_of is not None:
        return 0.2
    if not get_method(job.config.method).trainable:
        return 0.2
    return 0.2 + job.config.training.epochs * job.config.data.training_fraction
