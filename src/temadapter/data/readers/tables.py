"""Files of rows and columns: CSV with its quotation marks, and tab-separated text, as spreadsheets write them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from temadapter.data.readers.base import Rows
from temadapter.data.readers.cells import is_missing
from temadapter.data.readers.lines import decoded, read_bytes
from temadapter.errors import DataError, listed

Cells = tuple[int, list[str] | DataError]

_HEAD = 1 << 18  # bytes by which a header is read: benchmarks have thousands of rows
_SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # Excel's own first line: what parts the cells
_WHOLE_FLOAT = re.compile(r"-?\d+\.0")


def table_header(path: Path) -> tuple[str, ...]:
    """Return the names of the columns; empty where the file has no readable first line."""
    first = next(_records(read_bytes(path, most=_HEAD)), (0, DataError("")))[1]
    return () if isinstance(first, DataError) else tuple(cell.strip() for cell in first)


def table_has(path: Path, *names: str) -> bool:
    """Tell whether the file has all these columns."""
    return set(names) <= set(table_header(path))


def table_rows(path: Path, needed: Iterable[str] = (), *, numbered: bool = False) -> Rows[dict[str, str]]:
    """Yield (1-based line, row) of a table.

    Commas, semicolons or tabs part the cells, whichever give the header the most columns, or what a first line
    `sep=;` says. A row is told by the line that it begins on. A quotation mark that is never closed costs its own
    line only. In a column with gaps that holds nothing but whole numbers written as 4.0, as pandas does, they
    become 4.

    Args:
        path: The file; a byte order mark, CRLF and blank lines make no difference.
        needed: Columns without which the file is not of its format.
        numbered: Whether the columns are called "1", "2", ... and the first row is one like the others.

    Raises:
        DataError: The file cannot be read, or its header lacks a column or has one twice.
    """
    records = _records(read_bytes(path))
    if numbered:
        kept = list(records)
        width = max((len(cells) for _, cells in kept if isinstance(cells, list)), default=0)
        header, records = [str(number) for number in range(1, width + 1)], iter(kept)
    else:
        header = _checked_header(path, next(records, None), needed)
    yield from _without_decimals([(line, _row(cells, header)) for line, cells in records], header)


def _row(cells: list[str] | DataError, header: Sequence[str]) -> dict[str, str] | DataError:
    if isinstance(cells, DataError):
        return cells
    if len(cells) > len(header) and not "".join(cells[len(header) :]).strip():
        cells = cells[: len(header)]  # a spreadsheet ends every row with as many marks as its longest
    if len(cells) != len(header):
        return DataError(f"the row has {len(cells)} values, the header has {len(header)}")
    return {name: cell for name, cell in zip(header, cells, strict=True) if name}


def _without_decimals(
    rows: list[tuple[int, dict[str, str] | DataError]], names: Iterable[str]
) -> list[tuple[int, dict[str, str] | DataError]]:
    good = [row for _, row in rows if isinstance(row, dict)]
    for name in filter(None, names):
        there = [row for row in good if not is_missing(row[name])]
        if 0 < len(there) < len(good) and all(_WHOLE_FLOAT.fullmatch(row[name].strip()) for row in there):
            for row in there:
                row[name] = row[name].strip().removesuffix(".0")
    return rows


def _checked_header(path: Path, first: Cells | None, needed: Iterable[str]) -> list[str]:
    if first is None:
        raise DataError(f"{path} is empty.")
    if isinstance(first[1], DataError):
        raise DataError(f"{path}: the header cannot be read: {first[1]}.")
    header = [cell.strip() for cell in first[1]]
    missing = [name for name in needed if name not in header]
    if missing:
        raise DataError(f"{path}: the header has no column {', '.join(missing)}. Columns: {listed(header)}.")
    twice = sorted(name for name, count in Counter(header).items() if name and count > 1)
    if twice:
        raise DataError(f"{path}: the header has the column {listed(twice)} twice.")
    return header


def _records(content: bytes) -> Iterator[Cells]:
    text = decoded(content)
    lines = list(io.StringIO(text, newline=""))
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not lines:
        return
    mark, skipped = _mark(lines[first].strip("\r\n")), 0
    if told := _SEP_LINE.fullmatch(lines[first].strip()):
        mark, skipped = told[1], first + 1
    parsed = _tab_records(text) if mark == "\t" else _csv_records(lines, mark)
    for line, cells in parsed:
        if line > skipped and (isinstance(cells, DataError) or "".join(cells).strip()):
            yield line, cells


def _mark(header: str) -> str:
    """Return what parts the cells: the mark that gives the header the most columns."""
    try:
        counts = {mark: len(next(csv.reader([header], delimiter=mark), [])) for mark in ",;\t"}
    except csv.Error:  # a field longer than Python reads: no table, which the first row will say
        return ","
    return max(counts, key=counts.__getitem__)


def _tab_records(text: str) -> Iterator[Cells]:
    """Yield the rows of tab-separated text, where a quotation mark is a letter like any other in a cell."""
    for line, row in enumerate(text.split("\n") if "\n" in text else text.split("\r"), start=1):
        row = row.rstrip("\r")
        yield line, _NOT_TEXT if _is_broken(row) else [_unquoted(cell) for cell in row.split("\t")]


_NOT_TEXT = DataError("the line is not UTF-8 text: save the file as UTF-8")


def _is_broken(text: str) -> bool:
    """Tell whether bytes that are no UTF-8 were read into a text."""
    return not text.isascii() and any("\udc80" <= letter <= "\udcff" for letter in text)


def _unquoted(cell: str) -> str:
    quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if quoted else cell


def _csv_records(lines: list[str], mark: str) -> Iterator[Cells]:
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
    if any(map(_is_broken, cells)):
        return _NOT_TEXT, reader.line_num
    return cells, reader.line_num
