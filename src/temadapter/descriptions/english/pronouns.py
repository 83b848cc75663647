"""Who "he" is in a sentence that answers a question about somebody."""

from __future__ import annotations

import re

from temadapter.descriptions.english.auxiliaries import AUXILIARIES
from temadapter.descriptions.english.inflection import PASTS, form_of, inflect, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import ADJECTIVES, ADVERBS, ANIMALS, DETERMINERS, PREPOSITIONS
from temadapter.descriptions.english.noun_phrases import pronoun
from temadapter.descriptions.english.wording import uncapitalised

PRONOUN_FIRST = re.compile(r"(?P<who>he|she|they|it)(?P<short>'(?:s|re))?(?= )", re.IGNORECASE)
_REACTION = re.compile(r"(?P<who>.+?)(?:'s|(?<=s)') (?:reaction|response|expression)\b")
_NO_NOUN = ADJECTIVES | ADVERBS | DETERMINERS | PREPOSITIONS


def named(subject: str, sentence: str) -> str:
    """Put the subject of the question in the place of the pronoun that a sentence begins with, where they agree.

    >>> named("Ross", "He's reading a book"), named("the girl", "he fell")
    ('Ross is reading a book', 'he fell')
    """
    found = PRONOUN_FIRST.match(sentence)
    if found is None or not subject:
        return sentence
    rest = sentence[found.end() :]
    if not fits(subject, sentence):
        return uncapitalised(sentence)
    reacting = _REACTION.match(subject)
    subject = reacting["who"] if reacting else subject
    first = rest.split(maxsplit=1)[0].lower()
    if found["who"].lower() != "they" and form_of(first) == "base" and first not in PASTS | ADVERBS:
        rest = f" {inflect(rest.strip(), 'third', is_verb=True)}"  # "she clap her hands"
    return f"{subject}{_full(found['short'], rest)}{rest}"


def fits(subject: str, sentence: str) -> bool:
    """Tell whether the pronoun that begins a sentence can be the subject of the question."""
    found = PRONOUN_FIRST.match(sentence)
    if found is None:
        return False
    who = found["who"].lower()
    reacting = _REACTION.match(subject)
    subject = reacting["who"] if reacting else subject
    if who in ("he", "she") and subject[:1].isupper() and " " not in subject:
        return True
    called = pronoun(subject)
    if who in ("he", "she") and called == "it" and " " not in subject and subject not in ANIMALS:
        return True  # a name without its capital: "sheldon"
    somebody = called.startswith("the ") and who in ("he", "she")  # "the diver" may be either
    return somebody or called == who or (who == "they" and " and " in subject)


def is_about(subject: str, option: str) -> bool:
    """Tell whether an option says something of the subject by its name: "Addie asks House" of "Addie"."""
    if not option.lower().startswith(f"{subject.lower()} "):
        return False
    verb = option[len(subject) + 1 :].split(" ", maxsplit=1)[0].lower()
    regular = verb.endswith("ed") or (verb.endswith("s") and not verb.endswith("ss"))
    named = subject[:1].isupper() and form_of(verb) == "base"  # "Monica unlock the door"
    return named or verb in AUXILIARIES or verb == "cannot" or form_of(verb) in ("third", "past") or regular


def _full(short: str | None, rest: str) -> str:
    """Return " is" for "'s" where it stands for that, not for "has" or "was"."""
    after = rest.split(maxsplit=1)[0]
    if short == "'s" and (is_gerund(after) or after in _NO_NOUN or is_participle(after)):
        return " is"
    return " are" if short == "'re" else short or ""
