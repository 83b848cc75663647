"""MSR-VTT multiple choice: which of five captions is the video's? (docs/benchmarks.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from temadapter.data.dataset import Dataset
from temadapter.data.question import Question, RowError
from temadapter.data.readers.base import (
    Collector,
    find_files,
    find_video_dir,
    parsed_options,
)
from temadapter.data.readers.cells import (
    index_of,
    label_of,
    option_of,
    seconds_of,
    text_of,
    video_of,
    with_ending,
)
from temadapter.data.readers.lines import json_has, json_rows
from temadapter.data.readers.msrvtt_captions import QUESTION, add_training_questions
from temadapter.data.readers.tables import table_has, table_rows
from temadapter.errors import DataError, shown

FOLDERS = ("annotations", "annotation", "txt_db", "data")
TEST_NAMES = ("msrvtt_mc_test.jsonl", "msrvtt_mc_test.tsv", "MSRVTT_MC_test.tsv", "mc_test.tsv", "test.tsv")
CAPTION_NAMES = (
    "train_val_videodatainfo.json",
    "train_videodatainfo.json",
    "videodatainfo.json",
    "MSRVTT_data.json",
)
TSV = ("vid_key", "a1", "a2", "a3", "a4", "a5", "answer")


@dataclass(frozen=True)
class MsrvttMcReader:
    """Reads the test questions of a folder and makes training questions of MSR-VTT's captions; or one file.

    The test questions are JSON lines, or the older tab-separated file. The benchmark has no training
    questions: each caption of a training clip is the answer among four captions of other clips, which are
    drawn by a seed. Clips of the test never come up there, not even with a caption as a wrong option.

    Args:
        seed: Draws the wrong options and the place of the right one.
        captions: At most so many captions of a clip become questions, the first ones; all when None.
    """

    name = "msrvtt-mc"
    summary = "MSR-VTT multiple choice, with training questions made of the captions"
    source = (
        "questions: https://github.com/showlab/DemoVLP (msrvtt_mc_test.jsonl); captions and videos: MSR-VTT "
        "(Xu et al., CVPR 2016)"
    )
    layout = (
        "annotations/msrvtt_mc_test.jsonl (or the tab-separated msrvtt_mc_test.tsv)\n"
        "annotations/train_val_videodatainfo.json (the captions; without them there is only the test)\n"
        "videos/ (or TrainValVideo/ and TestVideo/) with video<number>.mp4"
    )

    seed: int = 0
    captions: int | None = None

    def configured(self, options: str) -> MsrvttMcReader:
        """Return the reader for other training questions: `seed=1,captions=5`."""
        known = {"seed": _count, "captions": _count}
        return replace(self, **parsed_options(self.name, options, known, "seed=1,captions=5"))

    def recognises(self, path: Path) -> bool:
        """Tell whether `path` is such a folder, or a file of test questions."""
        if path.is_dir():
            return any(map(_is_test_file, _test_files(path)))
        return _is_test_file(path)

    def read(self, path: Path) -> Dataset:
        """Read the folder or the file."""
        tests = _test_files(path) if path.is_dir() else (path,)
        if not tests:
            raise DataError(
                f"{path} holds no msrvtt_mc_test.jsonl. Expected: {self.layout.replace(chr(10), '; ')}."
            )
        collector = Collector()
        notes: list[str] = []
        if path.suffix.lower() == ".jsonl" or tests[0].suffix.lower() == ".jsonl":
            collector.add(tests[0], json_rows(tests[0], dict), lambda _, row: _test_question(row))
        else:
            collector.add(tests[0], table_rows(tests[0], TSV), _old_question)
        root = path if path.is_dir() else path.parent
        if path.is_dir():
            notes.append(self._training(path, collector))
        return collector.dataset(
            root.name if path.is_dir() else path.stem,
            find_video_dir(root, tests[0].parent),
            notes=tuple(notes),
            sentences=True,
        )

    def _training(self, folder: Path, collector: Collector) -> str:
        files = find_files(_folders(folder), CAPTION_NAMES)
        if not files:
            return f"There are no captions ({', '.join(CAPTION_NAMES)}), so no training questions."
        return add_training_questions(files[0], collector, seed=self.seed, most=self.captions)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("it is a whole number")
    return int(text)


def _folders(folder: Path) -> list[Path]:
    return [*(folder / name for name in FOLDERS), folder]


def _test_files(folder: Path) -> tuple[Path, ...]:
    return find_files(_folders(folder), TEST_NAMES)[:1]


def _is_test_file(path: Path) -> bool:
    if path.suffix.lower() == ".jsonl":
        return json_has(path, "clip_name", "options")
    return path.suffix.lower() in (".tsv", ".csv", ".txt") and table_has(path, *TSV)


def _test_question(row: dict[str, Any]) -> Question:
    options = row.get("options")
    if not isinstance(options, list):
        raise RowError(f"options is {shown(options)}, not a list of texts", kind="options")
    return Question(
        id=text_of(row, "qid") or text_of(row, "clip_name"),
        video=video_of(row, "clip_name", ".mp4"),
        text=QUESTION,
        options=tuple(map(option_of, options)),
        answer=index_of(row.get("answer")),
        split="test",
        group=label_of(row, "group"),
        start=seconds_of(row, "start"),
        end=seconds_of(row, "end"),
    )


def _old_question(_line: int, row: dict[str, str]) -> Question:
    key = text_of(row, "vid_key").strip()
    clip = key.replace("msr", "video", 1) if key.startswith("msr") else key
    return Question(
        id=key,
        video=with_ending(clip, ".mp4") if clip else "",
        text=QUESTION,
        options=tuple(option_of(row[name], name) for name in TSV[1:6]),
        answer=index_of(row["answer"]),
        split="test",
        group=label_of(row, "group"),
        start=seconds_of(row, "start"),
        end=seconds_of(row, "end"),
    )
