"""Climbing the ladder: from what is finished on disk, which runs a trial needs next, and what it has chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.plan_runs import Job, rung_job, screen_job
from temadapter.comparison.tuning import HIGHEST_RATE, IMPROVING, LOWEST_RATE, Choice, Tuning
from temadapter.runs.folder import RunFolder


@dataclass(frozen=True)
class Stand:
    """Where a trial stands on its ladder.

    Attributes:
        needed: Runs to do next; empty where it has chosen, or cannot.
        choice: What it chose; None before, and where every try failed.
        done: The finished runs that led here.
    """

    needed: tuple[Job, ...]
    choice: Choice | None
    done: tuple[Job, ...] = field(default=())


def stand(
    plan: Plan, trial: Trial, output: Path, sets: Sequence[str] = (), *, failed: Collection[Path] = ()
) -> Stand:
    """Return where a trial stands. It depends on what is finished only, so that an interrupted ladder goes on.

    Args:
        plan: With a ladder for this trial.
        trial: Of the plan.
        output: Of the comparison.
        sets: Settings that hold for all trials.
        failed: Folders of runs that failed this time: they count as the worst.
    """
    tuning = plan.tuning_of(trial, plan.config(trial, sets))
    if tuning is None:
        return Stand((), None)
    seen: list[Job] = []
    rates = _screened(plan, trial, tuning, output, sets, failed, seen)
    if isinstance(rates, Stand):
        return rates
    jobs = [rung_job(plan, trial, Choice(rate, tuning.epochs[0]), output, sets) for rate in rates]
    best = _best(jobs, failed, seen)
    if isinstance(best, Stand):
        return best
    for epochs in tuning.epochs[1:]:
        if best is None or not _improving(best):
            break
        assert best.choice is not None
        longer = rung_job(plan, trial, Choice(best.choice.rate, epochs), output, sets)
        found = _best([best, longer], failed, seen)
        if isinstance(found, Stand):
            return found
        if found is not longer:
            break
        best = longer
    return Stand((), None if best is None else best.choice, _once(seen))


def _screened(
    plan: Plan,
    trial: Trial,
    tuning: Tuning,
    output: Path,
    sets: Sequence[str],
    failed: Collection[Path],
    seen: list[Job],
) -> list[float] | Stand:
    """Return the rates that reach the second stage, best first, or what must be run to know them."""
    rates = sorted(tuning.rates)
    if len(rates) == 1:
        return rates
    while True:
        jobs = [screen_job(plan, trial, rate, output, sets) for rate in rates]
        best = _best(jobs, failed, seen)
        if isinstance(best, Stand):
            return best
        if best is None:
            return Stand((), None, _once(seen))
        assert best.choice is not None
        rate = best.choice.rate
        if rate == rates[-1] and rate * 10 <= HIGHEST_RATE:
            rates.append(_rounded(rate * 10))
        elif rate == rates[0] and rate / 10 >= LOWEST_RATE:
            rates.insert(0, _rounded(rate / 10))
        else:
            break
    order = sorted(range(len(rates)), key=lambda i: (-(_score(jobs[i]) or 0.0), i))
    return [rates[i] for i in order[: tuning.keep]]


def _best(jobs: Sequence[Job], failed: Collection[Path], seen: list[Job]) -> Job | Stand | None:
    """Return the run that is best on its validation questions, ties to the first; None if all failed.

    Where some are not finished, return what must be run first.
    """
    open_ = tuple(job for job in jobs if job.folder not in failed and not job.finished)
    seen += [job for job in jobs if job.folder not in failed and job not in open_]
    if open_:
        return Stand(open_, None, _once(seen))
    scored = [(score, -i) for i, job in enumerate(jobs) if (score := _score(job)) is not None]
    return jobs[-max(scored)[1]] if scored else None


def _score(job: Job) -> float | None:
    """Return a finished run's accuracy on its validation questions."""
    if not job.finished:
        return None
    score = _train(job).get("validation_accuracy")
    return None if score is None else float(score)


def _improving(job: Job) -> bool:
    """Tell whether a run's best epoch was in its last quarter."""
    train = _train(job)
    return bool(train.get("chosen_epoch", 0) > IMPROVING * train.get("epochs", 0))


def _train(job: Job) -> dict[str, float]:
    train: dict[str, float] = (RunFolder(job.folder).read_results() or {}).get("train", {})
    return train


def _once(jobs: Sequence[Job]) -> tuple[Job, ...]:
    return tuple({job.folder: job for job in jobs}.values())


def _rounded(rate: float) -> float:
    return float(f"{rate:.6g}")
