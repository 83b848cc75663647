"""The user's own questions, in JSON lines, CSV, tab-separated text or Parquet (docs/benchmarks.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from temadapter.data.dataset import Dataset
from temadapter.data.question import Question, RowError
from temadapter.data.readers.base import (
    Collector,
    Rows,
    find_video_dir,
    split_from_name,
)
from temadapter.data.readers.cells import (
    asked_of,
    is_missing,
    label_of,
    number_of,
    option_of,
    seconds_of,
    text_of,
)
from temadapter.data.readers.columns import Columns
from temadapter.data.readers.lines import LOOKED_AT, json_rows
from temadapter.data.readers.option_lists import answer_of, options_of
from temadapter.data.readers.tables import table_header, table_rows
from temadapter.data.split_names import split_name
from temadapter.errors import DataError, listed

Row = Mapping[str, Any]


@dataclass(frozen=True)
class OwnReader:
    """Reads one file of the user's own questions.

    The columns are `video`, `question`, `options` and, where known, `answer`, `type`, `split`, `id`, `start`
    and `end` (seconds of the video that the question is about), `group` (the camera or source of the video);
    other names are given by `columns`. `options` is a list; in a CSV file a JSON list, texts separated by `|`, or one
    column per option (`option0`, `option1`, ...). `answer` is the 0-based number of the correct option, or its
    text. Without `id` the line number is the id. Where no row has a split, the file's name may tell it; where some
    have one, all must. The letter case of a column's name does not matter where one column only can be meant.
    """

    name = "own"
    summary = "your own questions: JSON lines, CSV, TSV or Parquet"
    source = "yours"
    layout = (
        "a .jsonl, .csv, .tsv or .parquet file with video, question, options and, if known, answer, type, "
        "split\n"
        "other column names: --columns question=q,options=a0:a4 (or --reader own:question=q,options=a0:a4)\n"
        "a table without a header: --columns video=1,question=2,options=3:6,answer=7\n"
        "videos/ beside it, or --video-dir; video names may lack the ending or the subfolder"
    )

    columns: Columns = field(default_factory=Columns)

    def configured(self, options: str) -> OwnReader:
        """Return the reader for other column names: `question=q,options=a0:a4`."""
        return replace(self, columns=Columns.parse(options))

    def recognises(self, path: Path) -> bool:
        """Tell whether the file has the columns of a video and a question."""
        if self._without_header(path):
            return True
        needed = set(self.columns.needed())
        return any(needed <= set(self.columns.fitted(names)) for names in _column_names(path))

    def read(self, path: Path) -> Dataset:
        """Read the file."""
        rows = list(self.rows(path))
        split, collector = self._splits(rows, split_from_name(path)), Collector()

        def make(line: int, row: Row) -> Question:
            return _question(row, line, split, self.columns)

        collector.add(path, rows, make)
        return collector.dataset(path.stem, find_video_dir(path.parent))

    def rows(self, path: Path) -> Rows[Row]:
        """Yield (line, row) of the file, columns by the names that are looked for.

        Raises:
            DataError: It is no table, or cannot be read.
        """
        read_rows = _READERS.get(path.suffix.lower())
        if read_rows is None or not path.is_file():
            raise DataError(f"{path} is not a {SUFFIXES} file.")
        for line, row in table_rows(path, numbered=True) if self._without_header(path) else read_rows(path):
            if not self._is_header(row):
                yield line, self._fitted(row)

    def _without_header(self, path: Path) -> bool:
        """Tell whether the columns are told by number, and the first row of the table does not call one so."""
        if not self.columns.numbered or path.suffix.lower() not in (".csv", ".tsv") or not path.is_file():
            return False
        return not set(self.columns.needed()) <= set(table_header(path))

    def _is_header(self, row: Row | DataError) -> bool:
        """Tell whether the first row of a table whose columns are counted is a header after all."""
        if isinstance(row, DataError) or not self.columns.numbered:
            return False
        cells = [str(row.get(name, "")).strip().casefold() for name in self.columns.needed()]
        return cells == ["video", "question"]

    def _fitted(self, row: Row | DataError) -> Row | DataError:
        if isinstance(row, DataError):
            return row
        return dict(zip(self.columns.fitted(tuple(row)), row.values(), strict=True))

    def _splits(
        self, rows: Sequence[tuple[int, Row | DataError]], of_file: str | None
    ) -> Callable[[Row], str | None]:
        """Return what tells the split of a row; it refuses a row without one where others of the file have one."""
        column = self.columns.column("split")
        told = any(isinstance(row, Mapping) and _tells(row, column) for _, row in rows)

        def split(row: Row) -> str | None:
            if own := label_of(row, column):
                return split_name(own)
            if told:
                raise RowError(
                    f"the row has no {column}, but others of the file have one: it could end up on the wrong "
                    "side, so write train, val or test here too, or in no row",
                    kind="split",
                )
            return of_file

        return split


def _tells(row: Row, column: str) -> bool:
    try:
        return label_of(row, column) is not None
    except RowError:  # something is there, though it is no split
        return True


def column_names(path: Path) -> tuple[str, ...]:
    """Return the columns of a user's file, empty where it is none or has no readable row."""
    return next(_column_names(path), ())


