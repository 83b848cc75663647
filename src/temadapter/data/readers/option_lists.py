"""The options of a user's row, and which of them its answer means."""

from __future__ import annotations

import json
from typing import Any

from temadapter.data.question import RowError
from temadapter.data.readers.cells import index_of, is_missing, option_of
from temadapter.errors import shown


def options_of(value: object) -> tuple[str, ...]:
    """Return the options of one cell: a list, or a text that is a JSON list or has its options between `|`.

    Raises:
        RowError: It is neither.
    """
    if isinstance(value, str):
        value = _split(value)
    if not isinstance(value, list):
        raise RowError(f"options is {shown(value)}, not a list of texts", kind="options")
    return tuple(option_of(option) for option in value)


def _split(text: str) -> list[Any]:
    parts = [part.strip() for part in text.split("|")]
    if text.lstrip().startswith("["):
        try:
            return list(json.loads(text))
        except (ValueError, RecursionError) as error:
            # "[white] van|[grey] van" is no list, "['a|b', 'c']" is one of another language
            if len(parts) < 2 or any(part.count("[") != part.count("]") for part in parts):
                raise RowError(f"options is not a JSON list ({_why(error)}){_HOW}", kind="options") from error
    if len(parts) < 2:
        raise RowError(f"a question needs at least two options, {shown(text)} is one{_HOW}", kind="options")
    return parts


_HOW = '; write ["one", "two"], or one|two'


def _why(error: Exception) -> str:
    return (
        f"{error.msg}, column {error.colno}"
        if isinstance(error, json.JSONDecodeError)
        else "too long or deep"
    )


def answer_of(value: object, options: tuple[str, ...]) -> int | None:
    """Return the 0-based index that `answer` means: a number is an index, a text is an option's text.

    Letter case and spacing make no difference where only one option can be meant.

    Raises:
        RowError: It is neither, or may be either.
    """
    if not isinstance(value, str):
        if is_missing(value) or (isinstance(value, int | float) and _is_whole(value)):
            return index_of(value)
        reason = f"the answer is {shown(value)}, neither the number nor the text of an option"
        raise RowError(reason, kind="answer")
    if not value.strip():
        return None
    same = _same_text(value, options)
    try:
        number = index_of(value)
    except RowError:
        number = None
    if number is not None and same and same != [number]:
        reason = (
            f"the answer {shown(value)} may be option {same[0]} or option number {number}: say which in JSON"
        )
        raise RowError(reason, kind="answer")
    if len(same) == 1 or (same and number is None):
        return same[0]
    if number is None and len(alike := _alike(value, options)) > 1:
        several = " or ".join(map(str, alike))
        reason = f"the answer {shown(value)} may be option {several}: write it as it stands there"
        raise RowError(reason, kind="answer")
    if number is not None:
        return number
    if _says_nothing(value):
        return None
    raise RowError(f"the answer {shown(value)} is none of the options", kind="answer")


def _is_whole(value: float) -> bool:
    return not isinstance(value, bool) and value == value // 1


def _says_nothing(value: str) -> bool:
    try:
        return is_missing(value) or index_of(value) is None
    except RowError:
        return False


def _same_text(text: str, options: tuple[str, ...]) -> list[int]:
    """Return the options that a text may be: those of just this text, else those that differ in case or spacing."""
    for plain in (str.strip, _folded, _numeral):
        wanted = plain(text)
        same = [index for index, option in enumerate(options) if option.strip() and plain(option) == wanted]
        if len({options[index].strip() for index in same}) == 1:  # the same option twice is one text
            return same
    return []


def _alike(text: str, options: tuple[str, ...]) -> list[int]:
    return [index for index, option in enumerate(options) if _folded(option) == _folded(text)]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _numeral(text: str) -> str:
    """Return "2" for "2.0", so that it is not taken for the option of that number where it is one's text."""
    plain = _folded(text)
    head, point, tail = plain.partition(".")
    return head if point and not tail.strip("0") and head.lstrip("-").isdecimal() else plain
