"""The time of a stream that may break off and start anew, in seconds since its first picture."""

from __future__ import annotations

import time

JUMP_SECONDS = 10.0  # a clock that leaps further has started anew


class StreamClock:
    """Turns the timestamps of one connection into seconds since the first picture of all."""

    def __init__(self, before: float | None) -> None:
        self._began, self._first = time.monotonic(), 0.0 if before is None else before + 0.04
        self._zero: float | None = None
        self._last = self._first

    def seconds(self, stamp: float | None) -> float:
        """Return the time of a picture, never before that of the last one."""
        if stamp is None:
            stamp = time.monotonic() if self._zero is None else self._zero + time.monotonic() - self._began
        if self._zero is None:
            self._zero, self._began = stamp, time.monotonic()
        found = self._first + stamp - self._zero
        if not -1 < found - self._last < JUMP_SECONDS:
            self._zero += found - self._last - 0.04
            found = self._last + 0.04
        self._last = max(self._last, found)
        return self._last

    def is_ahead(self, moment: float) -> bool:
        """Tell whether a picture came sooner than a camera would have sent it."""
        return moment - self._first > time.monotonic() - self._began
