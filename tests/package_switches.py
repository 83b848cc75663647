"""Which rooms of the package a command enters before its first optimizer step: `python package_switches.py ARGUMENTS`.

Prints the functions of the package in the order in which they are called for the first time, as a reader meets them:
one JSON list a line, of room (the folder in the package; "" for files beside the folders), file and function. Lambdas,
comprehensions and code that runs when a module or a class is made have no name to follow and do not count.
"""

from __future__ import annotations

import inspect
import json
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NoReturn

Call = tuple[str, str, str]  # room, file, function


class FirstStepError(BaseException):
    """The first optimizer step begins. No command catches it."""


class Follower:
    """Notes every function of a folder when it is called for the first time."""

    def __init__(self, package: Path) -> None:
        self.package, self.calls = f"{package}/", list[Call]()
        self._seen: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or code in self._seen:
            return
        self._seen.add(code)
        named = code.co_flags & inspect.CO_OPTIMIZED and "<" not in code.co_name
        if named and code.co_filename.startswith(self.package):
            file = code.co_filename.removeprefix(self.package)
            self.calls.append((file.partition("/")[0] if "/" in file else "", file, code.co_qualname))


def first_calls(arguments: Sequence[str]) -> list[Call]:
    """Return the functions that `temadapter ARGUMENTS` calls up to its first optimizer step, each once, in order.

    Raises:
        RuntimeError: The command ended before.
    """
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    import temadapter

    def stop(*_: object) -> NoReturn:
        raise FirstStepError

    follower = Follower(Path(temadapter.__file__).parent)
    register_optimizer_step_pre_hook(stop)
    threading.setprofile(follower)
    sys.setprofile(follower)
    try:
        from temadapter.cli.app import main

        code = main(arguments)
    except FirstStepError:
        return follower.calls
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    raise RuntimeError(f"temadapter {' '.join(arguments)} ended with code {code} before any optimizer step.")


def switches(calls: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Return the calls that lead into another room than the one before; files beside the rooms belong to none."""
    entered: list[Sequence[str]] = []
    before = ""
    for call in calls:
        if call[0] and call[0] != before:
            entered.append(call)
            before = call[0]
    return entered[1:]  # the first one is where a reader starts


if __name__ == "__main__":
    for line in first_calls(sys.argv[1:]):
        print(json.dumps(line))
