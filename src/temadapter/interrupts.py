"""SIGTERM ends a block as Ctrl+C does, so that everything is cleaned up; neither of them is swallowed."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

AGAIN_SECONDS = 0.02


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Raise KeyboardInterrupt in the block when the process is told to end; outside the main thread, nothing.

    Python drops an exception that comes up while an object is taken apart; a signal may arrive just then. Such an
    interruption is given again a moment later. Others take it for an error of their own (PyTorch, looking at what
    an object is): an error that ends the block after an interruption is that interruption.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    told: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        raise KeyboardInterrupt

    def tell(dropped: Any) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            # As SIGTERM, whose handler is ours: SIGINT is ignored in what a shell starts in the background.
            again = threading.Timer(AGAIN_SECONDS, _thread.interrupt_main, (signal.SIGTERM,))
            again.daemon = True
            again.start()
        else:
            hook(dropped)

    # not where a shell has it ignored, or where somebody else takes it
    ours = [number for number in (signal.SIGTERM, signal.SIGINT) if _is_ours(number)]
    before, hook = {number: signal.signal(number, interrupt) for number in ours}, sys.unraisablehook
    sys.unraisablehook = tell
    try:
        yield
    except Exception as error:
        if told:
            raise KeyboardInterrupt from error
        raise
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_ours(number: int) -> bool:
    return number == signal.SIGTERM or signal.getsignal(number) is signal.default_int_handler
