"""From the values of a YAML file or of `--set` to a checked dataclass; every mistake is collected."""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar

from temadapter.errors import ConfigError
from temadapter.text_formats import yaml_value

Section = TypeVar("Section")
_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


class Typed(str):
    """What the user typed after `--set a.b=`; its meaning depends on the field's type."""


class BadValueError(ValueError):
    """A value does not fit its field; the text says what would."""


def build(cls: type[Section], values: object, *, where: str, problems: list[str]) -> Section:
    """Make a dataclass from a mapping.

    Args:
        cls: A dataclass whose fields all have defaults and are bool, int, float, str, a Literal of these, or
            any of them or None.
        values: The mapping from field name to value; missing fields take their default.
        where: Name of the section, for messages ("training").
        problems: Every mistake is appended here as one sentence, and the default used in its place.
    """
    if not isinstance(values, Mapping):
        problems.append(f"{where} must hold `name: value` lines, not {values!r}.")
        values = {}
    hints = _hints(cls)  # type: ignore[arg-type]  # mypy takes a class for unhashable
    names = [field.name for field in dataclasses.fields(cls) if field.init]  # type: ignore[arg-type]
    good: dict[str, Any] = {}
    for key, value in values.items():
        if key not in names:
            problems.append(unknown_key(f"{where}.{key}", [f"{where}.{name}" for name in names]))
            continue
        try:
            good[key] = coerce(hints[key], value)
        except BadValueError as error:
            problems.append(f"{where}.{key} must be {error}, not {value!r}.")
    try:
        return cls(**good)
    except ConfigError as error:
        problems.extend(f"{where}: {line}" for line in str(error).splitlines())
        return cls()


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def unknown_key(key: str, known: list[str]) -> str:
    """Return the sentence for a setting that does not exist, with the closest one that does."""
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if close:
        return f"There is no setting {key}. Did you mean {close[0]}?"
    return f"There is no setting {key}. Known: {', '.join(known)}."


def coerce(hint: Any, value: object) -> Any:
    """Return `value` as the type `hint` says.

    Raises:
        BadValueError: It cannot be; the text completes "must be ...".
    """
    options = _alternatives(hint)
    if type(None) in options:
        if value is None or (isinstance(value, Typed) and value.lower() in ("null", "none", "~", "")):
            return None
        options = [option for option in options if option is not type(None)]
        try:
            return coerce(options[0], value)
        except BadValueError as error:
            raise BadValueError(f"{error} or null") from None
    if typing.get_origin(hint) is Literal:
        return _literal(typing.get_args(hint), value)
    return _scalar(hint, value)


def _alternatives(hint: Any) -> list[Any]:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return list(typing.get_args(hint)) if union else [hint]


def _literal(choices: tuple[Any, ...], value: object) -> Any:
    plain = _from_yaml(value)
    for choice in choices:
        if value == choice or (plain == choice and type(plain) is type(choice)):
            return choice
    close = difflib.get_close_matches(str(value), [str(choice) for choice in choices], n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    raise BadValueError(f"one of {', '.join(map(str, choices))}{hint}")


def _scalar(kind: type, value: object) -> Any:
    if kind is str:
        if isinstance(value, str):
            return str(value)
        raise BadValueError(_WORDS[str])
    plain = _from_yaml(value)
    if kind is bool and isinstance(plain, bool):
        return plain
    if kind is int and isinstance(plain, int) and not isinstance(plain, bool):
        return plain
    if kind is float and not isinstance(plain, bool):
        try:  # YAML reads 1e-4 as a text, a person means a number
            return float(plain)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            pass
    raise BadValueError(_WORDS[kind])


def _from_yaml(value: object) -> object:
    if not isinstance(value, Typed):
        return value
    try:
        return yaml_value(value)
    except ValueError:
        return str(value)
