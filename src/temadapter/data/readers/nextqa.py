"""NExT-QA: one CSV file a split, and a map from videos to the folders of VidOR (docs/benchmarks.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

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
    video_of,
    with_ending,
)
from temadapter.data.readers.tables import table_has, table_rows
from temadapter.data.split_names import SPLITS
from temadapter.errors import DataError

TYPE_NAMES = {
    "CW": "causal, why",
    "CH": "causal, how",
    "TP": "temporal, previous",
    "TC": "temporal, current",
    "TN": "temporal, next",
    "DC": "descriptive, counting",
    "DL": "descriptive, location",
    "DO": "descriptive, other",
}
FOLDERS = ("nextqa", "dataset/nextqa", "annotations", "mc")
MAP = "map_vid_vidorID.json"
OPTIONS = tuple(f"a{number}" for number in range(5))
NEEDED = ("video", "question", "qid", "type", *OPTIONS)


@dataclass(frozen=True)
class NextQAReader:
    """Reads `train.csv`, `val.csv` and `test.csv` of a folder, or one such file.

    The id of a question is `<video>_<qid>`, since `qid` counts within a video. Videos lie where
    `map_vid_vidorID.json` says, or anywhere in the video folder.

    Args:
        test: The split that is the test: `val` for what most papers report. The other is left out then.
    """

    name = "nextqa"
    summary = "NExT-QA, multiple choice"
    source = "https://github.com/doc-doc/NExT-QA (annotations and the map; its videos are those of VidOR)"
    layout = (
        "nextqa/train.csv, val.csv, test.csv, map_vid_vidorID.json (or directly in the folder)\n"
        "NExTVideo/ (or videos/) with <group>/<video>.mp4, or all videos in one folder"
    )

    test: str = "test"

    def configured(self, options: str) -> NextQAReader:
        """Return the reader with another split as the test: `test=val`."""
        return replace(self, **parsed_options(self.name, options, {"test": _test_split}, "test=val"))

    def recognises(self, path: Path) -> bool:
        """Tell whether `path` is such a folder, or a CSV file with the columns of NExT-QA."""
        if path.is_dir():
            return any(table_has(file, *NEEDED) for file in _files(path))
        return path.suffix.lower() == ".csv" and table_has(path, *NEEDED)

    def read(self, path: Path) -> Dataset:
        """Read the folder or the file."""
        files = _files(path) if path.is_dir() else (path,)
        if self.test == "val":
            files = tuple(file for file in files if split_from_name(file) != "test") or files
        if not files:
            raise DataError(f"{path} holds no train.csv, val.csv or test.csv. Expected: {_one_line()}.")
        collector = Collector()
        for file in files:
            split = split_from_name(file)
            split = "test" if split == self.test else split
            collector.add(file, table_rows(file, NEEDED), partial(_question, split=split))
        root = path if path.is_dir() else path.parent
        return collector.dataset(
            root.name if path.is_dir() else path.stem,
            find_video_dir(files[0].parent, root, files[0].parent.parent),
            locations=_locations((files[0].parent, root)),
        )


def _files(folder: Path) -> tuple[Path, ...]:
    folders = [folder, *(folder / name for name in FOLDERS)]
    return find_files(folders, [f"{split}.csv" for split in SPLITS])


def _test_split(text: str) -> str:
    if text not in ("val", "test"):
        raise ValueError("it is val or test")
    return text


def _one_line() -> str:
    return NextQAReader.layout.replace("\n", "; ")


def _question(_line: int, row: dict[str, str], *, split: str | None) -> Question:
    video, number = video_of(row, "video", ".mp4"), number_of(row, "qid")
    return Question(
        id=f"{video.removesuffix('.mp4')}_{number}" if number else "",
        video=video,
        text=asked_of(row, "question"),
        options=tuple(option_of(row[name], name) for name in OPTIONS),
        answer=index_of(row.get("answer")),
        type=label_of(row, "type"),
        split=split,
        group=label_of(row, "group"),
        start=seconds_of(row, "start"),
        end=seconds_of(row, "end"),
    )


def _locations(folders: tuple[Path, ...]) -> dict[str, str]:
    """Return where the map says that each video lies, empty without a map."""
    files = find_files(folders, [MAP])
    if not files:
        return {}
    try:
        table = json.loads(files[0].read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{files[0]} cannot be read: {error}.") from error
    if not isinstance(table, dict) or not all(isinstance(place, str) for place in table.values()):
        raise DataError(f"{files[0]} is not a map from videos to folders.")
    return {with_ending(video, ".mp4"): with_ending(place, ".mp4") for video, place in table.items()}
