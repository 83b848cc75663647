"""What a reader is, and the parts that all readers share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from temadapter.data.dataset import Dataset, Place, RowProblem
from temadapter.data.question import AnswerRangeError, Question, RowError
from temadapter.data.split_names import FILE_WORDS
from temadapter.errors import ConfigError, DataError, shown, unknown_name

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
        self.notices: list[RowProblem] = []

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
        good, bad, answers = len(self.questions), len(self.problems), _Answers()
        for line, row in rows:
            try:
                if isinstance(row, DataError):
                    raise row
                self._keep(make(line, row), Place(str(path), line))
                answers.note(self.questions[-1].answer, line)
            except DataError as error:
                if isinstance(error, AnswerRangeError):
                    answers.note(error.answer, line, beyond=error.answer == error.count)
                kind = error.kind if isinstance(error, RowError) else "row"
                self.problems.append(RowProblem(str(path), line, str(error), kind))
        if told := answers.counted_from_one():
            self.notices.append(RowProblem(str(path), *told, "answers counted from 1"))
        if len(self.questions) == good:
            raise _nothing_good(path, self.problems[bad:])

    def _keep(self, question: Question, place: Place) -> None:
        before = self.places.get(question.id)
        if before is not None:
            where = f"{Path(before.file).name} line {before.line}"
            raise RowError(f"the id {shown(question.id)} was used before, in {where}", kind="duplicate id")
        self.places[question.id] = place
        self.questions.append(question)

    def dataset(self, name: str, video_dir: Path, **more: Any) -> Dataset:
        """Return everything as a dataset; `more` are its further fields."""
        questions, problems = tuple(self.questions), tuple(self.problems)
        notices = tuple(self.notices)
        return Dataset(name, video_dir, questions, problems, places=self.places, notices=notices, **more)


_MANY = 30
"""Answers of which none is 0 by chance in about one of 5,000 files of four options."""


class _Answers:
    """Watches the answers of a file: counted from 1, every label would be one option off."""

    def __init__(self) -> None:
        self._least: tuple[int, int] | None = None
        self._beyond: int | None = None  # line of the first answer that is the number of its options
        self._count = 0

    def note(self, answer: int | None, line: int, *, beyond: bool = False) -> None:
        if answer is None:
            return
        self._count += 1
        if self._least is None or answer < self._least[0]:
            self._least = (answer, line)
        if beyond and self._beyond is None:
            self._beyond = line

    def counted_from_one(self) -> tuple[int, str] | None:
        """Return (line, why the answers seem to be counted from 1), or None."""
        if self._least is None or self._least[0] != 1 or not (self._beyond or self._count >= _MANY):
            return None
        why = f"none of {self._count:,} answers is 0" + (
            ", and one is the number of options" if self._beyond else ""
        )
        return self._beyond or self._least[1], (
            f"the answers seem to be counted from 1 ({why}), but here the first option is 0: subtract 1 from each"
        )


def _nothing_good(path: Path, problems: Sequence[RowProblem]) -> DataError:
    first = f" The first problem: line {problems[0].line}: {problems[0].reason}." if problems else ""
    what = f"none of its {len(problems)} rows can be used" if problems else "it holds no rows"
    return DataError(f"{path}: {what}.{first}")


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
            raise ConfigError(
                f"{part!r} is not an option of the reader {reader}; write for example {example!r}."
            )
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
