"""Regular expressions that take ages: a repeat in a repeat, with nothing between two rounds that tells them apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_parser: Any = re._parser  # type: ignore[attr-defined]
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
MANY = 16
"""A repeat of more rounds than this counts as unbounded."""


def is_explosive(pattern: str) -> bool:
    r"""Tell whether a pattern that does not match may be tried in exponentially many ways.

    >>> is_explosive(r"(\w+\s?)+$"), is_explosive(r"(\w+ )+$"), is_explosive(r"(a*)*")
    (True, False, True)
    """
    return _explodes(_parser.parse(pattern))


def _explodes(items: Any) -> bool:
    for operator, argument in items:
        if _unbounded(operator, argument) and _repeats_freely(argument[2]):
            return True
        if any(_explodes(inner) for inner in _inner(operator, argument)):
            return True
    return False


def _repeats_freely(items: Any) -> bool:
    """Tell whether a round may consist of an unbounded repeat alone."""
    whole = items.getwidth()[0]
    for place, (operator, argument) in enumerate(items):
        rest = whole - items[place : place + 1].getwidth()[0]
        if rest == 0 and (
            _unbounded(operator, argument)
            or any(_repeats_freely(inner) for inner in _inner(operator, argument))
        ):
            return True
    return False


def _unbounded(operator: Any, argument: Any) -> bool:
    return str(operator) in _REPEATS and int(argument[1]) > MANY


def _inner(operator: Any, argument: Any) -> Sequence[Any]:
    """Return the sequences within an item."""
    match str(operator):
        case "SUBPATTERN":
            return (argument[3],)
        case "BRANCH":
            return tuple(argument[1])
        case "MAX_REPEAT" | "MIN_REPEAT":
            return (argument[2],)
        case "ASSERT" | "ASSERT_NOT":
            return (argument[1],)
    return ()
