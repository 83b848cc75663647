"""Tables of answers on disk: CSV, tab-separated text, JSON lines, Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from temadapter.errors import ConfigError, DataError
from temadapter.files import atomic_path
from temadapter.predictions.rows import COLUMNS, LISTS, NUMBERS, Row
from temadapter.text_formats import json_value

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def check_format(path: Path) -> None:
    """Refuse, before anything is answered, a table that could not be written.

    Raises:
        ConfigError: Its ending is none of `FORMATS`, or its package is missing.
    """
    if path.suffix.lower() not in FORMATS:
        raise ConfigError(f"{path.name} does not end like a table: use one of {', '.join(FORMATS)}.")
    if path.suffix.lower() == ".parquet":
        try:
            import_module("pyarrow.parquet")
        except ImportError as error:
            hint = "pip install 'temadapter[parquet]', or write .jsonl"
            raise ConfigError(f"{path.name} is a Parquet file, which needs pyarrow: {hint}.") from error


def write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows with the columns `COLUMNS` in one step, in the format that the file's ending names.

    In CSV a list is a JSON list, and what is not known is an empty cell.
    """
    check_format(path)
    writers: Mapping[str, Callable[[Path, Iterable[Mapping[str, Any]]], None]] = {
        ".csv": lambda file, table: _write_cells(file, table, ","),
        ".tsv": lambda file, table: _write_cells(file, table, "\t"),
        ".jsonl": _write_lines,
        ".parquet": _write_parquet,
    }
    with atomic_path(path) as temporary:
        writers[path.suffix.lower()](temporary, rows)


def read_table(path: Path) -> list[Row]:
    """Read what `write_table` wrote.

    Raises:
        DataError: It is no such table.
    """
    check_format(path)
    try:
        match path.suffix.lower():
            case ".jsonl":
                rows = [json_value(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
            case ".parquet":
                rows = import_module("pyarrow.parquet").read_table(path).to_pylist()
            case suffix:
                text = io.StringIO(path.read_text(encoding="utf-8"), newline="")
                cells = csv.DictReader(text, delimiter="\t" if suffix == ".tsv" else ",")
                rows = [{name: _value(name, cell) for name, cell in row.items()} for row in cells]
        return [{name: row[name] for name in COLUMNS} for row in rows]
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise DataError(f"{path} is not a table of predictions ({type(error).__name__}: {error}).") from error


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as handle:
        for row in rows:
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_cells(path: Path, rows: Iterable[Mapping[str, Any]], delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=delimiter)
        writer.writerow(COLUMNS)
        writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _value(name: str, cell: str) -> Any:
    if cell == "":
        return None
    if name in LISTS:
        return json_value(cell)
    if name == "correct":
        return cell == "true"
    return NUMBERS[name](cell) if name in NUMBERS else cell


def _write_parquet(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = {"text": arrow.string(), "number": arrow.float64(), float: arrow.float64(), int: arrow.int64()}

    def kind(name: str) -> Any:
        if name in LISTS:
            return arrow.list_(kinds[LISTS[name]])
        if name == "correct":
            return arrow.bool_()
        return kinds.get(NUMBERS.get(name), arrow.string())

    schema = arrow.schema([(name, kind(name)) for name in COLUMNS])
    parquet.write_table(arrow.Table.from_pylist(list(rows), schema=schema), path)
