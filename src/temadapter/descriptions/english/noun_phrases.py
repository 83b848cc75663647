"""Options as noun phrases: articles, singular and plural, owners, "others" and "none"."""

from __future__ import annotations

import re

from temadapter.descriptions.english.inflection import form_of, is_gerund
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    AT,
    COLOURS,
    COUNTRIES_AND_CITIES,
    FEMALE,
    MADE_FOR,
    MALE,
    MASS,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
)
from temadapter.descriptions.english.wording import PROPER, uncapitalised

_DETERMINED = re.compile(
    r"^(?:the|an?|my|your|his|her|its|our|their|this|that|these|those|some|any|all|both|each|every|no|nearly|"
    r"another|other|several|many|few|none|one|two|three|four|five|six|seven|eight|nine|ten|more|less|nothing|nobody|"
    r"something|someone|everyone|it|he|she|they|we|you|not|\d+)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"^(?:others?|none of (?:the|these)(?: above)?|something else)$", re.IGNORECASE)
_NONE = re.compile(r"^(?:none|nothing|no one|nobody)$", re.IGNORECASE)
_UNSURE = re.compile(
    r"^(?:unknown|unclear|not (?:sure|certain|clear|known|(?:clearly )?visible|shown)|maybe|perhaps|possibly"
    r"|unsure|uncertain|i (?:do not|don't|dont) know|(?:cannot|can not|can't|cant) (?:tell|say))$",
    re.IGNORECASE,
)
_WRONG_ARTICLE = re.compile(
    r"^(?:a (?=[aeiou][a-z]{2})|an (?=[b-df-gj-np-tv-wyz][a-z]?[aeiouy]))(?P<next>[a-z-]+)"
)
_NOT_PLURAL = ("ss", "us", "is", "ous", "'s", "gas", "canvas", "atlas", "christmas", "thermos")
_HEAD_ENDS = re.compile(
    r" (?:of|in|on|at|with|from|for|to|against|or|and|about|between|by|behind|among|near|under|who|that) "
)
_GROUPS = frozenset(
    ("audience", "band", "couple", "crowd", "family", "group", "team", "rest", "both", "all", "pair")
)
_ANYONE = frozenset(("nobody", "someone", "somebody", "anyone", "anybody", "everyone", "everybody"))
_PLURALS = frozenset(("people", "children", "men", "women", "guys", "kids", "ladies", "persons"))
_LABELLED = re.compile(r"^[a-z]+ (?:[A-Z]|\d+)$")  # "sample B"
_DATE = re.compile(
    r"^(?:january|february|march|april|may|june|july|august|september|october|november|december) \d"
    r"|^(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    re.IGNORECASE,
)
_PART_OF_DAY = re.compile(r"(?:(?:early|late) )?(?:morning|afternoon|evening)|late night|(?:day|night)time")
_UNIQUE = frozenset(("sky", "sun", "moon", "sea", "ocean", "horizon", "ceiling", "internet"))
_NO_ARTICLE = _PLURALS | {"left", "right"}


def is_others(option: str) -> bool:
    """Tell whether an option stands for "something that is not listed"."""
    return _OTHERS.match(option) is not None


def is_none(option: str) -> bool:
    """Tell whether an option stands for "nothing" or "no one"."""
    return _NONE.match(option) is not None


def is_unsure(option: str) -> bool:
    """Tell whether an option stands for "nobody knows"."""
    return _UNSURE.match(option) is not None


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
    return _ends_plural(head(phrase)) or bool(re.search(r" and ", phrase))


def head(phrase: str) -> str:
    """Return a noun phrase without what is said behind its noun: "man" of "man in blue"."""
    return _HEAD_ENDS.split(phrase, maxsplit=1)[0]


def _ends_plural(phrase: str) -> bool:
    last = phrase.rstrip().split(" ")[-1].lower()
    return last in _PLURALS or (last.endswith("s") and not last.endswith(_NOT_PLURAL))


def with_article(phrase: str) -> str:
    """Put "a" or "an" before a singular countable phrase that has no determiner.

    >>> with_article("sedan or general car"), with_article("SUV"), with_article("the bus"), with_article("snow")
    ('a sedan or general car', 'an SUV', 'the bus', 'snow')
    """
    phrase = uncapitalised(phrase)
    if _LABELLED.search(phrase):
        return phrase
    if _DATE.match(phrase):
        return phrase[:1].upper() + phrase[1:]
    if phrase.lower() in COUNTRIES_AND_CITIES:
        return phrase.title()
    if phrase in PROPER or _PART_OF_DAY.fullmatch(phrase):
        return phrase
    if phrase.lower() in _UNIQUE:
        return f"the {phrase}"
    if _DETERMINED.match(phrase) or is_plural(phrase) or not _countable(phrase):
        return phrase
    return f"{article(phrase)} {phrase}"


def _countable(phrase: str) -> bool:
    """Tell whether a phrase can take "a": not "snow", "red", "dancing" nor "children dancing"."""
    words = phrase.lower().split()
    first, last = words[0], head(phrase.lower()).split()[-1]
    if first in PREPOSITIONS or first in PRONOUNS or first in _NO_ARTICLE or not first[0].isascii():
        return False
    if last in MASS or last in COLOURS or last in ADJECTIVES or words[-1] in AT:
        return False
    if form_of(first) in ("third", "past") and len(words) > 1:
        return False
    if is_gerund(first) and (len(words) != 2 or words[1] not in MADE_FOR):
        return False
    return not any(is_gerund(word) for word in words[1:])


def article(phrase: str) -> str:
    """Return "an" before the sound of a vowel, else "a" ("an SUV", "a unit", "an hour")."""
    word = phrase.split(" ", 1)[0]
    if re.match(r"^[AEFHILMNORSX][A-Z]*$", word):
        return "an"
    if re.match(r"^(?:uni|use|usu|eu|one|u[a-z]i)", word, re.IGNORECASE):
        return "a"
    return "an" if re.match(r"^(?:[aeiou]|hour|honest)", word, re.IGNORECASE) else "a"


def with_right_article(phrase: str) -> str:
    """Mend "a umbrella" and "an red car" where the next word leaves no doubt.

    >>> with_right_article("a umbrella"), with_right_article("an red car"), with_right_article("an x-ray")
    ('an umbrella', 'a red car', 'an x-ray')
    """
    found = _WRONG_ARTICLE.match(phrase)
    return phrase if found is None else f"{article(found['next'])} {found['next']}{phrase[found.end() :]}"


def takes_plural(subject: str) -> bool:
    """Tell whether a verb behind a noun phrase is plural: behind "or", the last noun decides.

    >>> takes_plural("a bicycle or motor vehicles"), takes_plural("cars or a bus")
    (True, False)
    """
    ends = _HEAD_ENDS.search(subject)
    if ends is None or ends.group().strip() != "or":
        return is_plural(subject)
    return takes_plural(subject[ends.end() :])


def be(phrase: str) -> str:
    """Return "is" or "are", whichever agrees with the noun phrase."""
    return "are" if takes_plural(phrase) else "is"


def was(phrase: str) -> str:
    """Return "was" or "were", whichever agrees with the noun phrase."""
    return "were" if takes_plural(phrase) else "was"


def owner(phrase: str) -> str:
    """Return the phrase as an owner: "the girl's", "the boys'"."""
    if phrase.endswith(("'s", "'")):
        return phrase
    phrase = phrase if phrase.istitle() else with_article(phrase)
    return f"{phrase}'" if phrase.endswith("s") and is_plural(phrase) else f"{phrase}'s"


def pronoun(subject: str) -> str:
    """Return what a subject is called the second time: "he", "they", "it", "the baby".

    >>> pronoun("the man in red"), pronoun("the two dogs"), pronoun("the black cat"), pronoun("the baby")
    ('he', 'they', 'it', 'the baby')
    """
    words = subject.lower().split()
    one_of = words[:2] == ["one", "of"]
    words = words[2:] if one_of else words
    if words[:2] == ["no", "one"] or (words[:1] and words[0] in _ANYONE):
        return "they"
    if words[:1] and words[0] in PRONOUNS and len(words) == 1:
        return words[0] if words[0] in ("it", "he", "she", "they", "you", "we") else "it"
    end = next((i for i, word in enumerate(words) if i and _ends_name(word)), len(words))
    name, noun = " ".join(words[:end]), words[end - 1] if words else ""
    singular = one_of or (noun in ("boys", "girls", "men", "women") and words[0] in ("a", "an", "another"))
    if not singular and (is_plural(name) or noun in _GROUPS or words[end : end + 1] == ["and"]):
        return "they"
    noun = noun.removesuffix("s") if one_of and noun.removesuffix("s") in PEOPLE else noun
    if noun in MALE or noun in FEMALE:
        return "he" if noun in MALE else "she"
    return f"the {noun}" if noun in PEOPLE else "it"


def _ends_name(word: str) -> bool:
    known = word in PREPOSITIONS or word in ("who", "that", "which", "and", "to")
    return known or is_gerund(word) or (form_of(word) == "past" and word.endswith("ed"))
