"""What commands print: data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.progress import harmless, say, short_name
from temadapter.text_formats import plain

if TYPE_CHECKING:
    from temadapter.evaluation.accuracy_table import AccuracyTable
    from temadapter.runs.dry_run import PlannedRun


def note(text: str) -> None:
    """Say something that is not data: to stderr, so that stdout stays clean."""
    say(text)


def emit(data: object, text: str, *, as_json: bool) -> None:
    """Print a result: as JSON for programs, or as text for people."""
    try:
        print(to_json(data) if as_json else _for_terminal(text), flush=True)
    except BrokenPipeError:  # whoever read has gone: `temadapter ls methods | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def program() -> str:
    """Return what to type to start this program again: its name, or where it is if the shell would not find it."""
    started = Path(sys.argv[0])
    found = shutil.which(started.name)
    known = found is not None and (not started.exists() or os.path.samefile(found, started))
    if started.name != "temadapter" or known:
        return "temadapter"
    relative = os.path.relpath(started)
    return str(started.absolute()) if relative.startswith(os.pardir) else relative


def to_json(data: object) -> str:
    """Return JSON that every reader understands: no NaN, no tuples, paths as text."""
    return json.dumps(plain(data), ensure_ascii=False, indent=2, allow_nan=False)


def in_a_table(name: str) -> str:
    """Return a name as a table for people has it: on one line, shortened where it is very long."""
    return short_name(name)


def columns(rows: Sequence[Sequence[object]], *, indent: str = "") -> str:
    """Align rows of texts in columns, the last one ragged.

    >>> print(columns([("a", 1), ("long", 22)]))
    a     1
    long  22
    """
    texts = [[str(cell) for cell in row] for row in rows]
    if not texts:
        return ""
    widths = [max(len(row[i]) for row in texts) for i in range(len(texts[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in texts)
    return "\n".join((indent + line).rstrip() for line in lines)


class _Coloured(str):
    """A text in which colours are meant."""


def _for_terminal(text: str) -> str:
    if not isinstance(text, _Coloured):
        return harmless(text)
    parts = re.split("(\x1b\\[[0-9;]*m)", text)
    return "".join(part if place % 2 else harmless(part) for place, part in enumerate(parts))


def table_text(table: AccuracyTable) -> str:
    """Return an accuracy table: with colours in a terminal, as Markdown elsewhere."""
    if not sys.stdout.isatty():
        return table.to_markdown()
    from rich.console import Console

    console = Console()
    with console.capture() as capture:
        console.print(table.to_rich())
    return _Coloured(capture.get())


def size(count: float) -> str:
    """Return a number of bytes in words.

    >>> size(512), size(8_400_000)
    ('512 B', '8.0 MiB')
    """
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    raise AssertionError


def plan_text(plan: PlannedRun, output: Path) -> str:
    """Return what a run would do, for people."""
    questions = ", ".join(f"{count:,} {name}" for name, count in plan.questions.items())
    rows = [
        ("Method", f"{plan.method}, preset {plan.preset}"),
        ("Questions", f"{questions}; {plan.bad_rows} bad rows are left out"),
        ("Videos", f"{plan.videos:,}, of which {_count(plan.videos_to_extract)} are to encode"),
        ("Missing", f"{plan.videos_missing:,} video files"),
        ("Texts", f"{plan.texts:,}"),
        ("Parameters", f"{_count(plan.trainable_parameters)} are trained, in {plan.steps:,} steps"),
        (
            "Disk",
            f"{_bytes(plan.store_bytes)} in the feature store, {_bytes(plan.run_bytes)} in {output}",
        ),
    ]
    if plan.backbone is not None:
        rows.append(("Unknown", f"what depends on the backbone: {plan.backbone}"))
    return columns(rows)


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _bytes(count: int | None) -> str:
    return "?" if count is None else size(count)
