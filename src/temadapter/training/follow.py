"""The side of a process that `training.team` has started: it says when it is ready, and ends with the first one."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from temadapter.errors import FollowerError, TemAdapterError
from temadapter.interrupts import ended_by_sigterm
from temadapter.progress import hide_bars
from temadapter.training.place import Place

READY, FAILED = "ready", "failed"
SILENT = 3  # the exit code where the first process knows the reason already
START = (
    "import pickle, signal, sys; "
    "signal.signal(signal.SIGINT, signal.SIG_IGN); "  # Ctrl+C reaches all processes; the first one ends the others
    "sys.path[:] = pickle.load(sys.stdin.buffer); pickle.load(sys.stdin.buffer)()"
)
"""What a new Python is told to run: it takes from the pipe where modules are, and then what to call."""


def follow(work: Callable[[Place], object], place: Place) -> NoReturn:
    """Call `work(place)`; tell the first process when it is ready to begin, and why it failed."""
    first = _First()
    hide_bars()
    code = 0
    try:
        with ended_by_sigterm():
            work(replace(place, wait=first.wait))
    except (FollowerError, KeyboardInterrupt):
        code = SILENT
    except TemAdapterError as error:
        first.tell(FAILED, reason=str(error))
        code = 1
    sys.exit(code)


class _First:
    """The first process, as a follower sees it: lines go to it through the standard output, which nothing else uses."""

    def __init__(self) -> None:
        self._told = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what is printed goes where errors go
        self._go = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, state: str, *, reason: str = "") -> None:
        self._told.write(json.dumps({"state": state, "reason": reason}) + "\n")
        self._told.flush()

    def wait(self) -> None:
        """Say that this one is ready, and wait until all are."""
        self.tell(READY)
        self._go.wait()

    def _listen(self) -> None:
        """Hear when to go; end as soon as the first process is gone, killed perhaps: nobody waits any more."""
        while os.read(0, 1):
            self._go.set()
        os._exit(1)
