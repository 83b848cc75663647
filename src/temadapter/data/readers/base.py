"""What a reader is, and the parts that all readers share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from temadapter.data.dataset import Dataset, Place, RowProblem
from temadapter.data.question import Question, RowError
from temadapter.data.split_names import FILE_WORDS
from temadapter.errors import ConfigError, DataError, unknown_name

Row = TypeVar("Row")
Rows = Iterator[tuple[int, Row | DataError]]
"""1-based line and row; where a line is no row, the error that says why."""

VIDEO_FOLDERS = ("videos", "raw_videos", "compressed_videos", "NExTVideo", "gifs")


class Reader(Protocol):
    """Reads one benchmark's files. A new benchmark is one file with such a class and a line in `__init__`.

    `name` chooses it; `summary`, `source` (where its users get the data) and `layout` (the folder that they
    have then, one line per entry) tell a user what it reads.
    """

    name: str
    summary: str
    source: str
    layout: str

    def configured(self, options: str) -> Reader:
        """Return the reader with what stands behind the colon in `name:options`.

        Raises:
            ConfigError: An unknown option or a value that does not fit.
        """

    def recognises(self, path: Path) -> bool:
        """Tell whether the file or folder `path` looks like this benchmark's."""

    def read(self, path: Path) -> Dataset:
        """Read it.

        Raises:
            DataError: A file that cannot be read, or in which no row is good.
        """


class Collector:
    """Gathers the questions and the bad rows of a dataset's files, in their order."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.problems: list[RowProblem] = []
        self.places: dict[str, Place] = {}

    def add(
        self,
        path: Path,
        rows: Iterable[tuple[int, Row | DataError]],
        make: Callable[[int, Row], Question],
    ) -> None:
        """Turn the rows of a file into questions; one for which `make` raises DataError becomes a problem.

        An id that comes again is a problem too, since predictions are told apart by it.

        Args:
            path: The file, for messages.
            rows: 1-based line and row, or the error that stands where a row should be.
            make: Makes the question.

        Raises:
            DataError: The file holds no good row.
        """
        good, bad = 0, len(self.problems)
        for line, row in rows:
            try:
                if isinstance(row, DataError):
                    raise row
                self._keep(make(line, row), Place(str(path), line))
                good += 1
            except DataError as error:
                kind = error.kind if isinstance(error, RowError) else "row"
                self.problems.append(RowProblem(str(path), line, str(error), kind))
        if not good:
            raise _nothing_good(path, self.problems[bad:])

    def _keep(self, question: Question, place: Place) -> None:
        before = self.places.get(question.id)
        if before is not None:
            where = f"{Path(before.file).name} line {before.line}"
            raise RowError(f"the id {question.id!r} was used before, in {where}", kind="duplicate id")
        self.places[question.id] = place
        self.questions.append(question)

    def dataset(self, name: str, video_dir: Path, **more: Any) -> Dataset:
        """Return everything as a dataset; `more` are its further fields."""
        questions, problems = tuple(self.questions), tuple(self.problems)
        return Dataset(name, video_dir, questions, problems, places=self.places, **more)


def _nothing_good(path: Path, problems: Sequence[RowProblem]) -> DataError:
    first = f" The first problem: line {problems[0].line}: {problems[0].reason}." if problems else ""
    what = f"none of its {len(problems)} rows can be used" if problems else "it holds no rows"
    return DataError(f"{path}: {what}.{first}")


def text_of(row: Mapping[str, Any], name: str) -> str:
    """Return a field as text, "" where it is absent; numbers keep their digits.

    Raises:
        RowError: It is a list, an object or a truth value.
    """
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise RowError(f"{name} is {value!r}, not text")


def index_of(value: object) -> int | None:
    """Return the 0-based index of an option that may be written as a text; None where there is none.

    Raises:
        RowError: It is no whole number.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RowError(f"the answer is {value!r}, not the number of an option", kind="answer")


def seconds_of(row: Mapping[str, Any], name: str) -> float | None:
    """Return a time in a row, in seconds; None where it is absent.

    Raises:
        RowError: It is no number.
    """
    value = row.get(name)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        if isinstance(value, bool | list | dict):
            raise ValueError
        text = str(value).strip()
        second = float(text) if text else math.nan
    except ValueError:
        raise RowError(f"{name} is {value!r}, not a number of seconds", kind="time span") from None
    return None if math.isnan(second) else second


def split_from_name(path: Path) -> str | None:
    """Return the split that a file's name tells ("R2_test.jsonl" is "test"), None when it tells none."""
    words = path.stem.lower().replace("-", "_").replace(".", "_").split("_")
    return next((FILE_WORDS[word] for word in words if word in FILE_WORDS), None)


def find_video_dir(*folders: Path) -> Path:
    """Return the folder of videos in or beside the given folders, by its name; the first folder otherwise."""
    for folder in (*folders, folders[0].parent):
        for name in VIDEO_FOLDERS:
            if (folder / name).is_dir():
                return folder / name
    return folders[0]


def find_files(folders: Iterable[Path], names: Iterable[str]) -> tuple[Path, ...]:
    """Return the first file there is of each name, looking through the folders in their order."""
    places = tuple(folders)
    candidates = ([folder / name for folder in places if (folder / name).is_file()] for name in names)
    return tuple(files[0] for files in candidates if files)


def parsed_options(
    reader: str, text: str, known: Mapping[str, Callable[[str], Any]], example: str
) -> dict[str, Any]:
    """Read `key=value,key=value`, as it stands behind a reader's name.

    Args:
        reader: The reader's name, for messages.
        text: What stands behind the colon.
        known: The options, each with what turns its text into its value (ValueError when it cannot).
        example: Shown where the text is not of that form.

    Raises:
        ConfigError: An unknown option, or a value that does not fit.
    """
    values = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise ConfigError(f"{part!r} is no option of the reader {reader}; write for example {example!r}.")
        if key not in known:
            raise unknown_name(f"option of the reader {reader}", key, known)
        try:
            values[key] = known[key](value)
        except ValueError as error:
            raise ConfigError(f"The option {part!r} of the reader {reader} cannot be: {error}.") from None
    return values


def no_options(reader: Reader, options: str) -> Reader:
    """Return a reader that takes no options.

    Raises:
        ConfigError: There are some.
    """
    if options.strip():
        raise ConfigError(f"The reader {reader.name} takes no options, but {options!r} was given.")
    return reader
