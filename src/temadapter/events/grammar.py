"""The forms of English verbs: enough to turn the words of a question into a statement."""

from __future__ import annotations

import re
from typing import Literal

from temadapter.events import lexicon

Form = Literal["base", "third", "past", "gerund"]

_FORMS = {
    base: (past, participle) for base, past, participle in (entry.split(":") for entry in lexicon.IRREGULAR)
}
BASES = lexicon.REGULAR | frozenset(_FORMS)
PASTS = frozenset(past for past, _ in _FORMS.values())
PARTICIPLES = frozenset(participle for _, participle in _FORMS.values())


def third(verb: str) -> str:
    """Return the form for "he": "goes", "tries", "passes"."""
    if verb in ("be", "have"):
        return "is" if verb == "be" else "has"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else "s")


def past(verb: str) -> str:
    """Return the simple past: "went", "tried", "stopped"."""
    if verb in _FORMS:
        return _FORMS[verb][0]
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return _stem(verb) + ("d" if verb.endswith("e") else "ed")


def gerund(verb: str) -> str:
    """Return the form with -ing: "going", "driving", "stopping"."""
    if verb in ("lie", "tie", "die"):
        return verb[:-2] + "ying"
    if re.search(r"[^eoy]e$", verb) and verb != "be":
        return verb[:-1] + "ing"
    doubled = verb in ("cut", "get", "hit", "let", "put", "run", "set", "sit", "spin", "swim", "win", "begin")
    return (verb + verb[-1] if doubled else _stem(verb)) + "ing"


def _stem(verb: str) -> str:
    return verb + verb[-1] if verb in lexicon.DOUBLED else verb


def is_gerund(word: str) -> bool:
    """Tell whether a word is a form with -ing, not one of the nouns that end so."""
    word = word.lower()
    return len(word) > 4 and word.endswith("ing") and word not in lexicon.NOT_GERUNDS


def is_participle(word: str) -> bool:
    """Tell whether a word is a past participle ("parked", "taken")."""
    word = word.lower()
    regular = len(word) > 4 and word.endswith("ed") and word not in lexicon.NOT_PARTICIPLES
    return regular or word in PARTICIPLES


def base_of(word: str) -> str | None:
    """Return the base form of a known verb in its base, -s or -ing form; None for any other word."""
    word = word.lower()
    if word in BASES:
        return word
    return _INFLECTED.get(word)


def inflect(phrase: str, form: Form, *, is_verb: bool = False) -> str:
    """Put the verb that begins a phrase into a form, when it is a known verb.

    Args:
        phrase: The phrase.
        form: The form; "base" undoes the others.
        is_verb: The first word is known to be a verb, though perhaps not one of the lexicon.

    >>> inflect("drive away", "gerund"), inflect("in a car", "gerund")
    ('driving away', 'in a car')
    """
    first, _, rest = phrase.partition(" ")
    base = base_of(first)
    if (
        base is None
        and is_verb
        and first not in PASTS
        and re.fullmatch(r"[a-z]{2,}(?<!ing)(?<!ed)(?<!s)", first)
    ):
        base = first
    if base is None:
        return phrase
    inflected = {"base": base, "third": third(base), "past": past(base), "gerund": gerund(base)}[form]
    return f"{inflected} {rest}".strip()


_INFLECTED = {form(verb): verb for form in (third, gerund) for verb in sorted(BASES)}
