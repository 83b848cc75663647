"""What colour is X, what is X like, in what condition is X: the option is how something is."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import BE
from temadapter.descriptions.english.clauses import parse
from temadapter.descriptions.english.inflection import inflect
from temadapter.descriptions.english.noun_phrases import with_article
from temadapter.descriptions.english.option_types import is_event, is_verb_phrase, thing
from temadapter.descriptions.english.slots import split_tail
from temadapter.descriptions.english.wording import is_statement
from temadapter.descriptions.rules.patterns import Match, asks_for_subject

_CLAUSE = re.compile(r"(?:when|while|after|before|as|until|during)\b")


def _colour(match: Match, option: str) -> str:
    """What colour is X, what is X like: X is the option."""
    words = thing(option)
    if asks_for_subject(match["aux"], match["what"]):  # "which colour is never shown"
        return ""
    if is_statement(option):
        return words
    core, tail = split_tail(match["what"])
    if _CLAUSE.match(tail):  # "her jacket is purple when she talks"
        return f"{core} {match['aux']} {words} {tail}"
    return f"{core} {tail} {match['aux']} {words}"


def _like(match: Match, option: str) -> str:
    what, _, tail = match["what"].partition(" like")
    said = parse(match["aux"], what)
    if said is not None and said.verb not in BE:
        return ""
    return thing(option) if is_statement(option) else f"{what}{tail} {match['aux']} {thing(option)}"


def _condition(match: Match, option: str) -> str:
    words = thing(option)
    verb = "has" if re.match(r"(?:an?|some|no|few|many) ", words) else match["aux"]
    return words if is_event(words) else f"{match['thing']} {verb} {words} {match['when']}"


def _made_do(match: Match, option: str) -> str:
    """What made X stop: an event did, or a thing."""
    words = thing(option)
    if is_event(words):
        return f"{match['what']} {inflect(match['act'], 'past', is_verb=True)} because {words}"
    cause = inflect(words, "gerund") if is_verb_phrase(words) else words
    return f"{with_article(cause)} made {match['what']} {match['act']}"


RULES: tuple[Rule, ...] = (
    rule(r"^(?:what|which) colou?rs? (?P<aux>is|are|was|were) (?P<what>.+)\?$", _colour),
    rule(r"^what (?P<aux>is|are|was|were) (?P<what>.+? like(?: .*)?)\?$", _like),
    rule(
        r"^what (?P<aux>is|was) the condition of (?P<thing>.+?) (?P<when>(?:after|before) .+)\?$", _condition
    ),
    rule(r"^what made (?P<what>(?:the|a|his|her) (?:[\w-]+ )??[\w-]+) (?P<act>\w+(?: .*)?)\?$", _made_do),
)
