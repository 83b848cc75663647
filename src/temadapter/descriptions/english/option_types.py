"""What kind of words an option is: an act, a state, an event, a number."""

from __future__ import annotations

import re
from functools import lru_cache

from temadapter.descriptions.english.inflection import base_of, form_of, is_gerund
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    ANIMALS,
    COLOURS,
    DEEDS,
    DETERMINERS,
    FEMALE,
    MALE,
    MASS,
    NOUN_FIRST,
    NUMERALS,
    PARTICLES,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
)
from temadapter.descriptions.english.noun_phrases import (
    head,
    is_none,
    is_others,
    is_plural,
    with_right_article,
)
from temadapter.descriptions.english.verbs import COMPOUND_VERBS, NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised

_OBJECT_NEXT = re.compile(
    r"^[a-z]+(?<!ing)(?<!ed)(?<!s) (?:the|an?|his|her|its|their|it|him|them|another|up|down|out|away|around|back)\b"
)
_LABEL = re.compile(r"[A-Z]|\d+")
VERBS_TOO = ("open", "clean", "calm", "warm", "dry", "free", "slow")
"""Adjectives that are verbs, too."""
LIVING = MALE | FEMALE | PEOPLE | ANIMALS
_NO_ACT = ADJECTIVES | PREPOSITIONS | DETERMINERS | PRONOUNS | LIVING
_NO_SUBJECT = DETERMINERS | PREPOSITIONS | {"what", "who", "which", "how", "where", "when", "why"}
_BEHIND_STATE = (
    PREPOSITIONS
    | ADJECTIVES
    | {"and", "or", "to", "that", "enough", "about", "then", "what", "why", "how", "who"}
)
_WHILE_DOING = ("busy", "happy", "excited", "engrossed", "tired", "bored", "scared", "afraid", "comfortable")
_LIKE_ADJECTIVE = re.compile(r"(?:able|ible|ful|less|ous|ive|ing)$")
_GO_TO = {
    ("bow", "to"),
    ("bow", "towards"),
    ("signal", "to"),
    ("race", "to"),
    ("sail", "to"),
    ("hand", "over"),
}
_MOVING = ("under", "behind", "beneath", "below", "from", "for", "in", "into")
_FINITE = (
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "will",
    "can",
    "could",
    "would",
    "should",
    "cannot",
)
_WH = {
    "who",
    "that",
    "which",
    "what",
    "why",
    "how",
    "where",
    "when",
    "if",
    "because",
    "while",
    "as",
    "curious",
}


@lru_cache(maxsize=4096)
def thing(option: str) -> str:
    """Return the option in the middle of a sentence; "others" and "none" in words that fit there."""
    if is_others(option):
        return "something else"
    return "nothing" if is_none(option) else with_right_article(uncapitalised(option))


def is_verb_phrase(phrase: str) -> bool:
    """Tell whether a phrase begins with a verb in its base form ("watch the game")."""
    first, _, rest = phrase.partition(" ")
    second = rest.split(" ")[0]
    if first == "dance" and second in (
        "move",
        "moves",
        "step",
        "steps",
        "routine",
        "performance",
        "practice",
    ):
        return False
    if f"{first}:{second}" in COMPOUND_VERBS:
        return True
    if first in ("duck", "fish") and (second in PARTICLES or second in _MOVING):
        return True
    if first in _NO_ACT and not (first == "cook" and second in DETERMINERS | MASS):
        if second.endswith("self") and first in ADJECTIVES:
            return True
        return first in VERBS_TOO and bool(rest) and (second not in PREPOSITIONS or second in PARTICLES)
    if first in NOUN_LIKE and _LABEL.fullmatch(second):  # "sample B"
        return False
    if base_of(first) == first:
        return first not in NOUN_FIRST or _is_object(second) or (first, second) in _GO_TO
    return form_of(first) is None and _OBJECT_NEXT.match(phrase) is not None


def _is_object(word: str) -> bool:
    """Tell whether a word makes a verb of what else is a noun: "water the plants", "train dog", "ski down"."""
    return (
        word in DETERMINERS
        or word in ("him", "them", "it")
        or word.endswith(("self", "selves"))
        or word in PARTICLES
        or word in LIVING
    )


