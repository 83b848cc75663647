"""Files of one row a line: JSON lines and their like, however their lines end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from temadapter.data.readers.base import Rows
from temadapter.errors import DataError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
Kind = TypeVar("Kind", list[Any], dict[str, Any])
LOOKED_AT = 20  # lines by which a format is recognised, since the first may be broken


def text_lines(path: Path) -> Iterator[tuple[int, str | DataError]]:
    r"""Yield (1-based number, line) for every line that is not blank.

    A byte order mark, CRLF and a missing newline at the end make no difference. Lines end at "\n" only, since
    a JSON string may hold other separators of lines. A line that is not UTF-8 comes as an error that says so.

    Raises:
        DataError: The file cannot be opened.
    """
    if read_bytes(path, most=2) in _UTF16:
        yield from (
            (number, line)
            for number, line in enumerate(decoded(read_bytes(path)).split("\n"), 1)
            if line.strip()
        )
        return
    try:
        with path.open("rb") as handle:
            for number, raw in enumerate(handle, start=1):
                line = _decode(raw)
                if isinstance(line, DataError) or line.strip():
                    yield number, line
    except OSError as error:
        raise _unreadable(path, error) from error


def read_bytes(path: Path, *, most: int = -1) -> bytes:
    """Return the first bytes of a file, all of them by default.

    Raises:
        DataError: The file cannot be read.
    """
    try:
        with path.open("rb") as handle:
            return handle.read(most)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path} cannot be read: {error.strerror or error}.")


def decoded(content: bytes) -> str:
    """Return a text in UTF-8, or in UTF-16 where its byte order mark says so (Excel's "Unicode text").

    What is neither stays in it as surrogates, so that it can be told by its line.
    """
    if content.startswith(_UTF16):
        try:
            return content.decode("utf-16", errors="surrogatepass")
        except UnicodeDecodeError:  # cut in the middle of a letter
            return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="surrogateescape")


def _decode(raw: bytes) -> str | DataError:
    try:
        return raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return DataError(f"the line is not UTF-8 text (byte {error.start + 1})")


def json_rows(path: Path, kind: type[Kind]) -> Rows[Kind]:
    """Yield (line number, row) of a JSON-lines file.

    Args:
        path: The file.
        kind: What every line must hold: `dict` or `list`.

    Raises:
        DataError: The file cannot be opened.
    """
    wanted = "a JSON object" if kind is dict else "a JSON list"
    for number, value in json_values(path):
        if isinstance(value, DataError | kind):
            yield number, value
        else:
            yield number, DataError(f"the line is not {wanted}")


def json_values(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, what the line says or the error that it is not JSON) of a JSON-lines file.

    Raises:
        DataError: The file cannot be opened.
    """
    for number, text in text_lines(path):
        yield number, text if isinstance(text, DataError) else parse_json(text)


def parse_json(text: str) -> Any:
    """Return what `text` says, or the error that it is not JSON; Python's own limits count as errors too."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return DataError(f"the line is not JSON ({error.msg}, column {error.colno})")
    except RecursionError:
        return DataError("the line is not JSON that can be read (nested too deeply)")
    except ValueError as error:
        return DataError(f"the line is not JSON that can be read ({error})")


def json_has(path: Path, *names: str) -> bool:
    """Tell whether one of the first lines is a JSON object with all these keys."""
    rows = (row for _, row in islice(json_rows(path, dict), LOOKED_AT))
    return any(not isinstance(row, DataError) and all(name in row for name in names) for row in rows)
