"""JSON and YAML from files, where whatever is wrong with a text is a ValueError; and values made ready for JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any


def json_value(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        ValueError: It is not JSON, is nested more deeply than Python reads, or holds a number of too many digits.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise _in_words(error) from None


def yaml_value(text: str) -> Any:
    """Return what a YAML text says; it can hold texts, numbers, lists and tables, and calls nothing.

    Raises:
        ValueError: It is not YAML, is nested more deeply than Python reads, or holds a number of too many digits.
    """
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except AttributeError as error:  # PyYAML's own, for some broken tags
        raise ValueError(str(error)) from None
    except ValueError as error:
        raise _in_words(error) from None


def _in_words(error: ValueError) -> ValueError:
    # Python's own sentence advises a function of its library, which is no help to whoever wrote the file.
    return (
        ValueError("a number in it has too many digits") if "set_int_max_str_digits" in str(error) else error
    )


def plain(value: Any) -> Any:
    """Return `value` made of dicts, lists, texts, numbers, booleans and None only."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):  # numpy and torch
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
