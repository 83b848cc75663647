"""Doing the runs of a plan: only those that are missing, several at a time, on in spite of failures."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import connection
from pathlib import Path
from threading import Thread

from temadapter.comparison.plan import Plan, Trial
from temadapter.config.run_config import Config
from temadapter.errors import TemAdapterError
from temadapter.methods.registry import get_method
from temadapter.progress import bar, hide_bars, say
from temadapter.runs.folder import RunFolder


@dataclass(frozen=True)
class Job:
    """One run of a plan.

    Attributes:
        trial: What is run.
        seed: Of the run.
        config: Its configuration.
        folder: Of the run.
        choice: The setting of the plan's grid that it has.
    """

    trial: Trial
    seed: int
    config: Config
    folder: Path
    choice: str | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.trial.name}, seed {self.seed}" + (f", {self.choice}" if self.choice else "")


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


def plan_jobs(
    plan: Plan,
    output: Path,
    *,
    seeds: int,
    sets: Sequence[str] = (),
    choices: Mapping[str, str] | None = None,
) -> tuple[Job, ...]:
    """Return every run of a plan, all trials with the first seed first.

    Args:
        plan: What is compared.
        output: Runs lie in `output/runs/<trial>/seed-<n>`; plans that share an output share equal trials.
        seeds: How many seeds, from 0.
        sets: Settings that hold for all trials.
        choices: Of `choose`: which setting of the plan's grid each trial takes.

    Raises:
        ConfigError: A trial's configuration is wrong.
    """
    chosen = choices or {}
    return tuple(
        _job(plan, trial, seed, output, sets, chosen.get(trial.follows or trial.name))
        for seed in range(seeds)
        for trial in plan.trials
    )


def grid_jobs(plan: Plan, output: Path, *, sets: Sequence[str] = ()) -> tuple[Job, ...]:
    """Return the runs by which trials choose from the plan's grid: every setting, with the first seed."""
    return tuple(
        _job(plan, trial, 0, output, sets, setting)
        for setting in plan.grid
        for trial in plan.trials
        if trial.follows is None and get_method(plan.config(trial, sets).method).trainable
    )


def choose(jobs: Sequence[Job]) -> dict[str, str]:
    """Return by trial the setting whose run was best on the validation questions; ties go to the earlier one.

    Args:
        jobs: Of `grid_jobs`; runs that are not finished are not considered.
    """
    best: dict[str, tuple[float, str]] = {}
    for job in jobs:
        if job.choice is None or not RunFolder(job.folder).finished:
            continue
        score = (RunFolder(job.folder).read_results() or {})["train"].get("validation_accuracy")
        if score is not None and score > best.get(job.trial.name, (-1.0, ""))[0]:
            best[job.trial.name] = (score, job.choice)
    return {name: setting for name, (_, setting) in best.items()}


def _job(plan: Plan, trial: Trial, seed: int, output: Path, sets: Sequence[str], choice: str | None) -> Job:
    own = [] if choice is None else [choice]
    config = plan.config(trial, [*sets, *own, f"training.seed={seed}"])
    folder = output / "runs" / trial.name
    if choice is not None:  # runs that only served to choose lie beside the chosen ones
        folder = folder / re.sub(r"[^\w.-]+", "-", choice)
    return Job(trial, seed, config, folder / f"seed-{seed}", choice)


def missing(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return the runs that are not finished."""
    return tuple(job for job in jobs if not RunFolder(job.folder).finished)


def run_jobs(jobs: Sequence[Job], *, processes: int = 1, workers: int | None = None) -> tuple[Failed, ...]:
    """Do the runs that are not finished; interrupted ones go on where they stopped.

    Args:
        jobs: Of `plan_jobs`.
        processes: How many at a time. Each then computes with its share of the cores.
        workers: Threads that decode videos, where features are missing.

    Returns:
        The runs that failed; the others are finished.
    """
    todo = missing(jobs)
    if not todo:
        return ()
    impossible = _prepare(todo, workers)
    failed = [Failed(job.trial.name, job.seed, reason) for job, reason in impossible]
    todo = tuple(job for job in todo if not any(job is other for other, _ in impossible))
    with bar("Comparing", len(todo), logged=True) as progress:
        for job, reason in _results(todo, processes):
            progress.advance()
            progress.note(job.name)
            if reason is not None:
                failed.append(Failed(job.trial.name, job.seed, reason))
                say(f"{job.name} failed: {reason}")
    return tuple(failed)


def _prepare(jobs: Sequence[Job], workers: int | None) -> list[tuple[Job, str]]:
    """Extract all features and texts once, before several processes want the same ones; return what cannot be run."""
    from temadapter.runs.prepare import prepare, read_dataset, split_questions
    from temadapter.runs.train import resolve

    seen: dict[object, str | None] = {}
    impossible = []
    for job in jobs:
        config = job.config
        key = (config.method, config.data, replace(config.features, control="none"))
        if key not in seen:
            seen[key] = None
            try:
                resolved, backbone = resolve(config)
                dataset = read_dataset(resolved.data)
                prepare(dataset, split_questions(dataset, resolved), resolved, backbone, workers=workers)
            except TemAdapterError as error:
                seen[key] = str(error)
        reason = seen[key]
        if reason is not None:
            say(f"{job.name} failed: {reason}")
            impossible.append((job, reason))
    return impossible


def _results(jobs: Sequence[Job], processes: int) -> Iterator[tuple[Job, str | None]]:
    """Yield each job as it ends, with the reason if it failed."""
    if processes == 1:
        for job in jobs:
            yield job, _run(job.config, job.folder)
        return
    context = multiprocessing.get_context("spawn")  # a fork would share torch's threads
    threads = max(1, (os.cpu_count() or 1) // processes)
    # a process for each run: what it says of its memory is its own
    pool = ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin, initargs=(threads,), max_tasks_per_child=1
    )
    with pool, _cancelled_on_error(pool):
        running = {pool.submit(_run, job.config, job.folder): job for job in jobs}
        while running:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(done), done.result()


@contextmanager
def _cancelled_on_error(pool: ProcessPoolExecutor) -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        raise TemAdapterError(
            "A process was killed from outside, most likely for want of memory. Give the command again with fewer "
            "--jobs: finished runs are kept, the others go on."
        ) from None
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _begin(threads: int) -> None:
    import torch

    Thread(target=_end_with_parent, daemon=True).start()
    hide_bars()
    torch.set_num_threads(threads)


def _end_with_parent() -> None:
    """Wait until the process that gave this one its work is gone, killed perhaps, and end: nobody waits any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run(config: Config, folder: Path) -> str | None:
    """Do one run; return why it failed, None if it did not."""
    from temadapter.hub.run_card import write_card
    from temadapter.runs.train import train_run

    try:
        train_run(config, folder, resume=True)
        write_card(folder)
    except TemAdapterError as error:
        return str(error)
    except Exception as error:  # one method's bug must not stop the others; it is reported, exit code 3
        return f"{type(error).__name__}: {error}"
    return None
