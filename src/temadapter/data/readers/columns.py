"""Which of the user's columns is the question, which are the options: `question=q,options=a0:a4`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from temadapter.data.question import RowError
from temadapter.errors import ConfigError, listed, unknown_name

FIELDS = (
    "video",
    "question",
    "options",
    "answer",
    "type",
    "split",
    "id",
    "video_id",
    "start",
    "end",
    "group",
)
OPTION_COLUMN = re.compile(r"^(?:option|a)_?(\d+)$")
EXAMPLE = "question=q,options=a0:a4,answer=label"
_NUMBERED = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True)
class Columns:
    """The columns of a user's file.

    Args:
        names: By field (`video`, `question`, ...) the column that holds it, where that has another name.
        options: The columns that hold one option each, as they were given: names, or ranges `first:last`.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Columns:
        """Read `field=column,field=column`.

        `options` takes one column that holds a list, or several with one option each: a range `a0:a4`, and
        names joined by `+` (`wrong1+wrong2+right`). The columns of a table without a header are told by their
        numbers: `video=1,question=2,options=3:6,answer=7`.

        Raises:
            ConfigError: The text is not of that form, or names an unknown field.

        >>> Columns.parse("question=q,options=a0:a4").column("question")
        'q'
        """
        names: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, column = (piece.strip() for piece in part.partition("="))
            if not equals or not column:
                raise ConfigError(f"--columns: {part!r} must look like field=column, e.g. {EXAMPLE}.")
            if name not in FIELDS:
                raise unknown_name("field for --columns", name, FIELDS)
            if name in names:
                raise ConfigError(f"--columns names the field {name!r} twice.")
            names[name] = column
        options = names.get("options", "")
        several = tuple(piece.strip() for piece in options.split("+")) if re.search("[:+]", options) else ()
        if several:
            names.pop("options")
        columns = cls(names, several)
        if columns.numbered and "0" in ":".join(columns._told()).split(":"):
            raise ConfigError("--columns: the columns of a table without a header are counted from 1, not 0.")
        return columns

    @property
    def numbered(self) -> bool:
        """Whether every column is told by its number, as in a table without a header."""
        return bool(self.names or self.options) and all(
            re.fullmatch(r"[\d:]+", name) for name in self._told()
        )

    def _told(self) -> tuple[str, ...]:
        return (*self.names.values(), *self.options)

    def column(self, name: str) -> str:
        """Return the column that holds a field."""
        return self.names.get(name, name)

    def fitted(self, present: Sequence[str]) -> tuple[str, ...]:
        """Return the columns of a file by the names that are looked for, where only letter case differs.

        A column keeps its name where another one differs from it by letter case alone: either could be meant.

        >>> Columns().fitted(("Video", "QUESTION", "A0", "mine"))
        ('video', 'question', 'a0', 'mine')
        """
        wanted = {column.casefold(): column for column in map(self.column, FIELDS)}
        alike = Counter(name.casefold() for name in present)

        def fit(name: str) -> str:
            plain = name.casefold()
            if name in wanted.values() or alike[plain] > 1:
                return name
            numbered = not self.options and OPTION_COLUMN.match(plain)
            return wanted.get(plain, plain if numbered else name)

        return tuple(map(fit, present))

    def needed(self) -> tuple[str, ...]:
        """Return the columns without which no row can be a question."""
        return (self.column("video"), self.column("question"))

    def option_columns(self, present: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that hold one option each, among those `present` in a row.

        A range `a0:a4` counts up where both ends are one name with a number; otherwise it is every column of
        the file between them.

        Raises:
            RowError: A column that was named is not there.
        """
        if not self.options:
            found = sorted((int(match[1]), name) for name in present if (match := OPTION_COLUMN.match(name)))
            return tuple(name for _, name in found)
        wanted = tuple(column for piece in self.options for column in _range(piece, present))
        missing = [column for column in wanted if column not in present]
        if missing:
            raise RowError(f"there is no column {listed(missing)}; columns: {listed(present)}")
        return wanted

    def unknown(self, row: Mapping[str, Any]) -> list[str]:
        """Return the columns that were named but that a row does not have."""
        return [column for column in self.names.values() if column not in row]


def _range(piece: str, present: Sequence[str]) -> tuple[str, ...]:
    first, colon, last = (end.strip() for end in piece.partition(":"))
    if not colon:
        return (first,)
    low, high = _NUMBERED.match(first), _NUMBERED.match(last)
    if low and high and low[1] == high[1] and int(low[2]) <= int(high[2]):
        digits = len(low[2]) if low[2].startswith("0") else 0
        return tuple(f"{low[1]}{number:0{digits}d}" for number in range(int(low[2]), int(high[2]) + 1))
    if first not in present or last not in present:
        return tuple(end for end in (first, last) if end not in present)
    start, end = present.index(first), present.index(last)
    if start > end:
        raise RowError(f"the column {first} stands behind {last}, so {piece} is not a range")
    return tuple(present[start : end + 1])
