"""Event descriptions for the questions of Crossroads."""

from __future__ import annotations

from temadapter.events.engine import Rule

RULES: tuple[Rule, ...] = ()
