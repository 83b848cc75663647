"""Does a description still say what the option says? Checked for everything that a general rule writes."""

from __future__ import annotations

import re
from functools import lru_cache

from temadapter.descriptions.english.inflection import form_of, stem
from temadapter.descriptions.english.noun_phrases import is_none, is_others, is_unsure
from temadapter.descriptions.english.words import words

_ENDING = re.compile(r"(?<=..)(?:ing|ied|ies|ed|es|s)$")
_WORD = re.compile(r"\w+")
_DROPPED = words("a an the it he she they yes no zero 0 feel to in on at from s re them")
_DENIALS = re.compile(r"\b(?:not|never|cannot)\b")


def keeps(option: str, description: str) -> bool:
    """Tell whether every word of an option stands in its description, in some form of it.

    Articles, pronouns and prepositions may change, "others" becomes "something else" and "none" becomes "no".

    >>> keeps("wag tail", "The dog wags its tail."), keeps("wag tail", "The dog is happy.")
    (True, False)
    """
    if not description:
        return False
    if option in description or is_others(option) or is_none(option):
        return True
    if is_unsure(option) and " whether " in description:  # "not sure" becomes "it is unknown whether"
        return True
    found = {root for word in _WORD.findall(description.lower()) for root in _roots(word)}
    wanted = _WORD.findall(option.lower())
    return all(word in _DROPPED or not found.isdisjoint(_roots(word)) for word in wanted)


def keeps_denial(question: str, option: str, description: str) -> bool:
    """Tell whether every "not" and "never" of a question stands in its description, beside those of the option.

    >>> keeps_denial("what never stops?", "a car", "A car never stops.")
    True
    >>> keeps_denial("what never stops?", "a car", "A car stops.")
    False
    """
    wanted = len(_DENIALS.findall(question.lower()))
    return not wanted or len(_DENIALS.findall(description.lower())) >= wanted + len(
        _DENIALS.findall(option.lower())
    )


@lru_cache(maxsize=16384)
def _roots(word: str) -> tuple[str, ...]:
    """Return what a word may be a form of: "lay" of "lie" and of "lay", "waddles" of "waddl"."""
    if form_of(word) is not None:
        return (word, stem(word))
    bare = _ENDING.sub("", word).rstrip("eyi") if len(word) > 3 else word
    return (bare[:-1] if bare[-2:-1] == bare[-1:] else bare,)
