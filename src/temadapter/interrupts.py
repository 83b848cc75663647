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
    interruption is given again a moment later.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def tell(dropped: Any) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            # As SIGTERM, whose handler is ours: SIGINT is ignored in what a shell starts in the background.
            again = threading.Timer(AGAIN_SECONDS, _thread.interrupt_main, (signal.SIGTERM,))
            again.daemon = True
            again.start()
        else:
            hook(dropped)

    before, hook = signal.signal(signal.SIGTERM, interrupt), sys.unraisablehook
    sys.unraisablehook = tell
    try:
        yield
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGTERM, before)
