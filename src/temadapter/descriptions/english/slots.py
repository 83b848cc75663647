"""Where in a statement the thing belongs that the question asks for: "is wearing _ in her left hand"."""

from __future__ import annotations

import re

from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.lexicon import ADVERBS, PARTICLES, PREPOSITIONS, SUBORDINATORS

_COMPOUND = {("out", "of"), ("up", "to"), ("away", "from"), ("down", "from"), ("off", "of"), ("next", "to"),
             ("along", "with"), ("because", "of"), ("instead", "of"), ("down", "to"), ("back", "to"),
             ("up", "at"), ("up", "with"), ("over", "to"), ("out", "from"), ("up", "from"), ("back", "at")}  # fmt: skip
_TAIL = re.compile(
    r"(?:^| )(?=(?:when|while|whilst|after|before|until|once|since|during|if|because|throughout|whenever"
    r"|and (?:he|she|it|they) \w+s? |and the \w+ (?:\w+s|is|are) "
    r"|as (?:the|an?|he|she|it|they|his|her|its|their|one|two|all|someone|people)\b"
    r"|initially|finally|next$|next (?=after |before |with )|now$|twice|again$|halfway|repeatedly"
    r"|(?:at|in|near|towards?|from|around) (?:the )?(?:very )?"
    r"(?:first|start|beginning|begining|middle|end|moment|ending)\b"
    r"(?! of the (?:road|street|room|table|line|slope|lake|pool))"
    r"|in (?:this|the) (?:video|clip|scene|gif|background|image|picture)"
    r"|for (?:a|most|some|the) (?:while|of|time|first|second)"
    r"|(?:\d+|one|two|three|four|five|several|many)(?: or more)?(?: than \d+)? times?|most of the"
    r") ?)"
)
_AND_DOES = re.compile(r"(?:(?P<more>.*) )?and (?P<second>\w+ing)(?P<rest>(?: .*)?)$")
_WITHOUT_OBJECT = frozenset(
    (
        "standing",
        "sitting",
        "laughing",
        "smiling",
        "dancing",
        "talking",
        "walking",
        "running",
        "jumping",
        "lying",
        "singing",
        "going",
        "coming",
        "looking",
        "kneeling",
        "crying",
        "moving",
        "sleeping",
        "bending",
        "leaning",
    )
)
_PERCEIVING = frozenset(("watch", "watches", "watched", "watching", "see", "sees", "saw", "seeing", "hear", "hears",
                         "heard", "notice", "notices", "noticed", "film", "films", "filmed", "filming"))  # fmt: skip
_TIMES = (
    SUBORDINATORS
    | ADVERBS
    | frozenset(("initially", "next", "now", "again", "first", "last", "then", "twice", "today"))
)


def split_tail(text: str) -> tuple[str, str]:
    """Cut what is said of the time or the condition off the end of a statement.

    >>> split_tail("is wearing a hat in the middle of the video")
    ('is wearing a hat', 'in the middle of the video')
    """
    match = _TAIL.search(text)
    return (text, "") if match is None else (text[: match.start()].strip(), text[match.start() :].strip())


def before_tail(said: Clause, words: str) -> str:
    """Put words behind the statement, but before what is said of the time."""
    core, tail = split_tail(said.rest)
    return _joined(said.subject, said.verb, core, words, tail)


def at_end(said: Clause, words: str) -> str:
    """Put words at the very end."""
    return _joined(said.text, words)


def in_gap(said: Clause, words: str) -> str:
    """Put the object where it is missing.

    >>> in_gap(Clause("she", "is wearing", "in her hair while running"), "a bow")
    'she is wearing a bow in her hair while running'
    """
    rest, at = said.rest.split(), gap(said.rest)
    if rest and rest[0].endswith("ing") and said.verb.split()[-1] in _PERCEIVING:
        at = 0  # "watches _ running in a race"
    pair = _AND_DOES.match(split_tail(said.rest)[0])
    if pair is not None:
        at = _gap_of_two(said.verb.split()[-1], pair, at)
    return _joined(said.subject, said.verb, *rest[:at], words, *rest[at:])


def _gap_of_two(first: str, pair: re.Match[str], at: int) -> int:
    """Choose the verb that lacks its object: "wearing _ and singing", "dancing and kicking _"."""
    before = len((pair["more"] or "").split())
    if first in _WITHOUT_OBJECT:  # "sitting on a rock and smoking _"
        more = pair["rest"].split()
        if len(more) == 1 and more[0] in PREPOSITIONS:  # "running and exercising up _"
            return before + 3
        return before + 2 if not more or more[0] in PREPOSITIONS else at
    return 0 if not before else at


def stranded(said: Clause) -> bool:
    """Tell whether a preposition waits for its noun: "is talking to"."""
    rest, at = said.rest.split(), gap(said.rest)
    return at > 0 and rest[at - 1] in PREPOSITIONS and rest[at - 1] not in PARTICLES


def gap(rest: str) -> int:
    """Return the number of words of `rest` that stand before the missing object."""
    core = split_tail(rest)[0].split()
    for i, word in enumerate(core):
        if word in PREPOSITIONS and word not in ("up", "down", "away", "off") and _hangs(core, i):
            return i + 1
    start = 0
    while start < len(core) and core[start] in PARTICLES and _hangs(core, start):
        start += 1
    if start == len(core) or core[start] in PREPOSITIONS or core[start] in _TIMES:
        return start
    later = next((i for i in range(1, len(core)) if core[i] == "to" and core[i - 1] in _TIMES), None)
    return later if later is not None else len(core)


def _hangs(words: list[str], at: int) -> bool:
    """Tell whether nothing that belongs to the preposition follows it."""
    if at + 1 == len(words):
        return True
    after = words[at + 1]
    if (words[at], after) in _COMPOUND:
        return False
    return after != "not" and (after in PREPOSITIONS or after in _TIMES)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
