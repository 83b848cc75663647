"""A set of questions, where its videos lie, and which rows of its files could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from temadapter.data.question import Question
from temadapter.data.videos import VideoIndex
from temadapter.errors import DataError


class Place(NamedTuple):
    """Where a question stands.

    Args:
        file: Path of the annotation file.
        line: 1-based line (in a Parquet file: row) number.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class RowProblem:
    """What there is to say about a row: why it was left out, or what is odd about it or its video.

    Args:
        file: Path of the annotation file.
        line: 1-based line (in a Parquet file: row; among MSR-VTT's captions: sentence) number.
        reason: What is wrong with it.
        kind: What a report counts it under: a kind of `RowError`, or e.g. `missing video`.
    """

    file: str
    line: int
    reason: str
    kind: str = "row"

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
        places: Where each question stands, by its id.
        locations: Where a video lies under `video_dir`, for those whose benchmark has a map of that.
        notes: What a reader did that its user should know, one sentence each.
        sentences: Whether the options are sentences about the video already (captions; the authors' event
            descriptions), so that rules should not rewrite them: `data.descriptions=raw`.
    """

    name: str
    video_dir: Path
    questions: tuple[Question, ...]
    problems: tuple[RowProblem, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
    locations: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    notes: tuple[str, ...] = ()
    sentences: bool = False
    _index: VideoIndex = field(default_factory=VideoIndex, repr=False, compare=False)

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
        """Return where the file of `video` (as a question names it) lies.

        Where no file has exactly that name, one that `VideoIndex.find` knows under it is taken: in a subfolder,
        with another ending or none in the annotation, in other letter case. Where several would fit, none is
        taken, and the path returned does not exist.
        """
        found = self.video_files(video)
        return found[0] if len(found) == 1 else self.video_dir / video

    def video_files(self, video: str) -> tuple[Path, ...]:
        """Return every file that `video` may mean: none, one, or several that cannot be told apart."""
        for name in (video, self.locations.get(video)):
            if name is not None and (exact := self.video_dir / name).is_file():
                return (exact,)  # an absolute name replaces the folder
        exact = self.video_dir / video
        if Path(video).is_absolute() or ".." in Path(video).parts:
            return self._index.find(exact.parent, exact.name, below=False)
        return self._index.find(self.video_dir, video)


def load_dataset(spec: str | Path, *, reader: str | None = None, video_dir: Path | None = None) -> Dataset:
    """Read a benchmark or the user's own questions.

    Args:
        spec: The folder of a benchmark, in the layout that its users have (`temadapter ls datasets`), or one
            annotation file (a benchmark's; or JSON lines, CSV, TSV, Parquet).
        reader: Name of the reader, with options behind a colon where it takes any
            (`own:question=q,options=a0:a4`); chosen from the content when None.
        video_dir: Folder of the videos, where it is not the one that the reader expects.

    Raises:
        ConfigError: No reader has that name, or its options are wrong.
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
