"""JSON-lines files that several processes append to and that survive a kill at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from temadapter.files import room_on_disk, write_text_atomic
from temadapter.text_formats import json_value


def append_row(path: Path, row: dict[str, Any]) -> None:
    """Append `row` as one line, in one write, so that lines of several processes do not mix.

    If the file ends in a torn line (of a process that was killed), the row starts on a line of its own.

    Raises:
        StorageError: The disk is full.
    """
    line = (json.dumps(row) + "\n").encode()
    with room_on_disk(path.parent):
        _append(path, line)


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)  # less the umask
    try:
        if os.fstat(handle).st_size:
            os.lseek(handle, -1, os.SEEK_END)
            if os.read(handle, 1) != b"\n":
                line = b"\n" + line
        while (
            line
        ):  # a disk with room for a part takes that part without a word, and then says that it is full
            line = line[os.write(handle, line) :]
    finally:
        os.close(handle)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of `path`; lines that are no JSON object (torn ones) are passed over."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    for line in content.splitlines():
        try:
            row = json_value(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row


def replace_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write `path` anew with `rows`, in one step; a file without rows is removed."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if text:
        write_text_atomic(path, text)
    else:
        path.unlink(missing_ok=True)
