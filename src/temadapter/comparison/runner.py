"""Doing the runs of a comparison: only those that are missing, several at a time, on in spite of failures."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import connection
from threading import Thread
from typing import TYPE_CHECKING, Any

from temadapter.comparison.plan_runs import Job
from temadapter.comparison.run_order import Schedule
from temadapter.errors import TemAdapterError
from temadapter.folder_lock import sole_holder
from temadapter.progress import bar, duration, hide_bars, say

if TYPE_CHECKING:
    from temadapter.runs.shared_data import SharedData


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


def run_schedule(schedule: Schedule, *, processes: int = 1, workers: int | None = None) -> tuple[Failed, ...]:
    """Do the runs of a comparison that are not finished; interrupted ones go on where they stopped.

    Runs in one process share what they read: questions, features and backbones are loaded once.

    Args:
        schedule: What is to be done; what was learned about it is noted there.
        processes: How many runs at a time. Each then computes with its share of the cores.
        workers: Threads that decode videos, where features are missing.

    Returns:
        The runs that failed; the others are finished.

    Raises:
        ConfigError: Another process does runs of a comparison in that folder.
    """
    if not schedule.ready():
        return ()
    with sole_holder(schedule.output, "a comparison"):
        return _run_all(schedule, processes, workers)


def _run_all(schedule: Schedule, processes: int, workers: int | None) -> tuple[Failed, ...]:
    left = schedule.left()
    if processes > 1:
        _extract(schedule.ready(), workers)
    failed: list[Failed] = []
    done, began = 0, time.monotonic()
    with bar("Comparing", len(left)) as shown, _executor(processes) as pool:
        running: dict[Future[tuple[str | None, float]], Job] = {}
        while True:
            while len(running) < processes:
                job = schedule.next([other.folder for other in running.values()])
                if job is None:
                    break
                running[pool.submit(run_job, job, workers)] = job
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                reason, seconds = future.result()
                schedule.note(job, seconds)
                done += 1
                shown.expect(done + len(schedule.left()))
                shown.advance()
                shown.note(job.name)
                if reason is not None:
                    schedule.failed.add(job.folder)
                    failed.append(Failed(job.trial.name, job.seed, reason))
                say(_told(schedule, job, done, reason, processes))
    if done:
        say(f"{done} runs in {duration(time.monotonic() - began)}.")
    return tuple(failed)


def _told(schedule: Schedule, job: Job, done: int, reason: str | None, processes: int) -> str:
    """Return where the comparison stands."""
    left, seconds = len(schedule.left()), schedule.seconds_left()
    rest = f", {duration(seconds / processes)} left" if seconds and left else ""
    text = f"run {done} of about {done + left}{rest}: {job.name}"
    return text if reason is None else f"{text} failed: {reason}"


def run_jobs(
    jobs: Sequence[Job], *, workers: int | None = None, shared: SharedData | None = None
) -> tuple[Failed, ...]:
    """Do some runs in this process, one after the other, where they are not finished; return those that failed."""
    from temadapter.runs.shared_data import SharedData

    failed, shared = [], shared or SharedData()
    for job in jobs:
        if not job.finished:
            reason = _run(job, shared, workers)
            if reason is not None:
                failed.append(Failed(job.trial.name, job.seed, reason))
    return tuple(failed)


def _extract(jobs: Sequence[Job], workers: int | None) -> None:
    """Extract all features and texts once, before several processes want the same ones.

    What cannot be extracted is said by the run that needs it.
    """
    from temadapter.runs.prepare import split_questions
    from temadapter.runs.shared_data import SharedData
    from temadapter.runs.train import resolve

    shared, seen = SharedData(), set()
    for job in jobs:
        config = job.config
        key = (config.method, config.data.dataset, replace(config.features, control="none"))
        if key in seen or job.weights_of is not None:
            continue
        seen.add(key)
        try:
            resolved, backbone = resolve(config)
            dataset = shared.dataset(resolved.data)
            splits = split_questions(dataset, resolved)
            shared.prepare(dataset, splits, resolved, backbone, workers=workers)
        except TemAdapterError:
            continue


class _Here(Executor):
    """Does what is submitted at once, in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def _executor(processes: int) -> Iterator[Executor]:
    """Yield what does the runs: this process, or several that live as long as the comparison."""
    if processes == 1:
        _OWN.clear()  # another comparison in this process may have read other things by the same names
        try:
            yield _Here()
        finally:
            _OWN.clear()
        return
    context = multiprocessing.get_context("spawn")  # a fork would share torch's threads
    threads = max(1, (os.cpu_count() or 1) // processes)
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(threads,))
    try:
        with pool:
            yield pool
    except BrokenProcessPool:
        raise TemAdapterError(
            "A process was killed from outside, most likely because memory ran out. Run the command again with fewer "
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


_OWN: list[SharedData] = []


def _shared() -> SharedData:
    """Return what the runs of this process share."""
    from temadapter.runs.shared_data import SharedData

    if not _OWN:
        _OWN.append(SharedData())
    return _OWN[0]


def run_job(job: Job, workers: int | None = None) -> tuple[str | None, float]:
    """Do one run; return why it failed, None if it did not, and how many seconds it took."""
    began = time.monotonic()
    reason = _run(job, _shared(), workers)
    return reason, time.monotonic() - began


def _run(job: Job, shared: SharedData, workers: int | None) -> str | None:
    from temadapter.comparison.reused_weights import answer_with_reused_weights
    from temadapter.hub.run_card import write_card
    from temadapter.runs.train import train_run

    try:
        if job.weights_of is not None:
            answer_with_reused_weights(job, shared, workers=workers)
        else:
            train_run(job.config, job.folder, resume=True, workers=workers, shared=shared)
            write_card(job.folder)
    except TemAdapterError as error:
        return str(error)
    except Exception as error:  # one method's bug must not stop the others; it is reported, exit code 3
        return f"{type(error).__name__}: {error}"
    return None
