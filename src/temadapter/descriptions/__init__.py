"""Event descriptions: a question and an option fused into one declarative sentence (docs/method.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from temadapter.descriptions.describers import Describer, get_describer
from temadapter.descriptions.engine import Rule, apply_rules_all, polar_rule, rule
from temadapter.descriptions.rules import all_rules

__all__ = ["Describer", "Rule", "describe", "describe_all", "get_describer", "polar_rule", "raw_text", "rule"]


def describe(question: str, option: str, *, first: Sequence[Rule] = ()) -> str:
    """Return the event description of one option ("" for an empty one).

    >>> describe("What might be the reason for this accident?", "Speeding vehicle")
    'Speeding vehicle is the reason for this accident.'
    """
    return describe_all(question, (option,), first=first)[0]


def describe_all(question: str, options: Sequence[str], *, first: Sequence[Rule] = ()) -> tuple[str, ...]:
    """Return the event descriptions of all N options of a question, "" for every empty (padding) option.

    The same question with the same options is described once and remembered.

    Args:
        question: The question.
        options: Its N options.
        first: Rules that are tried before those of the package (`temadapter.descriptions.domains.load_rules`).
    """
    return _described(question, tuple(options), tuple(first))


@lru_cache(maxsize=65536)
def _described(question: str, options: tuple[str, ...], first: tuple[Rule, ...]) -> tuple[str, ...]:
    return apply_rules_all((*first, *all_rules()), question, options)


def raw_text(question: str, option: str) -> str:  # noqa: ARG001 (the same shape as describe)
    """Return the option itself: what zero-shot CLIP compares frames with."""
    return option
