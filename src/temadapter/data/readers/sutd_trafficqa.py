"""SUTD-TrafficQA: JSON lines, each a list (docs/benchmarks.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.data.readers.base import (
    Collector,
    find_files,
    find_video_dir,
    parsed_options,
    split_from_name,
)
from temadapter.data.readers.cells import (
    asked_of,
    index_of,
    label_of,
    number_of,
    option_of,
    seconds_of,
    text_of,
    video_of,
)
from temadapter.data.readers.lines import LOOKED_AT, json_rows, json_values
from temadapter.data.split_names import SPLITS
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
RELEASES = ("R3", "R2", "output_file")
"""In the order in which they are looked for; `output_file` are the authors' event descriptions."""

FOLDERS = ("annotations", "annotation_file", "questions", "sutd-traffic")
Row = dict[str, Any]


@dataclass(frozen=True)
class SutdTrafficQAReader:
    """Reads the official split files of a folder, or one file of that format.

    The id of a question is its `record_id`, its video is `vid_filename`. Empty options stay in their places.

    Args:
        files: Which files, where a folder has several: `R3`, `R2` or `output_file`; the first there is by
            default, and one file for all splits (`R3_all.jsonl`, `R2_all.jsonl`) only where there is no other.
    """

    name = "sutd-trafficqa"
    summary = "SUTD-TrafficQA, and Crossroads, which is written in the same layout"
    source = "https://sutdcv.github.io/SUTD-TrafficQA (request the download; videos and annotations)"
    layout = (
        "annotations/R3_train.jsonl, R3_test.jsonl (or R2_..., or the authors' output_file_train.jsonl, ...)\n"
        "raw_videos/ (or videos/, compressed_videos/) with *.mp4"
    )

    files: str | None = None

    def configured(self, options: str) -> SutdTrafficQAReader:
        """Return the reader for other files: `files=R2`."""
        return replace(self, **parsed_options(self.name, options, {"files": _release}, "files=R2"))

    def recognises(self, path: Path) -> bool:
        """Tell whether `path` is such a folder, or a file whose first lines are mostly JSON lists of plain values."""
        if path.is_dir():
            return bool(self._files(path))
        if path.suffix.lower() not in (".jsonl", ".json", ".txt"):
            return False
        rows = [row for _, row in islice(json_values(path), LOOKED_AT)]
        lists = [
            row for row in rows if isinstance(row, list) and not any(isinstance(cell, dict) for cell in row)
        ]
        return len(lists) > sum(
            isinstance(row, dict) for row in rows
        )  # one line may have strayed into a file

    def read(self, path: Path) -> Dataset:
        """Read the folder or the file."""
        files = self._files(path) if path.is_dir() else (path,)
        if not files:
            wanted = self.files or "R3"
            raise DataError(
                f"{path} holds no annotations/{wanted}_train.jsonl or {wanted}_test.jsonl. "
                "Expected: " + self.layout.replace("\n", "; ") + "."
            )
        collector = Collector()
        for file in files:
            _read_file(file, collector)
        root = path if path.is_dir() else path.parent
        return collector.dataset(
            root.name if path.is_dir() else path.stem,
            find_video_dir(files[0].parent, root),
            sentences=files[0].stem.startswith("output_file"),
        )

    def _files(self, folder: Path) -> tuple[Path, ...]:
        folders = [*(folder / name for name in FOLDERS), folder]
        releases = (self.files,) if self.files else RELEASES
        for parts in (SPLITS, ("all",)):
            for release in releases:
                names = [f"{release}_{part}.jsonl" for part in parts]
                if found := find_files(folders, names):
                    return found
        return ()


def _release(text: str) -> str:
    if text not in RELEASES:
        raise ValueError(f"it is one of {', '.join(RELEASES)}")
    return text


def _read_file(file: Path, collector: Collector) -> None:
    columns, split = tuple(HEADER.split()), split_from_name(file)

    def rows() -> Iterator[tuple[int, list[Any] | DataError]]:
        nonlocal columns
        for index, (line, values) in enumerate(json_rows(file, list)):
            if index == 0 and isinstance(values, list) and "record_id" in values:
                columns = _header(file, values)
            else:
                yield line, values

    def make(_line: int, values: list[Any]) -> Question:
        if len(values) != len(columns):
            raise DataError(f"the row has {len(values)} values, the header has {len(columns)}")
        return _question(dict(zip(columns, values, strict=True)), split)

    collector.add(file, rows(), make)


def _header(file: Path, values: list[Any]) -> tuple[str, ...]:
    columns = tuple(str(value) for value in values)
    needed = {"record_id", "vid_filename", "q_body", "option0", "option1"}
    missing = sorted(needed - set(columns))
    if missing:
        raise DataError(f"{file}: the header has no column {', '.join(missing)}.")
    return columns


def _question(row: Row, split: str | None) -> Question:
    names = sorted((name for name in row if name.startswith("option")), key=_option_number)
    return Question(
        id=text_of(row, "record_id"),
        video=video_of(row, "vid_filename"),
        text=asked_of(row, "q_body"),
        options=tuple(option_of(row[name], name) for name in names),
        answer=index_of(row.get("answer")),
        type=label_of(row, "q_type"),
        split=split,
        video_id=number_of(row, "vid_id"),
        group=label_of(row, "group"),
        start=seconds_of(row, "start"),
        end=seconds_of(row, "end"),
    )


def _option_number(column: str) -> tuple[int, str]:
    digits = column.removeprefix("option")
    return (int(digits) if digits.isdecimal() else 0, column)
