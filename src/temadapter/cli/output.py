"""What commands print: data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.progress import harmless, say

if TYPE_CHECKING:
    from temadapter.evaluation.accuracy_table import AccuracyTable


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


def plain(value: Any) -> Any:
    """Return `value` made of dicts, lists, texts, numbers, booleans and None only."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):  # numpy and torch
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


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
