"""Event descriptions for any question."""

from __future__ import annotations

from temadapter.events.engine import Rule, rule

RULES: tuple[Rule, ...] = (
    rule(r"^(?P<question>.+)\?$", "the answer to the question {question} is {option}"),
)
