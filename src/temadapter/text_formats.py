"""JSON and YAML from files: whatever is wrong with a text, it is a ValueError."""

from __future__ import annotations

import json
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
