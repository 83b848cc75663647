"""The rules, from the particular to the general. A new family of questions is one file and one line here."""

from __future__ import annotations

from functools import cache

from temadapter.descriptions.engine import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule in the order in which they are tried; the last ones fit any question."""
    from temadapter.descriptions.rules import crossroads, general, sutd

    return (*sutd.SHARED, *crossroads.RULES, *sutd.RULES, *general.RULES)
