"""A process that does tasks one after the other; its death is told, not raised."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection
from threading import Thread
from typing import TYPE_CHECKING, Any

from temadapter.interrupts import ended_by_sigterm

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

END_SECONDS = 10.0
"""So long a process has to clean up when it is told to end."""

_SPAWN = multiprocessing.get_context("spawn")  # a fork would share torch's threads


@dataclass(frozen=True)
class Death:
    """What came of a task whose process ended before it was done.

    Attributes:
        cause: In words.
    """

    cause: str


class Worker:
    """One process and the task that it is doing. It starts with its first task, and again after its death.

    Args:
        device: The CUDA device that it uses unless a task says otherwise, such as "cuda:1"; None for the usual one.
        threads: With how many torch computes; as many as in this process when None.
    """

    def __init__(self, *, device: str | None = None, threads: int | None = None) -> None:
        self._device, self._threads = device, threads
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def begin(self, task: Callable[..., Any], *arguments: Any) -> None:
        """Hand over a task; both it and what it returns must be picklable."""
        if self._process is not None and not self._process.is_alive():
            self._forget()  # it was killed while it had nothing to do
        if self._process is None:
            self._start()
        assert self._pipe is not None
        try:
            self._pipe.send((task, arguments))
        except BrokenPipeError:
            return  # it was killed just now: `result` tells

    def _start(self) -> None:
        import torch

        threads = self._threads or torch.get_num_threads()
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_do_tasks, args=(theirs, self._device, threads))
        self._process.start()
        theirs.close()  # the end of the process is then the end of the pipe

    @property
    def signs(self) -> tuple[Any, ...]:
        """What `multiprocessing.connection.wait` waits on: one of them is ready when `result` is."""
        assert self._process is not None
        return (self._pipe, self._process.sentinel)

    @property
    def done(self) -> bool:
        """Whether `result` returns at once."""
        return bool(connection.wait(self.signs, timeout=0))

    def result(self) -> Any:
        """Return what the task returned, or a `Death`; wait for it if need be."""
        assert self._process is not None
        assert self._pipe is not None
        connection.wait(self.signs)
        try:
            if self._pipe.poll():  # even of a process that has died since
                return self._pipe.recv()
        except (EOFError, ConnectionError):
            pass
        self._process.join()
        code = self._process.exitcode or 0
        self._forget()
        return Death(_cause(code))

    def tell_to_end(self) -> None:
        """Tell the process to clean up and end."""
        if self._process is not None:
            self._process.terminate()

    def end(self) -> None:
        """Wait until the process has ended, and kill it if that takes too long."""
        self.tell_to_end()
        if self._process is not None:
            self._process.join(END_SECONDS)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._forget()

    def _forget(self) -> None:
        if self._process is not None and self._pipe is not None:
            self._process.close()
            self._pipe.close()
        self._process = self._pipe = None


def _cause(code: int) -> str:
    if code >= 0:
        return f"its process ended with exit code {code}"
    name = signal.Signals(-code).name
    memory = ", most likely because memory ran out" if name == "SIGKILL" else ""
    return f"its process was ended by {name}{memory}"


def _do_tasks(pipe: Connection, device: str | None, threads: int) -> None:
    """Do what comes through the pipe, until told to end."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches all processes; the first one ends the others
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        with ended_by_sigterm():
            _prepare_torch(device, threads)
            while True:
                task, arguments = pipe.recv()
                pipe.send(task(*arguments))
    except (KeyboardInterrupt, EOFError):
        return


def _prepare_torch(device: str | None, threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
    if device is not None and device.startswith("cuda"):
        torch.cuda.set_device(device)  # else small things would still be made on the first one


def _end_with_parent() -> None:
    """Wait until the process that gave this one its work is gone, killed perhaps, and end: nobody waits any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
