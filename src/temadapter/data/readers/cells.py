"""What a cell of an annotation file says: a text, a label, an option's number, a second, or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from temadapter.data.question import RowError
from temadapter.data.videos import has_video_ending
from temadapter.errors import shown

_NOTHING = frozenset(["", "nan", "NaN", "<NA>", "NaT"])
"""How pandas writes a missing value where it turns a table into texts."""

_NOTHING_OF_A_FIELD = _NOTHING | {"None", "none", "null", "NULL", "N/A", "NA", "n/a"}
"""More words for it; as an option's text they may be meant ("None" of the above)."""

_WHOLE = re.compile(r"(-?\d{1,9})(?:[.,]0*)?")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0")
_SECONDS = re.compile(r"[-+]?\d+,\d+")
_EXACT = 2**53  # floats above it do not hold every whole number


def is_missing(value: object) -> bool:
    """Tell whether a cell is empty: None, NaN, nothing but white space, or how pandas writes NaN as a text."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and value.strip() in _NOTHING)


def text_of(row: Mapping[str, Any], name: str) -> str:
    """Return a field as text, "" where it is missing. A whole number has no decimals: pandas makes 4 into 4.0.

    Raises:
        RowError: It is a list, an object, a truth value or infinite.
    """
    value = row.get(name)
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return value
    if (number := _number_text(value)) is None:
        raise RowError(f"{name} is {shown(value)}, not text")
    return number


def asked_of(row: Mapping[str, Any], name: str) -> str:
    """Return a question's text, "" where it is missing or is a word for it ("None"): nobody asks that.

    Raises:
        RowError: It is no text or number.
    """
    text = text_of(row, name)
    return "" if text.strip() in _NOTHING_OF_A_FIELD else text


def number_of(row: Mapping[str, Any], name: str) -> str | None:
    """Return what a benchmark counts its questions or videos by; None where it is missing. "2.0" is "2".

    Raises:
        RowError: It is no text or number.
    """
    label = label_of(row, name)
    whole = _WHOLE_FLOAT.fullmatch(label) if label else None
    return whole[1] if whole else label


def label_of(row: Mapping[str, Any], name: str) -> str | None:
    """Return a name such as a type or a group, on one line and without space around it; None where it is missing.

    Raises:
        RowError: It is no text or number.
    """
    label = " ".join(text_of(row, name).split())
    return None if label in _NOTHING_OF_A_FIELD else label


def video_of(row: Mapping[str, Any], name: str, ending: str = "") -> str:
    """Return a video's name without space around it.

    Args:
        row: The row.
        name: The column.
        ending: Added where the benchmark leaves it out and the name has no video's ending.

    Raises:
        RowError: It is no text or number.
    """
    video = text_of(row, name).strip()
    return with_ending(video, ending) if video and ending else video


def with_ending(clip: str, ending: str) -> str:
    """Return the video of a clip that a benchmark names without its file's ending, or with it after all.

    >>> with_ending("v2.mp4", ".mp4"), with_ending("v2", ".mp4"), with_ending("7.0", ".mp4")
    ('v2.mp4', 'v2.mp4', '7.mp4')
    """
    if has_video_ending(clip):
        return clip
    whole = _WHOLE_FLOAT.fullmatch(clip)
    return (whole[1] if whole else clip) + ending


def option_of(value: object, name: str | None = None) -> str:
    """Return the text of an option; "" where there is none, which keeps its place.

    Args:
        value: The cell.
        name: Its column, for a message.

    Raises:
        RowError: It is no text or number.
    """
    if is_missing(value):
        return ""
    text = value if isinstance(value, str) else _number_text(value)
    if text is None:
        told = f"{name} is {shown(value)}, not text" if name else f"the option {shown(value)} is not text"
        raise RowError(told, kind="options")
    return text


def index_of(value: object) -> int | None:
    """Return the 0-based index of an option that may be written as a text ("2", "2.0"); None where there is none.

    Raises:
        RowError: It is no whole number.
    """
    if is_missing(value) or (isinstance(value, str) and value.strip() in _NOTHING_OF_A_FIELD):
        return None
    if isinstance(value, str) and (whole := _WHOLE.fullmatch(value.strip())):
        return int(whole[1])
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RowError(f"the answer is {shown(value)}, not the number of an option", kind="answer")


def seconds_of(row: Mapping[str, Any], name: str) -> float | None:
    """Return a time in a row, in seconds; None where it is missing.

    Raises:
        RowError: It is no number.
    """
    value = row.get(name)
    if is_missing(value) or (isinstance(value, str) and value.strip() in _NOTHING_OF_A_FIELD):
        return None
    if isinstance(value, str) and _SECONDS.fullmatch(value.strip()):
        value = value.replace(",", ".")  # as spreadsheets write it in some countries
    try:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise ValueError
        return float(value)
    except (ValueError, OverflowError):
        raise RowError(f"{name} is {shown(value)}, not a number of seconds", kind="time span") from None


def _number_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value)
