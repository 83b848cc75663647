"""Attributive form: what a description says of its subject by "is", said within the noun phrase.

"The truck is white." is about the white truck. An image-text model finds that in a picture, where "the truck" alone
leaves out all that the description says.
"""

from __future__ import annotations

import re

from temadapter.descriptions.english.lexicon import ADJECTIVES, COLOURS
from temadapter.descriptions.english.words import words

_COPULAR = re.compile(
    r"(?:the|this|that|these|those|one|an?|his|her|its|their|my|your|our) (?P<subject>[\w'’ -]+?)"
    r" (?:is|are|was|were)"
    r" (?P<article>an? )?(?P<complement>[\w-]+)\.?",
    re.IGNORECASE,
)
_CLASSES = words("""
animal animals creature device food fruit instrument item object objects person people thing things tool toy vehicle
vehicles
""")
"""Nouns that only say what class a thing is of: "the blue vehicle is a bus"."""
_CLAUSES = words(
    "is are was were be been being and or but that which who whose when while because if before after as"
)
"""Words that make more of the subject than one noun phrase."""


def attributive(description: str) -> str | None:
    """Return the noun phrase that says what a description says; None where it says more than "A is B".

    An adjective goes before the noun; a noun takes the place of the name of its class.

    >>> attributive("The truck is white.")
    'the white truck'
    >>> attributive("The blue vehicle is a bus.")
    'the blue bus'
    >>> attributive("The man is a doctor.")
    >>> attributive("The truck is not white.")
    >>> attributive("The truck is white because it snows.")
    """
    match = _COPULAR.fullmatch(description.strip().lower())
    if match is None or _CLAUSES.intersection(match["subject"].split()):
        return None
    *modifiers, noun = match["subject"].split()
    complement = match["complement"]
    if match["article"]:
        known = noun in _CLASSES and complement not in _CLASSES
        return " ".join(("the", *modifiers, complement)) if known else None
    known = complement in ADJECTIVES | COLOURS and complement not in modifiers
    return " ".join(("the", complement, *modifiers, noun)) if known else None
