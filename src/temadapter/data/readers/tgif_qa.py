"""TGIF-QA, the two tasks with options to choose from: action and transition (docs/benchmarks.md)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.data.readers.base import (
    Collector,
    Reader,
    find_files,
    find_video_dir,
    no_options,
    split_from_name,
)
from temadapter.data.readers.cells import (
    asked_of,
    index_of,
    label_of,
    option_of,
    seconds_of,
    text_of,
    video_of,
)
from temadapter.data.readers.tables import table_has, table_rows
from temadapter.errors import DataError

TASKS = {"ACTION": "action", "TRANS": "transition"}
"""How `vid_id` begins, and the question type it gives."""

OPTIONS = tuple(f"a{number}" for number in range(1, 6))
NEEDED = ("gif_name", "question", *OPTIONS, "answer", "vid_id")
FOLDERS = ("dataset", "annotations")


class TgifQAReader:
    """Reads `{Train,Test}_{action,transition}_question.csv` of a folder, or one such file.

    The files are tab-separated whatever their ending says. The id of a question is its `vid_id`, its video
    `<gif_name>.gif`. Repetition count and frame QA have no options, so they are not read.
    """

    name = "tgif-qa"
    summary = "TGIF-QA, tasks action and transition"
    source = "https://github.com/YunseokJANG/tgif-qa (annotations, and links to the GIFs)"
    layout = (
        "dataset/Train_action_question.csv, Test_action_question.csv, Train_transition_question.csv, ...\n"
        "gifs/ with *.gif"
    )

    def configured(self, options: str) -> Reader:
        """Take no options."""
        return no_options(self, options)

    def recognises(self, path: Path) -> bool:
        """Tell whether `path` is such a folder, or a file with the columns of TGIF-QA."""
        if path.is_dir():
            return any(table_has(file, *NEEDED) for file in _files(path))
        return path.suffix.lower() in (".csv", ".tsv", ".txt") and table_has(path, *NEEDED)

    def read(self, path: Path) -> Dataset:
        """Read the folder or the file."""
        files = _files(path) if path.is_dir() else (path,)
        if not files:
            raise DataError(
                f"{path} holds no Train_action_question.csv, Test_action_question.csv or the same of "
                "transition. Expected: " + self.layout.replace("\n", "; ") + "."
            )
        collector = Collector()
        for file in files:
            split = split_from_name(file)
            collector.add(file, table_rows(file, NEEDED), partial(_question, split=split))
        root = path if path.is_dir() else path.parent
        name = root.name if path.is_dir() else path.stem
        return collector.dataset(name, find_video_dir(root, files[0].parent))


def _files(folder: Path) -> tuple[Path, ...]:
    folders = [*(folder / name for name in FOLDERS), folder]
    names = [
        f"{split}_{task}_question.{ending}"
        for split in ("Train", "Test")
        for task in TASKS.values()
        for ending in ("csv", "tsv")
    ]
    return find_files(folders, names)


def _question(_line: int, row: dict[str, str], *, split: str | None) -> Question:
    number = text_of(row, "vid_id").strip()
    task = TASKS.get(number.rstrip("0123456789").upper())
    return Question(
        id=number,
        video=video_of(row, "gif_name", ".gif"),
        text=asked_of(row, "question"),
        options=tuple(option_of(row[name], name) for name in OPTIONS),
        answer=index_of(row["answer"]),
        type=task,
        split=split,
        group=label_of(row, "group"),
        start=seconds_of(row, "start"),
        end=seconds_of(row, "end"),
    )
