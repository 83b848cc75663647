"""What is asked of which videos: a dataset, or videos from anywhere and the questions that all of them get."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from temadapter.addresses import refuse_no_path
from temadapter.data.dataset import Dataset, RowProblem
from temadapter.data.load import load_dataset
from temadapter.data.question import Question, check_span, video_entry
from temadapter.data.readers import recognised
from temadapter.data.readers.base import find_video_dir
from temadapter.data.readers.cells import seconds_of, video_of
from temadapter.data.readers.columns import Columns
from temadapter.data.readers.own import column_names, question_of_row, user_rows
from temadapter.data.videos import VIDEO_SUFFIXES, locate, video_files
from temadapter.errors import ConfigError, DataError, TemAdapterError, listed, shown
from temadapter.video.container import check_file

Span = tuple[float | None, float | None]
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
_ANY = "any video"


@dataclass(frozen=True)
class Videos:
    """Videos to ask about.

    Args:
        folder: What their names are relative to.
        parts: Each one's name and the time span that is looked at; None for all of it.
        problems: What could not be used.
    """

    folder: Path
    parts: tuple[tuple[str, Span | None], ...]
    problems: tuple[RowProblem, ...] = ()


def read_questions(path: Path, *, columns: str | None = None) -> tuple[Question, ...]:
    """Read questions that are about no video in particular: a user's table without the column `video`.

    Raises:
        DataError: There is no such file, a row is no question, or there is none.
    """
    if not path.exists():
        raise DataError(f"There is no file {path} with questions: check the path.")
    named = Columns() if columns is None else Columns.parse(columns)
    questions: list[Question] = []
    for line, row in user_rows(path, named):
        try:
            if isinstance(row, DataError):
                raise row
            questions.append(question_of_row(dict(row) | {named.column("video"): _ANY}, line, named))
        except DataError as error:
            raise DataError(f"{path}:{line}: {error}") from error
    if not questions:
        raise DataError(f"{path} holds no question.")
    return tuple(questions)


def typed_questions(texts: Sequence[str], options: Sequence[str]) -> tuple[Question, ...]:
    """Return the questions of a command line: each with all the options.

    Raises:
        ConfigError: A question without options, the other way around, or an option that is given twice.
    """
    if bool(texts) != bool(options):
        missing = "option (-o)" if texts else "question (-q)"
        raise ConfigError(
            f"There is no {missing}: give -q QUESTION -o ANSWER -o ANSWER, or a table (--questions)."
        )
    twice = next((option for option, count in Counter(options).items() if count > 1), None)
    if twice is not None:
        raise ConfigError(
            f"The option {shown(twice)} is given twice. Every -o is an answer to every -q: give each once, or put "
            "questions with different options into a table (--questions)."
        )
    try:
        return tuple(
            Question(id=str(number), video=_ANY, text=text, options=tuple(options))
            for number, text in enumerate(texts, start=1)
        )
    except DataError as error:
        raise ConfigError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def dataset_of(
    sources: Sequence[str],
    asked: Sequence[Question],
    *,
    reader: str | None = None,
    video_dir: Path | None = None,
) -> Dataset:
    """Return what there is to answer.

    Args:
        sources: One dataset; or, where `asked` are given: folders' videos, files, patterns (`clips/*.mp4`), or one
            table with a column `video` (and `start`, `end`).
        asked: Questions that every video gets; empty where the source has its own.
        reader: Name of the dataset's reader.
        video_dir: Folder of the videos, where it is not found.

    Raises:
        ConfigError: Several sources without a question, or an address.
        DataError: Nothing there.
        VideoError: A file that was named is not there, or empty.
    """
    for source in sources:
        refuse_no_path(source, "a video" if asked else "a dataset")
    if not asked:
        if len(sources) != 1:
            raise ConfigError("Several videos need a question: -q QUESTION -o ANSWER -o ANSWER.")
        _refuse_bare_videos(Path(sources[0]).expanduser(), reader)
        return load_dataset(sources[0], reader=reader, video_dir=video_dir)
    found = _videos(sources, reader, video_dir)
    questions = [
        replace(question, id=f"{video_entry(name, span)}:{question.id}", video=name, start=start, end=end)
        for name, span in found.parts
        for start, end in (span or (None, None),)
        for question in asked
    ]
    if not questions:
        reason = f" The first: {found.problems[0]}" if found.problems else ""
        raise DataError(f"There is no video at {', '.join(sources[:3])}.{reason}")
    return Dataset(found.folder.name or "videos", found.folder, tuple(questions), found.problems)


def refuse_without_videos(dataset: Dataset) -> None:
    """Refuse a dataset of which not one video is there: to be asked before a model is loaded.

    Raises:
        DataError: It has none; the message says where the first one was looked for.
    """
    if dataset.questions and not any(path.exists() for _, path, _ in dataset.parts()):
        count = len(dataset.videos())
        none = f"None of the {count:,} videos is there" if count > 1 else "The video is not there"
        raise DataError(f"{none}. {dataset.why_missing(dataset.questions[0].video)}.")


def _refuse_bare_videos(path: Path, reader: str | None) -> None:
    """Say what to do where a folder or a file of videos is given without a question."""
    bare = path.suffix.lower() in VIDEO_SUFFIXES and not path.is_dir()
    if not bare and path.is_dir() and reader is None and not recognised(path):
        bare = next(video_files(path), None) is not None
    if bare:
        raise ConfigError(
            f"What do you want to ask about {path}? Give -q QUESTION -o ANSWER -o ANSWER, or --questions."
        )


def _videos(sources: Sequence[str], reader: str | None, video_dir: Path | None) -> Videos:
    if len(sources) == 1:
        path = Path(sources[0]).expanduser()
        if path.is_dir():
            return _of_folder(path, reader, video_dir)
        if path.suffix.lower() in TABLES and path.is_file():
            return _of_table(path, reader, video_dir)
    return Videos(Path(), tuple((name, None) for source in sources for name in _files(source)))


def _files(source: str) -> list[str]:
    path = Path(source).expanduser()
    if glob.has_magic(source) and not path.exists():
        names = sorted(glob.glob(str(path), recursive=True))
        return [name for name in names if os.path.splitext(name)[1].lower() in VIDEO_SUFFIXES]
    if path.is_dir():
        return sorted(map(str, video_files(path)))
    if path.suffix.lower() in TABLES and path.is_file():
        raise ConfigError(f"{path} is a table, and several sources are videos: give the table alone.")
    found = locate(path)
    check_file(found)  # a file that somebody typed; what a table or a folder names may be missing
    return [str(found)]


def _of_folder(folder: Path, reader: str | None, video_dir: Path | None) -> Videos:
    if reader is not None or recognised(folder):
        return _of_dataset(load_dataset(folder, reader=reader, video_dir=video_dir))
    unreadable: list[str] = []
    names = sorted(path.relative_to(folder).as_posix() for path in video_files(folder, unreadable=unreadable))
    problems = tuple(RowProblem(str(folder), 0, reason, kind="folder") for reason in unreadable)
    return Videos(folder, tuple((name, None) for name in names), problems)


def _of_dataset(dataset: Dataset) -> Videos:
    parts = {question.entry: (question.video, question.span) for question in dataset.questions}
    return Videos(dataset.video_dir, tuple(parts.values()), dataset.problems)


def _of_table(path: Path, reader: str | None, video_dir: Path | None) -> Videos:
    """Return the videos of a table that has a column `video`; questions that stand there are not asked."""
    columns = Columns() if reader in (None, "own") else Columns.parse(str(reader).removeprefix("own:"))
    rows: Iterable[tuple[int, Mapping[str, Any] | DataError]] = user_rows(path, columns)
    parts: dict[tuple[str, Span | None], None] = {}
    problems: list[RowProblem] = []
    for line, row in rows:
        try:
            if isinstance(row, DataError):
                raise row
            name = video_of(row, columns.column("video"))
            if not name:
                raise DataError(f"the row has no {columns.column('video')}; columns: {', '.join(row)}")
            start, end = (seconds_of(row, columns.column(field)) for field in ("start", "end"))
            check_span(start, end)
            parts[name, None if start is None and end is None else (start, end)] = None
        except TemAdapterError as error:
            problems.append(RowProblem(str(path), line, str(error)))
    if not parts and not problems:
        there = f"its columns are {listed(column_names(path))}" if column_names(path) else "it is empty"
        raise DataError(f"{path} names no video: it has no row with a {columns.column('video')}; {there}.")
    return Videos(video_dir or find_video_dir(path.parent), tuple(parts), tuple(problems))
