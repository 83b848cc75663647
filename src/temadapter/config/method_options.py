"""The section `method_options` of a configuration: checked against the options that the method itself declares."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from temadapter.config.parsing import build
from temadapter.methods.registry import get_method, list_methods


def method_options(method: str, values: object, problems: list[str]) -> dict[str, Any]:
    """Return the options that were given, each as the type that the method declares.

    Args:
        method: Name of the method; nothing is checked for one that does not exist.
        values: The section as it was read.
        problems: Every mistake is appended here as one sentence.
    """
    if method not in list_methods():
        return {}
    kind = get_method(method).options
    if isinstance(values, dict) and values and not fields(kind):
        names = ", ".join(f"method_options.{name}" for name in values)
        problems.append(f"The method {method!r} has no method_options, so {names} cannot be set.")
        return {}
    built = asdict(build(kind, values, where="method_options", problems=problems))
    return {name: built[name] for name in built if isinstance(values, dict) and name in values}


def resolved_options(method: str, given: Any) -> dict[str, Any]:
    """Return every option of a method by name: those given, and the defaults of the rest."""
    return asdict(get_method(method).options(**given))