def is_state(phrase: str) -> bool:
    """Tell whether a phrase is an adjective with what belongs to it: "scared of the dog", not "red light"."""
    words = phrase.split(" ")
    compared = words[0] in ("very", "too", "so", "more", "less")
    if compared or words[0] in ADVERBS:
        words = words[1:]
    if not words:  # "so", "still": nothing is compared
        return False
    like_one = compared and _LIKE_ADJECTIVE.search(words[0]) is not None
    like_one = like_one or (phrase.startswith("too ") and words[0].endswith("y"))
    if not (words[0] in ADJECTIVES or like_one):
        return False
    return len(words) == 1 or words[1] in _BEHIND_STATE or (is_gerund(words[1]) and words[0] in _WHILE_DOING)


def is_deed(phrase: str) -> bool:
    """Tell whether a noun can be what somebody does: "a hand gesture", "rock climbing", not "the umbrella"."""
    last = head(phrase.lower()).split(" ")[-1]
    plain = last.removesuffix("s")
    return (
        last in DEEDS
        or plain in DEEDS
        or is_gerund(last)
        or (" " in phrase and form_of(last) == "base" and last != "face")
    )


@lru_cache(maxsize=4096)
def is_event(phrase: str, *, loose: bool = False) -> bool:
    """Tell whether a phrase is a short statement: "dog bites it", "balloon popped", "the bell rings".

    Args:
        phrase: The phrase.
        loose: What could as well be a plural noun ("rings") is taken for a verb.
    """
    if is_statement(phrase):
        return True
    words = phrase.lower().split(" ")
    if words[0] == "that" and words[1:2] and words[1] in PRONOUNS | DETERMINERS:  # "that she lied"
        return False
    if words[1:2] and words[1] in _FINITE and words[0] not in _NO_SUBJECT:
        return len(words) > 2
    if _has_being(words):
        return True
    named = words[0] in DETERMINERS and len(words) > 2
    if words[0] == "not" or (not named and form_of(words[0]) and words[0] not in LIVING):
        return False
    first = 2 if named else 1
    if words[first : first + 1] == ["in"] and words[first + 1 : first + 2] and words[first + 1] in COLOURS:
        words = words[:first] + words[first + 2 :]  # "the girl in pink slipped"
    for at in range(first, min(len(words), first + 3)):
        word, before = words[at], words[at - 1]
        if word in PREPOSITIONS or before in PREPOSITIONS or before in DETERMINERS or is_gerund(word):
            return False
        after = words[at + 1] if at + 1 < len(words) else ""
        found = _is_finite(word, before, after, named=named, loose=loose)
        if found is not None:
            return found
    return False


def _has_being(words: list[str]) -> bool:
    """Tell whether an "is" stands behind a longer subject: "water from the hose was too strong"."""
    at = next((i for i, word in enumerate(words) if word in ("is", "are", "was", "were")), 0)
    noun_first = form_of(words[0]) is None or words[0] in NOUN_FIRST | LIVING
    inside = 2 <= at < len(words) - 1
    return inside and noun_first and words[0] not in PREPOSITIONS and _WH.isdisjoint(words[:at])


def _is_finite(word: str, before: str, after: str, *, named: bool, loose: bool) -> bool | None:
    """Tell whether a word is the verb of a statement; None where a later word may be."""
    form, base = form_of(word), base_of(word)
    living = before in LIVING
    if word in _FINITE:
        return True
    if form == "past" and after != "by" and before not in ADJECTIVES:
        return word not in ADJECTIVES or living
    if form == "third" and base not in NOUN_LIKE and (after == "to" or (after and after not in PREPOSITIONS)):
        return True
    if form == "third" and (loose or living or named) and (loose or base not in NOUN_LIKE or after):
        return True
    if form == "base" and (living or (loose and is_plural(before))):
        return base not in NOUN_LIKE or bool(after)
    return None


def is_number(words: str) -> bool:
    """Tell whether an option begins with a number: "20 metres", "two"."""
    first = words.split(" ", maxsplit=1)[0].lower()
    return first.isdigit() or first in NUMERALS
