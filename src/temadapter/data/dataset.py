"""A set of questions, where its videos lie, and which rows of its files could not be used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from temadapter.data.question import Question
from temadapter.errors import DataError


@dataclass(frozen=True)
class RowProblem:
    """A row that was left out, and why.

    Args:
        file: Path of the annotation file.
        line: 1-based line (in a Parquet file: row) number.
        reason: What is wrong with it.
    """

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Dataset:
    """Questions in file order.

    Args:
        name: Short name for tables and logs.
        video_dir: Folder that relative video paths start from.
        questions: Every good row.
        problems: Every bad row, in file order.
    """

    name: str
    video_dir: Path
    questions: tuple[Question, ...]
    problems: tuple[RowProblem, ...] = ()

    def __len__(self) -> int:
        return len(self.questions)

    @property
    def split_names(self) -> tuple[str, ...]:
        """The splits that occur, in file order; empty where the files name none."""
        return tuple(dict.fromkeys(q.split for q in self.questions if q.split is not None))

    def split(self, name: str) -> Dataset:
        """Return the questions of one split.

        Raises:
            DataError: No question belongs to it; the message lists the splits there are.
        """
        chosen = tuple(question for question in self.questions if question.split == name)
        if not chosen:
            known = ", ".join(self.split_names) or "none"
            raise DataError(f"Dataset {self.name!r} has no question in split {name!r}. Splits: {known}.")
        return replace(self, questions=chosen)

    def limit(self, count: int | None) -> Dataset:
        """Return the first `count` questions (all of them for None)."""
        return self if count is None else replace(self, questions=self.questions[:count])

    def videos(self) -> tuple[str, ...]:
        """Return the distinct videos in file order."""
        return tuple(dict.fromkeys(question.video for question in self.questions))

    def video_path(self, video: str) -> Path:
        """Return where the file of `video` (as a question names it) lies."""
        return self.video_dir / video  # an absolute `video` replaces the folder


def load_dataset(spec: str | Path, *, reader: str | None = None, video_dir: Path | None = None) -> Dataset:
    """Read a benchmark or the user's own questions.

    Args:
        spec: A folder in the SUTD-TrafficQA layout (`annotations/R2_train.jsonl`, ..., `videos/`), or one
            annotation file (JSON lines, CSV, Parquet).
        reader: Name of the reader (`temadapter ls datasets`); chosen from the content when None.
        video_dir: Folder of the videos, where it is not the one that the reader expects.

    Raises:
        ConfigError: No reader has that name.
        DataError: Nothing there, no reader knows the format, or not one row is good.
    """
    from temadapter.data.readers import find_reader, get_reader

    path = Path(spec).expanduser()
    if not path.exists():
        raise DataError(f"There is no dataset at {path}. Give an annotation file or a benchmark's folder.")
    dataset = (get_reader(reader) if reader else find_reader(path)).read(path)
    if video_dir is not None:
        dataset = replace(dataset, video_dir=Path(video_dir).expanduser())
    return dataset
