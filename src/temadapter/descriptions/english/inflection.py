"""The forms of English verbs: enough to turn the words of a question into a statement."""

from __future__ import annotations

import re
from typing import Literal

from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    DETERMINERS,
    NOT_GERUNDS,
    NOT_PARTICIPLES,
    PREPOSITIONS,
)
from temadapter.descriptions.english.spelling import behind_prefix, ing_form, past_tense, third_person
from temadapter.descriptions.english.verbs import (
    COMPOUND_VERBS,
    IRREGULAR,
    NOUN_LIKE,
    PREFIXED,
    RARE,
    REGULAR,
)

Form = Literal["base", "third", "past", "gerund", "participle"]


def _table(entries: frozenset[str]) -> dict[str, tuple[str, str]]:
    return {base: (past, participle) for base, past, participle in (entry.split(":") for entry in entries)}


def _prefixed(verb: str) -> tuple[str, str]:
    """Return the forms of a verb with a prefix: "undid" and "undone", as "do" has them."""
    base = behind_prefix(verb)
    prefix = verb.removesuffix(base)
    return prefix + _FORMS[base][0], prefix + _FORMS[base][1]


_FORMS = _table(IRREGULAR)
_FORMS |= {verb: _prefixed(verb) for verb in PREFIXED}
BASES = REGULAR | frozenset(_FORMS)
PASTS = frozenset(past for past, _ in _FORMS.values())
PARTICIPLES = frozenset(participle for _, participle in _FORMS.values())
_FORMS |= _table(RARE)  # only from here on: no question is searched for these
_DONE_TOGETHER = frozenset(
    ("smile", "laugh", "talk", "walk", "run", "wave", "jump", "fall", "frown", "dance", "cry")
)
_UNKNOWN_VERB = re.compile(r"[a-z]{2,}(?:-[a-z]+)?")


def third(verb: str) -> str:
    """Return the form for "he": "goes", "tries", "passes"."""
    return {"be": "is", "have": "has"}.get(verb) or third_person(verb)


def past(verb: str) -> str:
    """Return the simple past: "went", "tried", "stopped"."""
    irregular = _irregular(verb)
    return irregular[0] if irregular is not None else past_tense(verb)


def participle(verb: str) -> str:
    """Return the past participle: "gone", "tried", "stopped"."""
    irregular = _irregular(verb)
    return irregular[1] if irregular is not None else past_tense(verb)


def _irregular(verb: str) -> tuple[str, str] | None:
    """Return past and participle of an irregular verb, also of one behind a prefix that no list names: "resend"."""
    if verb in _FORMS:
        return _FORMS[verb]
    return _prefixed(verb) if verb not in REGULAR and behind_prefix(verb) in _FORMS else None


def gerund(verb: str) -> str:
    """Return the form with -ing: "going", "driving", "stopping"."""
    return ing_form(verb)


def is_gerund(word: str) -> bool:
    """Tell whether a word is a form with -ing, not one of the nouns that end so."""
    word = word.lower()
    return len(word) > 4 and word.endswith("ing") and word not in NOT_GERUNDS and word not in BASES


def is_participle(word: str) -> bool:
    """Tell whether a word is a past participle ("parked", "taken")."""
    word = word.lower()
    long = len(word) > 4 or form_of(word) == "past"  # "used" and "tied", not "bed"
    regular = word.endswith("ed") and long and word not in NOT_PARTICIPLES
    return regular or word in PARTICIPLES


def base_of(word: str) -> str | None:
    """Return the base form of a known verb in its base, -s or -ing form; None for any other word."""
    word = word.lower()
    if word in BASES:
        return word
    found = _INFLECTED.get(word)
    return found[0] if found and found[1] in ("third", "gerund") else None


def stem(word: str) -> str:
    """Return the base form of any form of a known verb, and any other word as it is."""
    word = word.lower()
    found = _INFLECTED.get(word)
    return found[0] if found else word


def form_of(word: str) -> Form | None:
    """Return which form of a known verb a word is; None for any other word."""
    if word in BASES:
        return "base"
    found = _INFLECTED.get(word)
    return found[1] if found else None


def inflect(phrase: str, form: Form, *, is_verb: bool = False) -> str:
    """Put the verb that begins a phrase into a form, when it is a known verb; so also one after "and".

    Args:
        phrase: The phrase.
        form: The form; "base" undoes the others.
        is_verb: The first word is known to be a verb, though perhaps not one of the lexicon, or in the past.

    >>> inflect("drive away", "gerund"), inflect("lie down and rest", "past"), inflect("in a car", "gerund")
    ('driving away', 'lay down and rested', 'in a car')
    """
    first, _, rest = phrase.partition(" ")
    second, _, more = rest.partition(" ")
    if f"{first}:{second}" in COMPOUND_VERBS:
        return f"{first} {_inflected(second, form)} {more}".strip()  # "rock climb"
    if form == "gerund" and is_gerund(second) and f"{first}:{stem(second)}" in COMPOUND_VERBS:
        return phrase
    base = base_of(first) or (_verb_like(first, rest) if is_verb else None)
    if base is None:
        return phrase
    was = form_of(first)
    return f"{_inflected(base, form)} {_also(rest, was, form)}".strip()


def _verb_like(first: str, rest: str) -> str | None:
    """Return the base of a word that stands where only a verb can."""
    found = _INFLECTED.get(first)
    if first == "left" and rest.split(" ", maxsplit=1)[0] not in DETERMINERS:
        return None
    if found is not None:
        return found[0]
    taken = first in DETERMINERS or first in PREPOSITIONS or first in ADJECTIVES
    if taken or not _UNKNOWN_VERB.fullmatch(first) or re.search(r"(?:ing|ed|ly|[^s]s|ics)$", first):
        return None
    return first


def _also(rest: str, was: Form | None, form: Form) -> str:
    """Put the verbs that go on after "and" into the form, too, where they stood in the same form as the first."""
    words, verbs = rest.split(" "), {-1}
    for at in range(1, len(words)):
        word = words[at]
        if words[at - 1] in ("and", "then", "or") and was is not None and form_of(word) == was:
            base = base_of(word) or stem(word)
            behind_noun = at - 2 not in verbs and words[at - 2] not in PREPOSITIONS
            is_noun = (
                base in NOUN_LIKE - _DONE_TOGETHER
                and behind_noun
                and (at == len(words) - 1 or words[at - 1] == "or")
            )
            if not is_noun and base not in ADJECTIVES:
                words[at] = _inflected(base, form)
                verbs.add(at)
    return " ".join(words)


def _inflected(base: str, form: Form) -> str:
    return base if form == "base" else _MAKERS[form](base)


_MAKERS = {"third": third, "past": past, "gerund": gerund, "participle": participle}
_INFLECTED: dict[str, tuple[str, Form]] = {
    wrong: (verb, "past")
    for wrong, verb in {
        "lied": "lie", "layed": "lay", "hanged": "hang", "kneeled": "kneel", "leaped": "leap", "lighted": "light",
        "shined": "shine", "dreamed": "dream", "throwed": "throw", "catched": "catch", "weaved": "weave",
    }.items()
}  # fmt: skip
for _verb in sorted(BASES):
    for _form in ("third", "gerund", "past", "participle"):
        _INFLECTED.setdefault(_MAKERS[_form](_verb), (_verb, _form))
