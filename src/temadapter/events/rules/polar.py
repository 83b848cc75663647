"""Questions that a yes or a no answers, or one of two things ("wet or dry")."""

from __future__ import annotations

from temadapter.events.clauses import BE, clause
from temadapter.events.engine import Rule, rule
from temadapter.events.gaps import split_tail
from temadapter.events.kinds import thing
from temadapter.events.lexicon import DETERMINERS, PRONOUNS
from temadapter.events.phrases import is_unsure, with_article
from temadapter.events.rules.shapes import AUX, Match
from temadapter.events.text import is_statement, uncapitalised, yes_no, yes_no_parts


def _polar(match: Match, option: str) -> str:
    """Is, does, can ...: a yes or a no, or one of two things."""
    rest = match["rest"].removeprefix("not ")  # "isn't it ...?" asks the same as "is it ...?"
    positive = clause(match["aux"], rest) or _is_a(match["aux"], rest, "")
    negative = clause(match["aux"], rest, negative=True) or _is_a(match["aux"], rest, " not")
    if is_statement(option):
        return uncapitalised(option)
    if not positive or not negative:
        return ""
    if yes_no_parts(option) is not None:
        return yes_no(option, yes=positive, no=negative)
    if is_unsure(option):
        return f"it is unknown whether {positive}"
    return _either(positive, option)


def _is_a(auxiliary: str, rest: str, negation: str) -> str:
    """Read "is" and "this a bus" or "is" and "anyone there" as well as can be."""
    words = rest.split()
    if auxiliary.lower() not in BE or len(words) < 2:
        return ""
    at = 2 if words[0].lower() in DETERMINERS - PRONOUNS and len(words) > 2 else 1
    return f"{' '.join(words[:at])} {auxiliary.lower()}{negation} {' '.join(words[at:])}"


def _either(statement: str, option: str) -> str:
    """Write "the road is wet" for "the road is wet or dry" and "wet"; "" where the option is neither."""
    before, found, after = statement.partition(" or ")
    if not found:
        return ""
    right, tail = split_tail(after)
    words = thing(option)
    left = before.split()
    if words.lower() in right.lower():
        left = left[: -len(right.split())] or left[:-1]
        if left and words.split()[0].lower() in DETERMINERS and left[-1].lower() in DETERMINERS:
            left = left[:-1]
        return " ".join([*left, words, tail])
    return f"{before} {tail}" if before.lower().endswith(words.lower()) else ""


def _plain_choice(match: Match, option: str) -> str:
    """Name the right one of "..., A or B?" where the question has no verb of its own."""
    return f"it is {with_article(thing(option))}" if option.lower() in match[0].lower() else ""


RULES: tuple[Rule, ...] = (
    rule(rf"^{AUX} (?P<rest>.+)\?$", _polar),
    rule(r"^(?:an?|the)? ?[\w-]+ or (?:an?|the)? ?[\w-]+\?$", _plain_choice),
)
