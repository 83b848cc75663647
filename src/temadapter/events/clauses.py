"""From the order of a question to that of a statement: "did the car stop" becomes "the car stopped"."""

from __future__ import annotations

import re

from temadapter.events.grammar import BASES, PASTS, Form, inflect, is_gerund, is_participle
from temadapter.events.lexicon import ADJECTIVES, ADVERBS, COLOURS, DETERMINERS, PREPOSITIONS, PRONOUNS
from temadapter.events.phrases import is_plural

BE = ("is", "are", "was", "were")
DO_FORMS: dict[str, Form] = {"do": "base", "does": "third", "did": "past"}
DO = tuple(DO_FORMS)
HAVE = ("has", "have", "had")
MODALS = ("can", "could", "will", "would", "should", "may", "might", "must", "shall")
AUXILIARIES = (*BE, *DO, *HAVE, *MODALS)


def clause(auxiliary: str, rest: str, *, negative: bool = False) -> str | None:
    """Turn "did" and "the red car stop" into "the red car stopped".

    Args:
        auxiliary: The verb that stands before the subject in the question.
        rest: Subject and predicate.
        negative: Write the opposite: "the red car did not stop".

    Returns:
        The statement, or None where the end of the subject cannot be told.
    """
    auxiliary = auxiliary.lower()
    words = rest.split()
    if auxiliary in BE and words[:1] and words[0].lower() == "there":
        return _there(auxiliary, " ".join(words[1:]), negative)
    parts = split_subject(auxiliary, words)
    if parts is None:
        return None
    subject, predicate = parts
    any_match = re.match(r"any (?:of )?(.+)", subject, re.IGNORECASE)
    if any_match:
        number = "some" if is_plural(any_match[1]) else "a"
        subject = f"{'no' if negative else number} {any_match[1]}"
        negative = False
    return f"{subject} {_predicate(auxiliary, predicate, negative)}"


def split_subject(auxiliary: str, words: list[str]) -> tuple[str, str] | None:
    """Divide what follows an auxiliary into subject and predicate; None where no predicate is found."""
    lower = [word.lower().strip(",") for word in words]
    first = 2 if lower[:1] and lower[0] in DETERMINERS and lower[0] not in PRONOUNS else 1
    if lower[:1] and lower[0] in ("this", "that", "these", "those"):
        alone = len(lower) < 2 or lower[1] in DETERMINERS or _starts_predicate(auxiliary, lower, 1)
        first = 1 if alone else 2
    at = next((i for i in range(first, len(lower)) if _starts_predicate(auxiliary, lower, i)), None)
    if at is None and auxiliary in BE:
        weak = PREPOSITIONS | DETERMINERS
        at = next((i for i in range(first, len(lower)) if lower[i] in weak and lower[i] != "of"), None)
    return None if at is None else (" ".join(words[:at]), " ".join(words[at:]))


def _starts_predicate(auxiliary: str, words: list[str], at: int) -> bool:
    word, before = words[at], words[at - 1]
    if before in DETERMINERS - PRONOUNS or (before in PREPOSITIONS and before not in ("behind", "ahead")):
        return False
    if auxiliary in (*DO, *MODALS):
        return word in BASES or (word in PASTS and before not in ADJECTIVES)
    if auxiliary in HAVE:
        return is_participle(word) or word == "been"
    if is_gerund(word) or is_participle(word) or word in ADVERBS:
        return before not in ADJECTIVES or (before in COLOURS and words[at - 2] == "in")
    after = words[at + 1] if at + 1 < len(words) else ""
    ends = after in PREPOSITIONS or after in ("", "or", "and", "enough", "than")
    return word in ADJECTIVES and ends and before not in ADJECTIVES


def _predicate(auxiliary: str, predicate: str, negative: bool) -> str:
    if negative:
        return f"{'cannot' if auxiliary == 'can' else auxiliary + ' not'} {predicate}"
    if auxiliary in DO:
        return inflect(predicate, DO_FORMS[auxiliary])
    return f"{auxiliary} {predicate}"


def _there(auxiliary: str, rest: str, negative: bool) -> str:
    what = re.sub(r"^any ", "", rest, flags=re.IGNORECASE)
    if not negative:
        return f"there {auxiliary} {what}"
    return f"there {auxiliary} no {re.sub(r'^(?:an?|some|enough) ', '', what, flags=re.IGNORECASE)}"
