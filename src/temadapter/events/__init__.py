"""Event descriptions: a question and an option fused into one declarative sentence (METHOD.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence

from temadapter.events.engine import Rule, apply_rules_all, polar_rule, rule
from temadapter.events.rules import all_rules

__all__ = ["Rule", "describe", "describe_all", "polar_rule", "raw_text", "rule"]


def describe(question: str, option: str) -> str:
    """Return the event description of one option ("" for an empty one).

    >>> describe("What might be the reason for this accident?", "Speeding vehicle")
    'Speeding vehicle is the reason for this accident.'
    """
    return describe_all(question, (option,))[0]


def describe_all(question: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the event descriptions of all N options of a question, "" for every empty (padding) option."""
    return apply_rules_all(all_rules(), question, options)


def raw_text(question: str, option: str) -> str:  # noqa: ARG001 (the same shape as describe)
    """Return the option itself: what zero-shot CLIP compares frames with."""
    return option
