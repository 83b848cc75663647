"""Files of rows and columns: CSV with its quotation marks, and tab-separated text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from temadapter.data.readers.base import Rows
from temadapter.data.readers.lines import text_lines
from temadapter.errors import DataError

Cells = tuple[int, list[str] | DataError]


def table_header(path: Path) -> tuple[str, ...]:
    """Return the names of the columns; empty where the file has no readable first line."""
    first = next(_records(path), (0, DataError("")))[1]
    return () if isinstance(first, DataError) else tuple(cell.strip() for cell in first)


def table_has(path: Path, *names: str) -> bool:
    """Tell whether the file has all these columns."""
    return set(names) <= set(table_header(path))


def table_rows(path: Path, needed: Iterable[str] = ()) -> Rows[dict[str, str]]:
    """Yield (1-based line, row) of a CSV file, or of a tab-separated one (first line with a tab and no comma).

    Semicolons may stand in place of the commas, as spreadsheets write them in some countries.

    A row is told by the line that it begins on. A quotation mark that is never closed costs its own line only.

    Args:
        path: The file; a byte order mark, CRLF and blank lines make no difference.
        needed: Columns without which the file is not of its format.

    Raises:
        DataError: The file cannot be read, or its header lacks a column or has one twice.
    """
    records = _records(path)
    header = _checked_header(path, next(records, None), needed)
    for line, cells in records:
        if isinstance(cells, DataError):
            yield line, cells
        elif len(cells) != len(header):
            yield line, DataError(f"the row has {len(cells)} values, the header has {len(header)}")
        else:
            yield line, {name: cell for name, cell in zip(header, cells, strict=True) if name}


def _checked_header(path: Path, first: Cells | None, needed: Iterable[str]) -> list[str]:
    if first is None:
        raise DataError(f"{path} is empty.")
    if isinstance(first[1], DataError):
        raise DataError(f"{path}: the header cannot be read: {first[1]}.")
    header = [cell.strip() for cell in first[1]]
    missing = [name for name in needed if name not in header]
    if missing:
        raise DataError(
            f"{path}: the header has no column {', '.join(missing)}. Columns: {', '.join(header)}."
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise DataError(f"{path}: the header has the column {', '.join(twice)} twice.")
    return header


def _records(path: Path) -> Iterator[Cells]:
    _, first = next(text_lines(path), (0, ""))
    if isinstance(first, str) and "\t" in first and "," not in first:
        yield from _tab_records(path)
    else:
        semicolons = isinstance(first, str) and ";" in first and "," not in first
        yield from _csv_records(path, ";" if semicolons else ",")


def _tab_records(path: Path) -> Iterator[Cells]:
    """Yield the rows of tab-separated text, where a quotation mark is a letter like any other in a cell."""
    for line, text in text_lines(path):
        yield line, text if isinstance(text, DataError) else [_unquoted(cell) for cell in text.split("\t")]


def _unquoted(cell: str) -> str:
    quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if quoted else cell


def _csv_records(path: Path, mark: str) -> Iterator[Cells]:
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
            lines = handle.readlines()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    position, width = 0, 0
    while position < len(lines):
        cells, used = _csv_record(lines, position, mark)
        if isinstance(cells, list) and used > 1 and width and len(cells) != width:
            # most likely a quotation mark that was left open and took the next rows with it
            cells, used = DataError(f"a quotation mark opens here and closes {used - 1} lines below"), 1
        if cells:
            yield position + 1, cells
            width = width or (len(cells) if isinstance(cells, list) else 0)
        position += used


def _csv_record(lines: list[str], position: int, mark: str) -> tuple[list[str] | DataError, int]:
    """Return the record that begins at `lines[position]`, and how many lines it takes."""
    reader = csv.reader((lines[i] for i in range(position, len(lines))), delimiter=mark, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        return DataError(f"the row is not CSV ({error}); look at its quotation marks"), 1
    if not "".join(cells).isprintable() and any("\udc80" <= c <= "\udcff" for cell in cells for c in cell):
        return DataError("the line is not UTF-8 text"), reader.line_num
    return ([] if not "".join(cells).strip() and len(cells) == 1 else cells), reader.line_num
