"""From the order of a question to that of a statement: "did the car stop" becomes "the car stopped"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from temadapter.descriptions.english.auxiliaries import DO, DO_FORMS
from temadapter.descriptions.english.indefinites import some_or_none
from temadapter.descriptions.english.inflection import BASES, form_of, inflect, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import ADVERBS
from temadapter.descriptions.english.noun_phrases import article, is_plural
from temadapter.descriptions.english.predicates import split_subject
from temadapter.descriptions.english.subjects import agreeing_auxiliary
from temadapter.descriptions.english.verbs import CATENATIVES, LINKING

_CHAIN = ("be", "been", "being", "have", "not")


@dataclass(frozen=True)
class Clause:
    """A statement in three parts: "the man", "is trying to open", "the door at the end"."""

    subject: str
    verb: str
    rest: str

    @property
    def text(self) -> str:
        """The statement."""
        return " ".join(part for part in (self.subject, self.verb, self.rest) if part)


def clause(auxiliary: str, rest: str, *, negative: bool = False) -> str | None:
    """Turn "did" and "the red car stop" into "the red car stopped".

    Args:
        auxiliary: The verb that stands before the subject in the question.
        rest: Subject and predicate.
        negative: Write the opposite: "the red car did not stop".

    Returns:
        The statement, or None where the end of the subject cannot be told.
    """
    parts = parse(auxiliary, rest, negative=negative)
    return None if parts is None else parts.text


@lru_cache(maxsize=4096)
def parse(auxiliary: str, rest: str, *, negative: bool = False) -> Clause | None:
    """Do the same as `clause`, and keep subject, verb and the rest apart."""
    auxiliary = auxiliary.lower()
    words = rest.split()
    if words[:1] and words[0].lower() == "not":  # "why did not the car stop"
        words, negative = words[1:], True
    if words[:1] and words[0].lower() == "there" and auxiliary not in DO:
        return _there(auxiliary, words[1:], negative)
    parts = split_subject(auxiliary, words)
    if parts is None:
        return None
    subject, predicate = parts
    auxiliary = agreeing_auxiliary(auxiliary, subject)
    if subject.lower().startswith("any"):
        subject, negative = some_or_none(subject, negative=negative), False
    return _conjugated(auxiliary, subject, predicate.split(), negative)


def _conjugated(auxiliary: str, subject: str, predicate: list[str], negative: bool) -> Clause:
    if auxiliary in DO and not negative and predicate[0] != "not":
        skip = next((i for i, word in enumerate(predicate) if word not in ADVERBS), 0)
        if is_gerund(predicate[skip]) or predicate[skip] == "be":  # "why did the man moving his hands"
            plural = subject.lower() in ("they", "we", "you") or is_plural(subject)
            auxiliary = {"does": "is", "do": "are", "did": "were" if plural else "was"}[auxiliary]
            predicate = [word for at, word in enumerate(predicate) if at != skip or word != "be"]
        else:
            inflected = inflect(" ".join(predicate[skip:]), DO_FORMS[auxiliary], is_verb=True).split()
            return _grouped(subject, [], [*predicate[:skip], *inflected])
    if auxiliary == "can" and (negative or predicate[0] == "not"):
        predicate = predicate[1:] if predicate[0] == "not" else predicate
        return _grouped(subject, ["cannot"], predicate)
    return _grouped(subject, [auxiliary, "not"] if negative else [auxiliary], predicate)


def _grouped(subject: str, auxiliaries: list[str], predicate: list[str]) -> Clause:
    """Divide the predicate into the group of verbs and what follows it."""
    at = 0
    while at < len(predicate) and (predicate[at] in _CHAIN or predicate[at] in ADVERBS):
        at += 1
    if not auxiliaries or (at < len(predicate) and _is_verb(predicate[at].lower())):
        at += 1
    at = _through_chain(predicate, at)
    return Clause(subject, " ".join([*auxiliaries, *predicate[:at]]), " ".join(predicate[at:]))


def _is_verb(word: str) -> bool:
    return form_of(word) is not None or is_gerund(word) or is_participle(word)


def _through_chain(predicate: list[str], at: int) -> int:
    """Step over "to open" in "trying to open" and over "looking" in "keeps looking"."""
    while at < len(predicate):
        before = inflect(predicate[at - 1].lower(), "base", is_verb=True) if at else ""
        word, after = predicate[at], predicate[at + 1] if at + 1 < len(predicate) else ""
        if (before in LINKING and is_gerund(word)) or (word in CATENATIVES and after == "to"):
            at += 1
        elif word == "to" and after in BASES and _takes_verb(predicate, at):
            at += 2
        else:
            return at
    return at


def _takes_verb(predicate: list[str], at: int) -> bool:
    before = predicate[at - 1].lower() if at else "going"
    return before in CATENATIVES or inflect(before, "base", is_verb=True) in CATENATIVES


def _there(auxiliary: str, words: list[str], negative: bool) -> Clause:
    """Turn "is" and "any bus" into "there is a bus", "would" and "have been one" into "there would have been one"."""
    at = next(
        (i for i, word in enumerate(words) if word not in _CHAIN and word not in ("still", "also")),
        len(words),
    )
    verb = " ".join([auxiliary, *words[:at]])
    what = " ".join(words[at:])
    if re.match(r"any(?:one|body|thing)\b|any of ", what, re.IGNORECASE):
        return Clause("there", verb, some_or_none(what, negative=negative))
    what = re.sub(r"^any ", "", what, flags=re.IGNORECASE)
    if what != " ".join(words[at:]) and auxiliary in ("is", "was") and not is_plural(what.split(" ")[0]):
        what = f"{article(what)} {what}" if not negative else what
    if negative:
        what = f"no {re.sub(r'^(?:an?|some|enough|any) ', '', what, flags=re.IGNORECASE)}"
    return Clause("there", verb, what)
