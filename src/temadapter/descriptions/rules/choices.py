"""Questions that name what there is to choose from: "Who is taller, the man or the woman?"."""

from __future__ import annotations

from temadapter.descriptions.engine import Rule, apply_rules, rule
from temadapter.descriptions.english.lexicon import SUBORDINATORS
from temadapter.descriptions.rules.patterns import Match

_WH = r"(?:who|whom|whose|what|which|where|how|when)\b"
_COMPARED = r"(?:is|are|was|were) (?:\w+er|more \w+|\w+est|the \w+est)"


def _choice(match: Match, option: str) -> str:
    """Describe the question without its choices; the option is one of them, or says more than they do."""
    from temadapter.descriptions.rules import all_rules

    if match["choices"].split(maxsplit=1)[0].lower() in SUBORDINATORS:
        return ""
    written = apply_rules(all_rules(), match["asked"], option)
    return "" if ": " in written else written


def _sex(match: Match, option: str) -> str:
    """Say "is female" where a boy or a girl are to choose from."""
    return f"{match['who']} {match['aux']} {option.lower()}" if option.lower() in ("male", "female") else ""


RULES: tuple[Rule, ...] = (
    rule(rf"^(?P<asked>{_WH}[^,:?]*)[,:] (?P<choices>[^?]*\bor\b[^?]*)\?$", _choice),
    rule(
        rf"^(?P<asked>(?:who|which)\b[^,?]* {_COMPARED}),? (?P<choices>(?:the|a|an) [^?]*\bor\b[^?]*)\?$",
        _choice,
    ),
    rule(r"^(?P<aux>is|was) (?P<who>(?:the|this|that) .+?) an? \w+ or an? \w+\?$", _sex),
)
"""These stand before all other shapes, whose patterns would take the choices for a part of the statement."""
