"""Names of people, which keep their capital and take no article."""

from __future__ import annotations

import re

from temadapter.descriptions.english.inflection import form_of
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ANIMALS,
    DETERMINERS,
    FEMALE,
    MALE,
    PEOPLE,
    PRONOUNS,
)
from temadapter.descriptions.english.noun_phrases import is_plural

NAMES = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+\b")
OWNED_BY_NAME = re.compile(r"(?!It's|That's|Here's|What's|He's|She's|There's)[A-Z][a-z]+'s? [a-z]")


def is_name(option: str) -> bool:
    """Tell whether a word with a capital is somebody's name, or each of several: "Anna", not "Driver" or "SUV"."""
    if " " in option and option.istitle() and " and " not in option:
        return all(map(is_name, option.split()))
    if " and " in option:
        return all(map(is_name, option.split(" and ")))
    bare = option.lower().removesuffix("'s")
    common = (
        bare in MALE | FEMALE | PEOPLE | ANIMALS | PRONOUNS | DETERMINERS | ADJECTIVES
        or form_of(bare) is not None
    )
    return option.istitle() and option.isalpha() and not common and not is_plural(bare)
