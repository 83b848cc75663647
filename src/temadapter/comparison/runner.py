"""Doing the runs of a comparison: only those that are missing, several at a time, on in spite of failures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from temadapter.comparison.crew import Crew, Ended, crew
from temadapter.comparison.plan_runs import Job
from temadapter.comparison.run_job import run_job
from temadapter.comparison.run_order import Schedule
from temadapter.folder_lock import sole_holder
from temadapter.progress import bar, duration, say


@dataclass(frozen=True)
class Failed:
    """A run that did not come to its end.

    Attributes:
        trial: Its name.
        seed: Of the run.
        reason: In words.
    """

    trial: str
    seed: int
    reason: str


def run_schedule(
    schedule: Schedule, *, processes: int = 1, devices: Sequence[str] = (), workers: int | None = None
) -> tuple[Failed, ...]:
    """Do the runs of a comparison that are not finished; interrupted ones go on where they stopped.

    Args:
        schedule: What is to be done; what was learned about it is noted there.
        processes: How many runs at a time. Each then computes with its share of the cores.
        devices: Names of devices, one run at a time on each; `processes` says nothing then.
        workers: Threads that decode videos, where features are missing.

    Returns:
        The runs that failed; the others are finished.

    Raises:
        ConfigError: Another process does runs of a comparison in that folder.
    """
    if not schedule.ready():
        return ()
    with sole_holder(schedule.output, "a comparison"), crew(processes, devices, workers) as those:
        return _run_all(schedule, those)


def _run_all(schedule: Schedule, those: Crew) -> tuple[Failed, ...]:
    those.prepare(schedule.ready())
    failed: list[Failed] = []
    done, began = 0, time.monotonic()
    with bar("Comparing", len(schedule.left())) as shown:
        while True:
            while len(those.running) < those.at_once and (job := schedule.next(those.running)) is not None:
                those.begin(job)
                shown.note(job.name)
            if not those.running:
                break
            for ended in those.wait():
                schedule.note(ended.job, ended.seconds)
                if ended.reason is not None:
                    schedule.failed.add(ended.job.folder)
                    failed.append(Failed(ended.job.trial.name, ended.job.seed, ended.reason))
                done += 1
                shown.expect(done + len(schedule.left()))
                shown.advance()
                shown.promise(schedule.seconds_left(those.at_once, those.running))
                say(_told(schedule, ended, done, those))
    if done:
        say(f"{done} runs in {duration(time.monotonic() - began)}.")
    return tuple(failed)


def _told(schedule: Schedule, ended: Ended, done: int, those: Crew) -> str:
    """Return where the comparison stands."""
    left, seconds = len(schedule.left()), schedule.seconds_left(those.at_once, those.running)
    rest = f", {duration(seconds)} left" if seconds and left else ""
    text = f"run {done} of about {done + left}{rest}: {ended.job.name}"
    return text if ended.reason is None else f"{text} failed: {ended.reason}"


def run_jobs(jobs: Sequence[Job], *, workers: int | None = None) -> tuple[Failed, ...]:
    """Do some runs in this process, one after the other, where they are not finished; return those that failed."""
    failed = []
    with crew(1, (), workers):
        for job in jobs:
            if not job.finished and (reason := run_job(job, workers)) is not None:
                failed.append(Failed(job.trial.name, job.seed, reason))
    return tuple(failed)
