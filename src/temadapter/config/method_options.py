"""The options of a method that nobody set."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from temadapter.methods.registry import get_method


def resolved_options(method: str, given: Any) -> dict[str, Any]:
    """Return every option of a method by name: those given, and the defaults of the rest."""
    return asdict(get_method(method).options(**given))