def _column_names(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the header of a table, or the keys of the first rows of other files."""
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv") and path.is_file():
        yield table_header(path)
    elif suffix in _READERS and path.is_file():
        rows = (row for _, row in islice(_READERS[suffix](path), LOOKED_AT))
        yield from (tuple(row) for row in rows if isinstance(row, Mapping))


def _parquet_rows(path: Path) -> Rows[Row]:
    try:
        arrow = import_module("pyarrow")
        parquet = import_module("pyarrow.parquet")
    except ImportError as error:
        hint = "pip install 'temadapter[parquet]', or save the file as JSON lines"
        raise DataError(f"{path} is a Parquet file, which needs pyarrow: {hint}.") from error
    try:
        with parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1024):
                for number, row in enumerate(batch.to_pylist(), start=number + 1):  # noqa: B020
                    yield number, row
    except (OSError, arrow.ArrowInvalid) as error:
        raise DataError(f"{path} cannot be read as Parquet: {error}.") from error


def _object_rows(path: Path) -> Rows[Row]:
    return json_rows(path, dict)


_READERS: Mapping[str, Callable[[Path], Rows[Row]]] = {
    ".jsonl": _object_rows,
    ".csv": table_rows,
    ".tsv": table_rows,
    ".parquet": _parquet_rows,
}
SUFFIXES = ".jsonl, .csv, .tsv or .parquet"


def _question(row: Row, line: int, split: Callable[[Row], str | None], columns: Columns) -> Question:
    if unknown := columns.unknown(row):
        raise RowError(f"there is no column {listed(unknown)}; columns: {listed(row)}")

    def text(name: str) -> str:
        return text_of(row, columns.column(name))

    def label(name: str) -> str | None:
        return label_of(row, columns.column(name))

    for name in ("video", "question"):
        if not (asked_of if name == "question" else text_of)(row, columns.column(name)).strip():
            hint = "" if columns.column(name) in row else _how_to_name(name, row)
            raise RowError(f"the row has no {columns.column(name)}{hint}")
    options = _options(row, columns)
    if not options and columns.column("options") not in row:
        raise RowError(f"the row has no options{_how_to_name('options', row)}", kind="options")
    return Question(
        id=text("id") or str(line),
        video=text("video").strip(),
        text=text("question"),
        options=options,
        answer=answer_of(row.get(columns.column("answer")), options),
        type=label("type"),
        split=split(row),
        video_id=number_of(row, columns.column("video_id")),
        start=seconds_of(row, columns.column("start")),
        end=seconds_of(row, columns.column("end")),
        group=label("group"),
    )


def _how_to_name(name: str, row: Row) -> str:
    return f"; columns: {listed(row)} (--columns {name}=... names {'them' if name == 'options' else 'it'})"


def _options(row: Row, columns: Columns) -> tuple[str, ...]:
    value = None if columns.options else row.get(columns.column("options"))
    if is_missing(value):
        return tuple(option_of(row[name], name) for name in columns.option_columns(tuple(row)))
    return options_of(value)


def user_rows(path: Path, columns: Columns) -> Rows[Row]:
    """Yield (line, row) of a user's table whatever it holds, columns by the names that are looked for.

    Raises:
        DataError: It is no table.
    """
    return OwnReader(columns).rows(path)


def question_of_row(row: Row, line: int, columns: Columns) -> Question:
    """Return the question in a row of a user's table.

    Raises:
        RowError: It is none.
    """
    return _question(row, line, lambda _: None, columns)
