"""Event descriptions for the questions of SUTD-TrafficQA."""

from __future__ import annotations

from temadapter.events.engine import Rule, rule

RULES: tuple[Rule, ...] = (
    rule(
        r"\b(?:what|which)\b.*\breason\b.*(?P<event>this accident)\?$", "{option} is the reason for {event}"
    ),
)
