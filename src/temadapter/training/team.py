"""Processes that this one starts on its machine to train a run with it, and that end with it."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from temadapter.errors import TemAdapterError
from temadapter.training.follow import FAILED, READY, SILENT, START, follow
from temadapter.training.place import Place

END_SECONDS = 10.0  # so long a process has to clean up when it is told to end
LAST_WORDS = 10.0  # so long one whose connection broke has to end, and to say why
LOOK_SECONDS = 0.05


@contextmanager
def team(count: int, work: Callable[[Place], object]) -> Iterator[Place]:
    """Start `count - 1` processes that call `work(place)`, and end them after the block, whatever happens in it.

    They import and prepare what they need while the block does; they say nothing. A new Python does the work: it
    knows nothing of what was registered in this one only.

    Args:
        count: How many processes there are, this one included.
        work: Picklable: a function of a module, or a `functools.partial` of one.

    Yields:
        The place of this process, the first one. Its `wait` returns when all others are ready.
    """
    with tempfile.TemporaryDirectory(prefix="temadapter-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        address = (folder / "meeting").as_uri()
        others = []
        try:
            for rank in range(1, count):
                others.append(_Follower(Place(rank, count, rank, address), work, folder / f"{rank}.txt"))
            yield Place(
                0, count, 0, address, wait=partial(_all_ready, others), why_lost=partial(_why_lost, others)
            )
        finally:
            for follower in others:
                follower.tell_to_end()
            for follower in others:
                follower.end()


def _all_ready(others: list[_Follower]) -> None:
    """Wait until all are ready, and let them go.

    Raises:
        TemAdapterError: One of them has failed before.
    """
    for follower in others:
        while not follower.ready.wait(LOOK_SECONDS):
            if any(other.gone for other in others):
                raise TemAdapterError(f"The processes cannot begin to train together: {_why_lost(others)}.")
    for follower in others:
        follower.let_go()


def _why_lost(others: list[_Follower]) -> str:
    """Say why the first one that is gone is; called when a connection broke, perhaps a moment before."""
    deadline = time.monotonic() + LAST_WORDS
    while not any(follower.gone for follower in others) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    gone = [follower for follower in others if follower.gone]
    gone.sort(
        key=lambda follower: follower.process.returncode == SILENT
    )  # those that others took down are last
    return gone[0].last_words() if gone else "the connection to it broke"


class _Follower:
    """One of the other processes, as this one sees it.

    Args:
        place: Its place.
        work: What it calls.
        log: Where what it would print goes.
    """

    def __init__(self, place: Place, work: Callable[[Place], object], log: Path) -> None:
        self.place, self.ready = place, threading.Event()
        self._log, self._failure = log, ""
        task = pickle.dumps(sys.path) + pickle.dumps(partial(follow, work, place))
        with log.open("wb") as printed:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-c", START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        with suppress(BrokenPipeError):  # it has died already: `gone`
            self._tell(task)

    @property
    def gone(self) -> bool:
        """Whether it has ended before its work was done."""
        return self.process.poll() not in (None, 0)

    def let_go(self) -> None:
        """Tell it that all are ready."""
        with suppress(BrokenPipeError):
            self._tell(b"\n")

    def last_words(self) -> str:
        """Say why it has ended."""
        self._listener.join(LAST_WORDS)
        code = self.process.returncode
        if self._failure:
            return self._failure.rstrip(".")
        if code < 0:
            name = signal.Signals(-code).name
            memory = ", most likely because memory ran out" if name == "SIGKILL" else ""
            return f"process {self.place.rank + 1} was ended by {name}{memory}"
        printed = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        said = f": {printed[-1][:300]}" if printed else ""
        return f"process {self.place.rank + 1} ended with exit code {code}{said}"

    def tell_to_end(self) -> None:
        """Tell it to clean up and end, if it has not."""
        if self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait until it has ended, and kill it if that takes too long."""
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listener.join()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def _tell(self, message: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(message)
        self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as told:
            for line in told:
                message: dict[str, Any] = json.loads(line)
                if message["state"] == READY:
                    self.ready.set()
                elif message["state"] == FAILED:
                    self._failure = str(message["reason"])
