"""Options as noun phrases: articles, singular and plural, "others" and "none"."""

from __future__ import annotations

import re

from temadapter.events.text import uncapitalised

_DETERMINED = re.compile(
    r"^(?:the|an?|my|your|his|her|its|our|their|this|that|these|those|some|any|all|both|each|every|no|nearly|"
    r"another|other|several|many|few|one|two|three|four|five|six|seven|eight|nine|ten|more|less|nothing|nobody|"
    r"something|someone|everyone|it|he|she|they|we|you|not|\d+)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"^(?:others?|none of (?:the|these)(?: above)?|something else)$", re.IGNORECASE)
_NONE = re.compile(r"^(?:none|nothing|no one|nobody)$", re.IGNORECASE)
_NOT_PLURAL = ("ss", "us", "is", "ous", "as", "'s")


def is_others(option: str) -> bool:
    """Tell whether an option stands for "something that is not listed"."""
    return _OTHERS.match(option) is not None


def is_none(option: str) -> bool:
    """Tell whether an option stands for "nothing" or "no one"."""
    return _NONE.match(option) is not None


def is_plural(phrase: str) -> bool:
    """Guess from its head whether a noun phrase is plural.

    >>> is_plural("speeding vehicles"), is_plural("a bus"), is_plural("cars of one kind")
    (True, False, True)
    """
    first = phrase.split(" ", 1)[0].lower()
    if first in ("a", "an", "one", "this", "that", "every", "each", "another", "my") or first.endswith("ing"):
        return first.endswith("ing") and _ends_plural(phrase) and len(phrase.split()) == 2
    if first in ("these", "those", "two", "three", "four", "five", "several", "many", "both", "they", "more"):
        return True
    head = re.split(r" (?:of|in|on|at|with|from|for|to|against|or|and|about|between) ", phrase)[0]
    return _ends_plural(head) or bool(re.search(r" and ", phrase))


def _ends_plural(phrase: str) -> bool:
    last = phrase.rstrip().split(" ")[-1].lower()
    return last in ("people", "children", "men", "women") or (
        last.endswith("s") and not last.endswith(_NOT_PLURAL)
    )


def with_article(phrase: str) -> str:
    """Put "a" or "an" before a singular countable phrase that has no determiner.

    >>> with_article("sedan or general car"), with_article("SUV"), with_article("the bus")
    ('a sedan or general car', 'an SUV', 'the bus')
    """
    phrase = uncapitalised(phrase)
    if _DETERMINED.match(phrase) or is_plural(phrase) or re.fullmatch(r"\w+ing", phrase):
        return phrase
    return f"{article(phrase)} {phrase}"


def article(phrase: str) -> str:
    """Return "an" before the sound of a vowel, else "a" ("an SUV", "a unit", "an hour")."""
    word = phrase.split(" ", 1)[0]
    if re.match(r"^[AEFHILMNORSX][A-Z]*$", word):
        return "an"
    if re.match(r"^(?:uni|use|usu|eu|one|u[a-z]i)", word, re.IGNORECASE):
        return "a"
    return "an" if re.match(r"^(?:[aeiou]|hour|honest)", word, re.IGNORECASE) else "a"


def be(phrase: str) -> str:
    """Return "is" or "are", whichever agrees with the noun phrase."""
    return "are" if is_plural(phrase) else "is"


def was(phrase: str) -> str:
    """Return "was" or "were", whichever agrees with the noun phrase."""
    return "were" if is_plural(phrase) else "was"
