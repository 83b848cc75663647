"""A dataset as a folder of JSON-lines files: what `--reader own` and Hugging Face `datasets` read alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import ConfigError
from temadapter.files import write_text_atomic

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset, RowProblem
    from temadapter.data.question import Question

UNSPLIT = "test"  # `datasets` wants a name; questions without a split can only be asked


@dataclass(frozen=True, repr=False)
class ExportedDataset:
    """What was written of a dataset.

    Attributes:
        folder: Where.
        questions: How many, by split.
        left_out: Rows of the dataset that could not be used.
        tasks: Names for `lmms_eval --tasks`; none where they were not asked for.
    """

    folder: Path
    questions: Mapping[str, int]
    left_out: tuple[RowProblem, ...] = ()
    tasks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        counts = f"questions={dict(self.questions)}, left_out={len(self.left_out)}"
        return f"ExportedDataset(folder={str(self.folder)!r}, {counts})"

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and names for JSON."""
        return {
            "output": str(self.folder),
            "questions": dict(self.questions),
            "left_out": len(self.left_out),
            "lmms_eval_tasks": list(self.tasks),
        }


def write_dataset(dataset: Dataset, folder: Path) -> dict[str, int]:
    """Write the questions of a dataset, one file a split, and a README.md that names them.

    `datasets.load_dataset(folder)` loads all splits; each file is a dataset for `temadapter` too. Videos are named
    by absolute paths and not copied.

    Args:
        dataset: What is written.
        folder: Where to; it must be new or empty.

    Returns:
        How many questions each split has.

    Raises:
        ConfigError: Something is in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not empty: name a new folder for the export.")
    by_split: dict[str, list[Question]] = {}
    for question in dataset.questions:
        by_split.setdefault(question.split or UNSPLIT, []).append(question)
    paths = {video: str(dataset.video_path(video).absolute()) for video in dataset.videos()}
    for split, questions in by_split.items():
        rows = (_row(question, paths[question.video]) for question in questions)
        write_text_atomic(folder / f"{split}.jsonl", _lines(rows))
    write_text_atomic(folder / "README.md", _readme(dataset.name, by_split))
    return {split: len(questions) for split, questions in by_split.items()}


def _row(question: Question, path: str) -> dict[str, Any]:
    """Return every field in every row, unknown ones as null: `datasets` wants the same columns throughout."""
    return {
        "id": question.id,
        "video": path,
        "start": question.start,
        "end": question.end,
        "question": question.text,
        "options": list(question.options),
        "answer": question.answer,
        "type": question.type,
        "split": question.split,
        "group": question.group,
    }


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _readme(name: str, splits: Iterable[str]) -> str:
    files = "\n".join(f"  - split: {split}\n    path: {split}.jsonl" for split in splits)
    return (
        f"---\nconfigs:\n- config_name: default\n  data_files:\n{files}\n---\n\n# {name}\n\n"
        "Multiple-choice questions about videos. `answer` is the 0-based number of the correct option, `start` and "
        "`end` are seconds; what is not known is null.\n"
    )
