"""Progress with the time left, on stderr: a bar where a person watches, lines in a log where the steps are long."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from temadapter.addresses import without_logins
from temadapter.errors import CancelledError

Item = TypeVar("Item")
_shown = {"bars": True}
LOG_SECONDS = 15.0  # between two lines where no bar can be shown


def hide_bars() -> None:
    """Show no bars in this process from now on: several processes share a terminal."""
    _shown["bars"] = False


class Bar:
    """One running bar. `advance` moves it, `note` changes the text at its end; both do nothing when hidden."""

    def __init__(self, progress: object, task: object, *, room: int = 80) -> None:
        self._progress, self._task, self._room = progress, task, room

    def advance(self, steps: float = 1) -> None:
        """Move the bar by `steps`."""
        if self._progress is not None:
            self._progress.advance(self._task, steps)  # type: ignore[attr-defined]

    def begin_at(self, steps: float) -> None:
        """Count steps that an earlier start had done: they tell nothing about the time left."""
        if self._progress is not None:
            self._progress.reset(self._task, completed=steps)  # type: ignore[attr-defined]

    def expect(self, total: float) -> None:
        """Set how many steps there are in all, where that is known better by now."""
        if self._progress is not None:
            self._progress.update(self._task, total=total)  # type: ignore[attr-defined]

    def promise(self, seconds: float | None) -> None:
        """Show that the rest takes so long, where steps differ too much to tell by their number; None: not known."""
        if self._progress is not None:
            until = None if seconds is None else time.monotonic() + seconds
            self._progress.update(self._task, until=until)  # type: ignore[attr-defined]

    def note(self, text: str) -> None:
        """Show `text` behind the bar (a loss, a file name)."""
        if self._progress is not None:
            short = text if len(text) <= self._room else f"{text[: max(0, self._room - 1)]}…"
            self._progress.update(self._task, note=short)  # type: ignore[attr-defined]


class Lines(Bar):
    """Writes lines for logs: how many steps are done, and how long the others will take.

    One line every `LOG_SECONDS` while it is entered, however long a step takes.

    Args:
        title: What is done.
        total: How many steps; None where that is not known.
    """

    def __init__(self, title: str, total: float | None) -> None:
        super().__init__(None, None)
        self._title, self._total = title, total
        self._done, self._started_with, self._text = 0.0, 0.0, ""
        self._until: float | None = None
        self._began = self._said = time.monotonic()
        self._lock, self._over = threading.Lock(), threading.Event()

    def __enter__(self) -> Lines:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def advance(self, steps: float = 1) -> None:
        """Count `steps`; say where it stands if the last line was long ago."""
        self._done += steps
        self._say_if_due()

    def begin_at(self, steps: float) -> None:
        """Count steps that an earlier start had done."""
        self._done = self._started_with = steps

    def expect(self, total: float) -> None:
        """Set how many steps there are in all."""
        self._total = total

    def promise(self, seconds: float | None) -> None:
        """Say with the next lines that the rest takes so long."""
        self._until = None if seconds is None else time.monotonic() + seconds

    def note(self, text: str) -> None:
        """Say `text` with the next line."""
        self._text = text
        self._say_if_due()

    def _watch(self) -> None:
        """Say where it stands while one step takes long."""
        pause = LOG_SECONDS
        while not self._over.wait(pause):
            pause = self._say_if_due()

    def _say_if_due(self) -> float:
        """Return in how many seconds the next line is due."""
        with self._lock:
            now = time.monotonic()
            if now - self._said >= LOG_SECONDS:
                self._said = now
                say(self._line(now - self._began))
            return LOG_SECONDS - (now - self._said)

    def _line(self, seconds: float) -> str:
        new, total = self._done - self._started_with, self._total
        count = f"{self._done:.12g}, " if total is None else f"{self._done:.12g} of {total:.12g}, "
        count = count if total is not None or new else ""  # nothing is counted
        if self._until is not None:
            time_left = f"about {duration(max(0.0, self._until - time.monotonic()))} left"
        elif new and total is not None:
            time_left = f"about {duration(seconds / new * (total - self._done))} left"
        else:
            time_left = f"{duration(seconds)} so far"
        return f"{self._title}: {count}{time_left}" + (f": {self._text}" if self._text else "")


def duration(seconds: float) -> str:
    """Return a time in words.

    >>> duration(42), duration(200), duration(4000)
    ('42 s', '3 min', '1 h 7 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def bar(title: str, total: float | None) -> Iterator[Bar]:
    """Show a bar `title` of `total` steps on stderr while the block runs; without a terminal, a line every 15 s.

    Args:
        title: What is done.
        total: How many steps; None where that is not known.
    """
    if not _shown["bars"]:
        yield Bar(None, None)
        return
    if not sys.stderr.isatty():
        with Lines(title, total) as lines:
            yield lines
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class TimeLeft(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            until = task.fields["until"]
            if until is None:
                return super().render(task)
            seconds = timedelta(seconds=max(0, round(until - time.monotonic())))
            return Text(str(seconds), style="progress.remaining")

    console = Console(stderr=True)
    wide = console.width >= 110
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=30 if wide else 12),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeLeft(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console) as progress:
        room = max(0, console.width - (93 if wide else 75))  # the note is cut first, never the time left
        yield Bar(progress, progress.add_task(title, total=total, note="", until=None), room=room)


def track(items: Iterable[Item], title: str, *, total: int | None = None) -> Iterator[Item]:
    """Yield `items` while a bar `title` moves along; `total` defaults to `len(items)` where there is one."""
    count = total if total is not None else (len(items) if isinstance(items, Sized) else None)
    with bar(title, count) as running:
        for item in items:
            yield item
            running.advance()


def say(text: str) -> None:
    """Tell the user something on stderr, terminal or not."""
    print(harmless(text), file=sys.stderr, flush=True)


# Control characters but tab and line break, halves of characters, and marks that turn the direction of writing.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    r"""Return `text` with everything that would command a terminal written out: file names may hold it.

    Addresses lose who logs in, and the password with it.

    >>> harmless("a\x1b[2Jb.mp4"), harmless("rtsp://me:secret@camera/live")
    ('a\\x1b[2Jb.mp4', 'rtsp://camera/live')
    """
    return _COMMANDS.sub(lambda found: ascii(found[0])[1:-1], without_logins(text))


def one_line(text: object) -> str:
    """Return `text`, a file's name for instance, harmless and on one line."""
    return harmless(str(text)).replace("\n", "\\n").replace("\t", "\\t")


def short_name(text: object) -> str:
    r"""Return a name for a table: on one line, and with its middle left out where it is very long.

    >>> short_name("line\nbreak"), len(short_name("x" * 300))
    ('line\\nbreak', 40)
    """
    line = one_line(text)
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 13]}…{line[-12:]}"


_LONGEST_NAME = 40


def _nothing(phase: str, fraction: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Steps:
    """Tells a caller how far a piece of work is, and stops it where the caller wishes.

    Args:
        report: Called with a phase ("decoding") and the fraction of it that is done, 0 to 1.
        cancelled: Asked often; True ends the work at the next step.

    Example:
        >>> Steps(report=print).at("decoding", 0.5)
        decoding 0.5
    """

    report: Callable[[str, float], None] = _nothing
    cancelled: Callable[[], bool] = lambda: False

    def at(self, phase: str, fraction: float) -> None:
        """Report where the work is.

        Raises:
            CancelledError: The caller no longer wants it.
        """
        self.check()
        self.report(phase, min(1.0, max(0.0, fraction)))

    def check(self) -> None:
        """Go on, or give up.

        Raises:
            CancelledError: The caller no longer wants it.
        """
        if self.cancelled():
            raise CancelledError("Cancelled.")
