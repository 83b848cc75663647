"""How an option is worded where it stands: as a reason, a means, a place, a subject."""

from __future__ import annotations

import re

from temadapter.events.clauses import BE
from temadapter.events.grammar import base_of, inflect
from temadapter.events.lexicon import PREPOSITIONS
from temadapter.events.phrases import is_none, is_others, is_plural, with_article
from temadapter.events.text import is_statement, uncapitalised

_DIRECTIONS = (
    "left",
    "right",
    "straight",
    "here",
    "there",
    "nowhere",
    "outside",
    "inside",
    "indoors",
    "outdoors",
)
_OBJECT_NEXT = re.compile(
    r"^[a-z]+(?<!ing)(?<!ed)(?<!s) (?:the|an?|his|her|its|their|it|him|them|up|down|out)\b"
)
_MANNER = re.compile(r"^(?:very |quite |more |too )?(?:\w+ly|\w+er|fast|hard|well|straight|together|alone)\b")


def thing(option: str) -> str:
    """Return the option in the middle of a sentence; "others" and "none" in words that fit there."""
    if is_others(option):
        return "something else"
    return "nothing" if is_none(option) else uncapitalised(option)


def is_act(phrase: str) -> bool:
    """Tell whether a phrase begins with a verb in its base form ("watch the game")."""
    first = phrase.split(" ", 1)[0]
    return base_of(first) == first or _OBJECT_NEXT.match(phrase) is not None


def reason(option: str) -> str:
    """Return the option as a reason: "to see it", "because of rain", "because it rained"."""
    words = thing(option)
    if words.split(" ")[0] in (*PREPOSITIONS, "so"):
        return words
    if is_statement(option):
        return f"because {words}"
    return f"to {words}" if is_act(words) else f"because of {words}"


def by_means(option: str) -> str:
    """Return the option as a manner or a means: "slowly", "by driving", "with a brush", "as it rained"."""
    words = thing(option)
    first = words.split(" ")[0]
    if first in PREPOSITIONS or _MANNER.match(words):
        return words
    if is_statement(option):
        return f"as {words}"
    if is_act(words) or base_of(first) or first.endswith("ing"):
        return f"by {inflect(words, 'gerund', is_verb=True)}"
    return f"with {words}"


def place(said: str, option: str) -> str:
    """Put the option behind a statement as a place, with one preposition between them.

    >>> place("the car came from", "from the north"), place("the cat is", "garden")
    ('the car came from the north', 'the cat is in a garden')
    """
    words = thing(option)
    first, last = words.split(" ")[0].lower(), said.rsplit(" ", 1)[-1].lower()
    if first in PREPOSITIONS and last in PREPOSITIONS:
        return f"{said.rsplit(' ', 1)[0]} {words}"
    if first in PREPOSITIONS or first in _DIRECTIONS:
        return f"{said} {words}"
    return f"{said} {with_article(words)}" if last in PREPOSITIONS else f"{said} in {with_article(words)}"


def subject(match: re.Match[str], option: str) -> str:
    """Who caused it, which car is responsible: the option is the subject of `verb` and `rest`."""
    if is_statement(option):
        return uncapitalised(option)
    noun = (match["noun"] or "").strip()
    words = thing(option)
    if is_none(option):
        words = f"no {noun}" if noun else "no one"
    verb = match["verb"].lower()
    if verb in BE:
        agreeing = {"is": "are", "was": "were"} if is_plural(words) else {"are": "is", "were": "was"}
        verb = agreeing.get(verb, verb)
    return f"{with_article(words)} {verb}{match['rest']}"


def happening(match: re.Match[str], option: str) -> str:
    """What happened before the crash: the option is a whole event, or the name of one."""
    verb = "" if is_statement(option) else f" {match['verb']}"
    return f"{thing(option)}{verb}{match['tail']}"
