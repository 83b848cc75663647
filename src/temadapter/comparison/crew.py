"""Who does the runs of a comparison: this process, or several, each on a device of its own."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path

from temadapter.comparison.devices import kind_of, moved
from temadapter.comparison.extract_first import extract_first
from temadapter.comparison.plan_runs import Job
from temadapter.comparison.run_job import forget_shared, run_job
from temadapter.comparison.worker import Death, Worker
from temadapter.devices import cores
from temadapter.progress import hide_bars, say


@dataclass(frozen=True)
class Ended:
    """A run that came to an end, good or bad.

    Attributes:
        job: The run.
        reason: Why it failed; None where it did not.
        seconds: How long it took.
    """

    job: Job
    reason: str | None
    seconds: float


class Crew(ABC):
    """Does up to `at_once` runs at once."""

    at_once: int

    def prepare(self, jobs: Sequence[Job]) -> None:  # noqa: B027  (most have nothing to do)
        """Do what has to be done once for all of these runs."""

    @abstractmethod
    def begin(self, job: Job) -> None:
        """Begin a run, where fewer than `at_once` are running."""

    @property
    @abstractmethod
    def running(self) -> Mapping[Path, float]:
        """By folder, for how many seconds each run has been running."""

    @abstractmethod
    def wait(self) -> list[Ended]:
        """Wait until at least one run has ended; return those that have."""


class Alone(Crew):
    """Does one run after the other in this process.

    Args:
        workers: Threads that decode videos.
    """

    at_once = 1

    def __init__(self, workers: int | None) -> None:
        self._workers = workers
        self._job: Job | None = None

    def begin(self, job: Job) -> None:
        """Take a run; it is done in `wait`."""
        self._job = job

    @property
    def running(self) -> Mapping[Path, float]:
        """The run that is done next."""
        return {} if self._job is None else {self._job.folder: 0.0}

    def wait(self) -> list[Ended]:
        """Do the run."""
        assert self._job is not None
        job, self._job = self._job, None
        began = time.monotonic()
        reason = run_job(job, self._workers)
        return [Ended(job, reason, time.monotonic() - began)]


class Several(Crew):
    """Does several runs at once, each in a process of its own.

    The death of a process is the failure of its run; the next run on that device gets a new process.

    Args:
        devices: One run at a time is done on each; None where the run's settings say where.
        workers: Threads that decode videos.
    """

    def __init__(self, devices: Sequence[str | None], workers: int | None) -> None:
        self.at_once = len(devices)
        self._workers = workers
        # A run on a processor has all its threads, named as a device: fewer would round otherwise than a run alone.
        threads = None if devices[0] == "cpu" else max(1, cores() // len(devices))
        self._idle = [(device, Worker(device=device, threads=threads)) for device in devices]
        self._busy: list[tuple[Job, float, str | None, Worker]] = []

    def prepare(self, jobs: Sequence[Job]) -> None:
        """Extract the features, in one of the processes: this one never holds a part of a device's memory."""
        device, worker = self._idle[0]
        worker.begin(extract_first, [_placed(job, device) for job in jobs], self._workers)
        if isinstance(death := worker.result(), Death):
            say(f"Extracting the features first: {death.cause}. Now each run extracts what it misses.")

    def begin(self, job: Job) -> None:
        """Give a run to an idle process."""
        device, worker = self._idle.pop(0)
        worker.begin(run_without_bars, _placed(job, device), self._workers)
        self._busy.append((job, time.monotonic(), device, worker))

    @property
    def running(self) -> Mapping[Path, float]:
        """By folder, for how many seconds each run has been running."""
        return {job.folder: time.monotonic() - began for job, began, _, _ in self._busy}

    def wait(self) -> list[Ended]:
        """Wait until at least one run has ended; return those that have."""
        connection.wait([sign for *_, worker in self._busy for sign in worker.signs])
        ended = []
        for entry in [entry for entry in self._busy if entry[3].done]:
            job, began, device, worker = entry
            reason = worker.result()
            self._busy.remove(entry)
            self._idle.append((device, worker))
            if isinstance(reason, Death):
                where = "" if device is None or kind_of(device) == "cpu" else f" on {device}"
                reason = f"{reason.cause}{where}. The same command goes on where it stopped."
            ended.append(Ended(job, reason, time.monotonic() - began))
        return ended

    def end(self) -> None:
        """End all processes, those that are in the middle of a run too."""
        processes = [worker for _, worker in self._idle] + [worker for *_, worker in self._busy]
        for worker in processes:
            worker.tell_to_end()
        for worker in processes:
            worker.end()


def run_without_bars(job: Job, workers: int | None) -> str | None:
    """Do one run of several at once: they share a terminal, where bars would overwrite each other."""
    hide_bars()
    return run_job(job, workers)


def _placed(job: Job, device: str | None) -> Job:
    return job if device is None else moved(job, device)


@contextmanager
def crew(processes: int, devices: Sequence[str], workers: int | None) -> Iterator[Crew]:
    """Yield who does the runs, and end every process after the block.

    Args:
        processes: How many runs at once, where no devices are named.
        devices: Names; one run at a time on each.
        workers: Threads that decode videos.
    """
    if processes == 1 and not devices:
        forget_shared()
        try:
            yield Alone(workers)
        finally:
            forget_shared()
        return
    several = Several(devices or [None] * processes, workers)
    try:
        yield several
    finally:
        several.end()
