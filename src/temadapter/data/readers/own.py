"""The user's own questions, in JSON lines, CSV or Parquet (METHOD.md section 8)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.data.readers.base import collect, find_video_dir, split_from_name, text_lines
from temadapter.errors import DataError

NEEDED = ("video", "question")
OPTION_COLUMN = re.compile(r"^(?:option|a)_?(\d+)$")
Row = Mapping[str, Any]
Rows = Iterator[tuple[int, Row | DataError]]


class OwnReader:
    """Reads one file of the user's own questions.

    The columns are `video`, `question`, `options` and, where known, `answer`, `type`, `split`, `id`.
    `options` is a list; in a CSV file a JSON list, texts separated by `|`, or one column per option
    (`option0`, `option1`, ...). `answer` is the 0-based number of the correct option, or its text. Without
    `id` the line number is the id.
    """

    name = "own"
    summary = "your own questions: JSON lines, CSV or Parquet"
    layout = (
        "a .jsonl, .csv or .parquet file with video, question, options and, if known, answer, type, split"
    )

    def recognises(self, path: Path) -> bool:
        """Tell whether the first row has a video and a question."""
        if not path.is_file() or path.suffix.lower() not in _READERS:
            return False
        first = next((row for _, row in _READERS[path.suffix.lower()](path)), None)
        return isinstance(first, Mapping) and all(name in first for name in NEEDED)

    def read(self, path: Path) -> Dataset:
        """Read the file."""
        read_rows = _READERS.get(path.suffix.lower())
        if read_rows is None or not path.is_file():
            raise DataError(f"{path} is not a .jsonl, .csv or .parquet file.")
        split = split_from_name(path)

        def make(line: int, row: Row) -> Question:
            return _question(row, line, split)

        questions, problems = collect(path, read_rows(path), make, {})
        return Dataset(path.stem, find_video_dir(path.parent), tuple(questions), tuple(problems))


def _json_rows(path: Path) -> Rows:
    for line, text in text_lines(path):
        if isinstance(text, DataError):
            yield line, text
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            yield line, DataError(f"the line is not JSON ({error.msg}, column {error.colno})")
            continue
        except RecursionError:
            yield line, DataError("the line is not JSON that can be read (nested too deeply)")
            continue
        yield line, row if isinstance(row, dict) else DataError("the line is not a JSON object")


def _csv_rows(path: Path) -> Rows:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            for row in reader:
                if None in row:
                    found, known = len(row) - 1 + len(row[None]), len(row) - 1
                    yield reader.line_num, DataError(f"the row has {found} values, the header has {known}")
                else:
                    yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text (byte {error.start + 1}). Save it as UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}.") from error


def _parquet_rows(path: Path) -> Rows:
    try:
        arrow = import_module("pyarrow")
        parquet = import_module("pyarrow.parquet")
    except ImportError as error:
        hint = "pip install 'temadapter[parquet]', or save the file as JSON lines"
        raise DataError(f"{path} is a Parquet file, which needs pyarrow: {hint}.") from error
    try:
        with parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1024):
                for number, row in enumerate(batch.to_pylist(), start=number + 1):  # noqa: B020
                    yield number, row
    except (OSError, arrow.ArrowInvalid) as error:
        raise DataError(f"{path} cannot be read as Parquet: {error}.") from error


_READERS = {".jsonl": _json_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}


def _question(row: Row, line: int, split: str | None) -> Question:
    for name in NEEDED:
        if not _text(row, name).strip():
            raise DataError(f"the row has no {name}")
    options = _options(row)
    return Question(
        id=_text(row, "id") or str(line),
        video=_text(row, "video"),
        text=_text(row, "question"),
        options=options,
        answer=_answer(row.get("answer"), options),
        type=_text(row, "type") or None,
        split=_text(row, "split") or split,
        video_id=_text(row, "video_id") or None,
    )


def _options(row: Row) -> tuple[str, ...]:
    value = row.get("options")
    if value is None or value == "":
        columns = sorted((int(match[1]), name) for name in row if (match := OPTION_COLUMN.match(name)))
        return tuple(_text(row, name) for _, name in columns)
    if isinstance(value, str):
        value = _split_options(value)
    if not isinstance(value, list):
        raise DataError(f"options is {value!r}, not a list of texts")
    return tuple(_option(option) for option in value)


def _split_options(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise DataError(f"options is not a JSON list ({error.msg})") from error
        return list(values)
    return [part.strip() for part in text.split("|")]


def _option(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DataError(f"the option {value!r} is not text")
    return str(value)


def _answer(value: object, options: tuple[str, ...]) -> int | None:
    """Return the 0-based index that `answer` means: a number is an index, a text is an option's text."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a column with gaps becomes floating point in Parquet
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise DataError(f"the answer is {value!r}, neither the number nor the text of an option")
    same = [index for index, option in enumerate(options) if option.strip() == value.strip()]
    number = int(value) if value.strip().isdecimal() else None
    if number is not None and same and same != [number]:
        raise DataError(
            f"the answer {value!r} may be option {same[0]} or option number {number}: say which in JSON"
        )
    if len(same) == 1 or (same and number is None):
        return same[0]
    if number is None:
        raise DataError(f"the answer {value!r} is none of the options")
    return number


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise DataError(f"{name} is {value!r}, not text")
