"""A set of questions, where its videos lie, and which rows of its files could not be used."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from temadapter.data.question import Question
from temadapter.data.videos import VideoIndex, other_spellings, several
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
        notices: What seems odd about the rows as a whole, e.g. answers that seem to be counted from 1.
        notes: What a reader did that its user should know, one sentence each.
        sentences: Whether the options are sentences about the video already (captions; the authors' event
            descriptions), so that rules should not rewrite them: `data.descriptions=raw`.

    Example:
        >>> from temadapter import load_dataset
        >>> test = load_dataset("crossroads").split("test")
        >>> len(test), len(test.videos()), test.questions[0].option_mask
        (22, 3, (True, False, False, True))
    """

    name: str
    video_dir: Path
    questions: tuple[Question, ...]
    problems: tuple[RowProblem, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
    locations: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    notices: tuple[RowProblem, ...] = ()
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

    def parts(
        self, questions: Iterable[Question] | None = None
    ) -> list[tuple[str, Path, tuple[float | None, float | None] | None]]:
        """Return what has to be looked at to answer some questions (all of them when None): each part once.

        Returns:
            For each its name (`Question.entry`), the file, and the time span; None for all of the video.
        """
        asked = {q.entry: q for q in (self.questions if questions is None else questions)}
        paths = {video: self.video_path(video) for video in dict.fromkeys(q.video for q in asked.values())}
        return [(entry, paths[q.video], q.span) for entry, q in asked.items()]

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
            if name is not None and os.path.isfile(exact := self.video_dir / name):
                return (exact,)  # an absolute name replaces the folder
        for name in other_spellings(video, self.video_dir):
            written = Path(name)
            found = self._index.find_at(self.video_dir / written) if len(written.parts) > 1 else ()
            if found := found or self._index.find(self.video_dir, name):
                return found
        return ()

    def why_missing(self, video: str) -> str:
        """Return what to tell of a video for which `video_path` gives no file, and what to do about it.

        Args:
            video: As a question names it; the name of a part of it (`Question.entry`) will do.
        """
        if "#t=" in video:
            video = next((q.video for q in self.questions if q.entry == video), video)
        files = self.video_files(video)
        if files:
            return f"{video} {several(files)}: write its folder too"
        path = self.video_dir / video
        if os.path.islink(path):
            return f"{path} is a link to {os.readlink(path)}, which is not there: fix the link"
        if not self.video_dir.exists():
            return f"There is no folder {self.video_dir} to look for {video} in: name it with --video-dir"
        unread = "".join(f"; {reason}" for reason in self._index.unreadable(self.video_dir))
        where = f"There is no video {video} in {self.video_dir}{unread}"
        return f"{where}: check the name, or name another folder with --video-dir"
