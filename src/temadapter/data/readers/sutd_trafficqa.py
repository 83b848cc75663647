"""SUTD-TrafficQA: JSON lines, each a list (METHOD.md section 8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from temadapter.data.dataset import Dataset, RowProblem
from temadapter.data.question import Question
from temadapter.data.readers.base import collect, find_video_dir, split_from_name, text_lines
from temadapter.errors import DataError

HEADER = "record_id vid_id vid_filename perspective q_body q_type option0 option1 option2 option3 answer"
TYPE_NAMES = {
    "U": "basic understanding",
    "A": "attribution",
    "I": "introspection",
    "C": "counterfactual inference",
    "F": "event forecasting",
    "R": "reverse reasoning",
}
Row = dict[str, Any]


class SutdTrafficQAReader:
    """Reads `annotations/R2_{train,test}.jsonl`, else `R2_all.jsonl`, or one file of that format.

    The id of a question is its `record_id`, its video is `vid_filename`. Empty options stay in their places.
    """

    name = "sutd-trafficqa"
    summary = "SUTD-TrafficQA, and Crossroads, which is written in the same layout"
    layout = "a folder with annotations/R2_{train,test}.jsonl and videos/, or one such file (JSON lists)"

    def recognises(self, path: Path) -> bool:
        """Tell whether `path` is such a folder, or a file whose first line is a JSON list."""
        if path.is_dir():
            return bool(_annotation_files(path))
        if path.suffix.lower() not in (".jsonl", ".json", ".txt"):
            return False
        first = next((line for _, line in text_lines(path)), "")
        return isinstance(first, str) and first.lstrip().startswith("[") and "]" in first

    def read(self, path: Path) -> Dataset:
        """Read the folder or the file."""
        files = _annotation_files(path) if path.is_dir() else (path,)
        if not files:
            raise DataError(f"{path} holds no annotations/R2_train.jsonl, R2_test.jsonl or R2_all.jsonl.")
        questions: list[Question] = []
        problems: list[RowProblem] = []
        seen: dict[str, str] = {}
        for file in files:
            good, bad = _read_file(file, seen)
            questions += good
            problems += bad
        name = path.name if path.is_dir() else path.stem
        return Dataset(name, find_video_dir(files[0].parent), tuple(questions), tuple(problems))


def _annotation_files(folder: Path) -> tuple[Path, ...]:
    for parent in (folder / "annotations", folder):
        parts = tuple(parent / f"R2_{split}.jsonl" for split in ("train", "val", "test"))
        found = tuple(part for part in parts if part.is_file())
        if found:
            return found
        if (parent / "R2_all.jsonl").is_file():
            return (parent / "R2_all.jsonl",)
    return ()


def _read_file(file: Path, seen: dict[str, str]) -> tuple[list[Question], list[RowProblem]]:
    columns, rows = tuple(HEADER.split()), []
    for index, (line, text) in enumerate(text_lines(file)):
        values = _values(text)
        if index == 0 and isinstance(values, list) and "record_id" in values:
            columns = _header(file, values)
        else:
            rows.append((line, values))
    split = split_from_name(file)

    def make(_line: int, values: list[Any]) -> Question:
        if len(values) != len(columns):
            raise DataError(f"the row has {len(values)} values, the header has {len(columns)}")
        return _question(dict(zip(columns, values, strict=True)), split)

    return collect(file, rows, make, seen)


def _values(text: str | DataError) -> list[Any] | DataError:
    if isinstance(text, DataError):
        return text
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        return DataError(f"the line is not JSON ({error.msg}, column {error.colno})")
    except RecursionError:
        return DataError("the line is not JSON that can be read (nested too deeply)")
    return values if isinstance(values, list) else DataError("the line is not a JSON list")


def _header(file: Path, values: list[Any]) -> tuple[str, ...]:
    columns = tuple(str(value) for value in values)
    needed = {"record_id", "vid_filename", "q_body", "option0", "option1"}
    missing = sorted(needed - set(columns))
    if missing:
        raise DataError(f"{file}: the header has no column {', '.join(missing)}.")
    return columns


def _question(row: Row, split: str | None) -> Question:
    options = tuple(_text(row, name) for name in sorted(row, key=_option_number) if name.startswith("option"))
    answer = row.get("answer")
    if isinstance(answer, str) and answer.strip().lstrip("-").isdigit():
        answer = int(answer)
    if answer == "":
        answer = None
    if answer is not None and (not isinstance(answer, int) or isinstance(answer, bool)):
        raise DataError(f"the answer is {answer!r}, not the number of an option")
    return Question(
        id=_text(row, "record_id"),
        video=_text(row, "vid_filename"),
        text=_text(row, "q_body"),
        options=options,
        answer=answer,
        type=_text(row, "q_type") or None,
        split=split,
        video_id=_text(row, "vid_id") or None,
    )


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value)
    raise DataError(f"{name} is {value!r}, not text")


def _option_number(column: str) -> tuple[int, str]:
    digits = column.removeprefix("option")
    return (int(digits) if digits.isdecimal() else 0, column)
