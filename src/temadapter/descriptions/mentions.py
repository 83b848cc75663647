"""Entities: who and what a description names.

"The red car passed the bus" names two, the red car and the bus.

A domain may say by a pattern what counts as an entity; without one, every noun phrase counts that begins with a
determiner and is not a word about the video itself ("the end", "the weather").
"""

from __future__ import annotations

import re
from functools import lru_cache

from temadapter.descriptions.english.inflection import form_of, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    ADVERBS_OF_PLACE,
    ANIMALS,
    ATTRIBUTES,
    COLOURS,
    DETERMINERS,
    FEMALE,
    MALE,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
)
from temadapter.descriptions.english.words import words
from temadapter.descriptions.user_patterns import UserPattern

MOST = 3
"""How many entities of one description are looked for."""

_ARTICLE = re.compile(
    r"^(?:the|an?|another|this|that|these|those|one|his|her|its|their|my|your|our) ", re.IGNORECASE
)
_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
_BEINGS = MALE | FEMALE | PEOPLE | ANIMALS
_NOT_ENTITIES = (
    ATTRIBUTES
    | ADVERBS_OF_PLACE
    | words("""
accident answer beginning bottom case cause clip collision crash day end event front middle moment morning night
others picture road same scene second side start street thing time top video way year first last rest background
foreground kind lot part traffic minutes seconds times ones one
""")
)
_STOPS = (
    PREPOSITIONS
    | PRONOUNS
    | ADVERBS
    | words("""
is are was were be been being has have had do does did will would can could may might should must and or not who which
that
""")
)
_NOUN_AS_WELL = words("car bus truck van bike light back hand face park ball drink fire water train book")
_LONGEST = 4


def find_entities(
    description: str, pattern: UserPattern | None = None, *, most: int = MOST
) -> tuple[str, ...]:
    """Return the entities that a description names, each once, in the order of their first mention.

    Args:
        description: A sentence.
        pattern: What counts as one, in whole words; None for any noun phrase.
        most: At most so many.

    Returns:
        Noun phrases with "the" in the place of their article, so that "a dog" and "the dog" are one.

    >>> find_entities("The red car overtook a bus before the light turned green.")
    ('the red car', 'the bus', 'the light')
    >>> find_entities("The weather is rainy.")
    ()
    """
    found = [definite(phrase) for phrase, _ in mentions(description, pattern)]
    return tuple(dict.fromkeys(found))[:most]


def rename_entities(description: str, names: tuple[str, ...], pattern: UserPattern | None = None) -> str:
    """Return a description with its first entity called `names[0]` wherever it is mentioned, and so on.

    Entities beyond the names keep theirs.

    >>> rename_entities("The bus hit a dog.", ("the red car", "the blue bus"))
    'The red car hit the blue bus.'
    """
    new: dict[str, str] = {}
    parts, end = [], 0
    for phrase, start in mentions(description, pattern):
        known = definite(phrase)
        if known not in new and len(new) < len(names):
            new[known] = names[len(new)]
        name = new.get(known, phrase)
        capital = start == 0 and description[:1].isupper()
        parts += [description[end:start], name[:1].upper() + name[1:] if capital else name]
        end = start + len(phrase)
    return "".join((*parts, description[end:]))


def definite(phrase: str) -> str:
    """Return a noun phrase in lower case with "the" for its article."""
    return f"the {_ARTICLE.sub('', phrase.lower())}"


@lru_cache(maxsize=65536)
def mentions(description: str, pattern: UserPattern | None = None) -> tuple[tuple[str, int], ...]:
    """Return every mention of an entity with the place where it begins."""
    if pattern is not None:
        return tuple((match.group(), match.start()) for match in pattern.finditer(description))
    spans = [(match.group(), match.start()) for match in _WORD.finditer(description)]
    lower = [word.lower() for word, _ in spans]
    made, at = [], 0
    while at < len(spans):
        end = _phrase_end(lower, at)
        if end is None:
            at += 1
            continue
        start = spans[at][1]
        made.append((description[start : spans[end - 1][1] + len(spans[end - 1][0])], start))
        at = end
    return tuple(made)


def _phrase_end(text: list[str], at: int) -> int | None:
    """Return where the noun phrase that begins at a word ends; None where none does, or it is no entity."""
    determined = text[at] in DETERMINERS and text[at] not in ("no", "both", "all")
    if not determined:
        return at + 1 if text[at] in _BEINGS and text[at - 1 : at] != ["-"] else None
    end = at + 1
    while end < min(len(text), at + 1 + _LONGEST) and _belongs(text, end, first=end == at + 1):
        end += 1
    while (
        end > at + 1 and text[end - 1] in (ADJECTIVES | COLOURS) - _BEINGS
    ):  # "the bus red": the noun ends it
        end -= 1
    noun = text[end - 1]
    return end if end > at + 1 and noun not in _NOT_ENTITIES else None


def _belongs(text: list[str], at: int, *, first: bool) -> bool:
    """Tell whether a word is still an adjective or a noun of the phrase."""
    word = text[at]
    if not (word[0].isalpha() or word[0].isdigit()) or word in _STOPS:
        return False
    if word in ADJECTIVES or word in COLOURS or word in _BEINGS or word in _NOUN_AS_WELL:
        return True
    verb = form_of(word) in ("third", "past") or (is_gerund(word) and not first) or is_participle(word)
    return first or not (verb or form_of(word) == "base")
