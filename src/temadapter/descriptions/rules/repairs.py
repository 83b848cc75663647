"""Questions that are put in a roundabout or a broken way, where one reading is plain."""

from __future__ import annotations

from temadapter.descriptions.engine import Rule, apply_rules, rule
from temadapter.descriptions.english.answers import placed
from temadapter.descriptions.english.auxiliaries import AUXILIARIES
from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.lexicon import SUBORDINATORS
from temadapter.descriptions.english.noun_phrases import with_article
from temadapter.descriptions.english.option_types import is_event, thing
from temadapter.descriptions.english.slots import in_gap
from temadapter.descriptions.english.subjects import second_noun_phrase
from temadapter.descriptions.english.wording import capitalised, is_statement
from temadapter.descriptions.rules.patterns import Match, joined

_WH = "what|which|who|whom|whose|why|how|where|when"
_INSIDE = SUBORDINATORS | {"he", "she", "they", "it", "who", "that", "which", "whose", "what"}


def _said_twice(match: Match, option: str) -> str:
    """Drop the first "is" of "what is the man wearing black is playing"."""
    who = match["who"].lower().split()
    relative = not _INSIDE.isdisjoint(who) or second_noun_phrase(who, 1, len(who)) is not None
    if relative or is_event(thing(option)):  # "the cap the lady is wearing"
        return ""
    verb, _, rest = match["does"].partition(" ")
    if verb == "being":
        doing, _, rest = rest.partition(" ")
        verb = f"being {doing}"
    said = Clause(match["who"], f"{match['aux']} {verb}", rest)
    return (
        placed(said, option) if match["wh"].lower() == "where" else in_gap(said, with_article(thing(option)))
    )


def _emphasised(match: Match, option: str) -> str:
    """Who was it that X saw: it was the option that X saw."""
    words = option if match["wh"].lower() == "who" and option.istitle() else with_article(thing(option))
    return "" if is_statement(option) else f"it {match['aux']} {words} that {match['said']}"


def _interrupted(match: Match, option: str) -> str:
    """What item, near the floor, is red: the option, near the floor, is red."""
    from temadapter.descriptions.rules import all_rules

    words = with_article(thing(option))
    written = apply_rules(all_rules(), f"which {match['noun']} {match['rest']}", option)
    start = capitalised(words)
    if not written.startswith(f"{start} "):
        return ""
    return f"{words}, {match['inner']},{written[len(start) :]}"


def _two_questions(match: Match, option: str) -> str:
    """Join what asks two things at once ("what is it, and why is it important"): no single statement answers both."""
    return joined(match, option)


def _with_does(match: Match, option: str) -> str:
    """Read "how is the baby react" as "how does the baby react"."""
    from temadapter.descriptions.rules import all_rules

    verb = {"is": "does", "was": "did", "are": "do", "were": "did"}[match["be"].lower()]
    return apply_rules(all_rules(), f"how {verb} {match['rest']}", option)


RULES: tuple[Rule, ...] = (
    rule(
        r"^how (?P<be>is|was|are|were) (?P<rest>(?:the|a|his|her) [\w ]+? (?:react|respond|feel|behave)\b.*)",
        _with_does,
    ),
    rule(
        rf"^(?=.* and )(?:{_WH})\b[^?]*?,? and (?:{_WH}) (?:(?!and\b)[\w'-]+ )??(?:{'|'.join(AUXILIARIES)})\b[^?]*\?$",
        _two_questions,
    ),
    rule(
        r"^(?P<wh>what|where) (?:is|are) (?P<who>[^,?]+?) (?P<aux>is|are) (?P<does>(?:being )?\w+(?:ing|ed)\b.*)\?$",
        _said_twice,
    ),
    rule(r"^(?P<wh>what|who|where|which [\w ]+?) (?P<aux>is|was) it that (?P<said>.+)\?$", _emphasised),
    rule(
        r"^(?=[^,]*,[^,]*,)(?:what|which) (?P<noun>[\w -]+), (?P<inner>[^,?]+), (?P<rest>[^,?]+\?)$",
        _interrupted,
    ),
)
