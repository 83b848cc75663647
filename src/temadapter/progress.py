"""Progress bars with the time left: on stderr, and only where a person watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
_shown = {"bars": True}


def hide_bars() -> None:
    """Show no bars in this process from now on: several processes share a terminal."""
    _shown["bars"] = False


class Bar:
    """One running bar. `advance` moves it, `note` changes the text at its end; both do nothing when hidden."""

    def __init__(self, progress: object, task: object) -> None:
        self._progress, self._task = progress, task

    def advance(self, steps: float = 1) -> None:
        """Move the bar by `steps`."""
        if self._progress is not None:
            self._progress.advance(self._task, steps)  # type: ignore[attr-defined]

    def note(self, text: str) -> None:
        """Show `text` behind the bar (a loss, a file name)."""
        if self._progress is not None:
            self._progress.update(self._task, note=text)  # type: ignore[attr-defined]


@contextmanager
def bar(title: str, total: float | None) -> Iterator[Bar]:
    """Show a bar `title` of `total` steps on stderr while the block runs; nothing without a terminal."""
    if not (_shown["bars"] and sys.stderr.isatty()):
        yield Bar(None, None)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Bar(progress, progress.add_task(title, total=total, note=""))


def track(items: Iterable[Item], title: str, *, total: int | None = None) -> Iterator[Item]:
    """Yield `items` while a bar `title` moves along; `total` defaults to `len(items)` where there is one."""
    count = total if total is not None else (len(items) if isinstance(items, Sized) else None)
    with bar(title, count) as running:
        for item in items:
            yield item
            running.advance()


def say(text: str) -> None:
    """Tell the user something on stderr, terminal or not."""
    print(text, file=sys.stderr, flush=True)
