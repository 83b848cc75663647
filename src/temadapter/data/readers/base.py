"""What a reader is, and the parts that all readers share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from temadapter.data.dataset import Dataset, RowProblem
from temadapter.data.question import Question
from temadapter.errors import DataError

Row = TypeVar("Row")
SPLIT_WORDS = {
    "train": "train",
    "test": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
}


class Reader(Protocol):
    """Reads one benchmark's files. A new benchmark is one file with such a class and a line in `__init__`.

    `name` chooses it, `summary` and `layout` tell a user what it reads.
    """

    name: str
    summary: str
    layout: str

    def recognises(self, path: Path) -> bool:
        """Tell whether the file or folder `path` looks like this benchmark's."""

    def read(self, path: Path) -> Dataset:
        """Read it.

        Raises:
            DataError: A file that cannot be read, or in which no row is good.
        """


def text_lines(path: Path) -> Iterator[tuple[int, str | DataError]]:
    r"""Yield (1-based number, line) for every line that is not blank.

    A byte order mark, CRLF and a missing newline at the end make no difference. Lines end at "\n" only, since
    a JSON string may hold other separators of lines. A line that is not UTF-8 comes as an error that says so.

    Raises:
        DataError: The file cannot be opened.
    """
    try:
        with path.open("rb") as handle:
            for number, raw in enumerate(handle, start=1):
                line = _decode(raw)
                if isinstance(line, DataError) or line.strip():
                    yield number, line
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _decode(raw: bytes) -> str | DataError:
    try:
        return raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return DataError(f"the line is not UTF-8 text (byte {error.start + 1})")


def collect(
    path: Path,
    rows: Iterable[tuple[int, Row | DataError]],
    make: Callable[[int, Row], Question],
    seen: dict[str, str],
) -> tuple[list[Question], list[RowProblem]]:
    """Turn rows into questions; a row for which `make` raises DataError becomes a problem.

    Args:
        path: The file, for messages.
        rows: (1-based line, row), or the error that stands where a row should be.
        make: Makes the question.
        seen: Where each id was used so far, over all files of the dataset; an id that comes again is a
            problem, since predictions are told apart by it.

    Raises:
        DataError: The file holds no good row.
    """
    questions: list[Question] = []
    problems: list[RowProblem] = []
    for line, row in rows:
        try:
            if isinstance(row, DataError):
                raise row
            question = make(line, row)
            if question.id in seen:
                raise DataError(f"the id {question.id!r} was used before, in {seen[question.id]}")
            seen[question.id] = f"{path.name} line {line}"
            questions.append(question)
        except DataError as error:
            problems.append(RowProblem(str(path), line, str(error)))
    if not questions:
        first = f" The first problem: line {problems[0].line}: {problems[0].reason}." if problems else ""
        what = f"none of its {len(problems)} rows can be used" if problems else "it holds no rows"
        raise DataError(f"{path}: {what}.{first}")
    return questions, problems


def split_from_name(path: Path) -> str | None:
    """Return the split that a file's name tells ("R2_test.jsonl" is "test"), None when it tells none."""
    words = path.stem.lower().replace("-", "_").replace(".", "_").split("_")
    return next((SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS), None)


def find_video_dir(folder: Path) -> Path:
    """Return the folder of videos beside an annotation folder: `videos/`, `raw_videos/` or itself."""
    for parent in (folder, folder.parent):
        for name in ("videos", "raw_videos"):
            if (parent / name).is_dir():
                return parent / name
    return folder
