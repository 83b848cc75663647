"""From the order of a question to that of a statement: "did the car stop" becomes "the car stopped"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from temadapter.descriptions.english.inflection import (
    BASES,
    PASTS,
    Form,
    form_of,
    inflect,
    is_gerund,
    is_participle,
)
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    COLOURS,
    DETERMINERS,
    NOUN_FIRST,
    NUMERALS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
)
from temadapter.descriptions.english.noun_phrases import article, is_plural
from temadapter.descriptions.english.subjects import (
    agreeing_auxiliary,
    behind_agent,
    behind_relative,
    relative_at,
    second_noun_phrase,
)
from temadapter.descriptions.english.verbs import CATENATIVES, LINKING, NOUN_LIKE

BE = ("is", "are", "was", "were")
DO_FORMS: dict[str, Form] = {"do": "base", "does": "third", "did": "past"}
DO = tuple(DO_FORMS)
HAVE = ("has", "have", "had")
MODALS = ("can", "could", "will", "would", "should", "may", "might", "must", "shall")
AUXILIARIES = (*BE, *DO, *HAVE, *MODALS)
_ANY = re.compile(r"any(?P<kind>(?:one|body|thing|where)\b|(?= ))(?P<rest>.*)", re.IGNORECASE)
_STANDING = ("indoors", "outdoors", "outside", "inside", "upstairs", "downstairs")
_CHAIN = ("be", "been", "being", "have", "not")
_ALONE = NUMERALS | frozenset(("both", "all", "some", "others", "that", "this", "each", "ones", "other"))
_JOINING = ("and", "or", "to", "who", "that", "which", "whom", "'s")


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


def some_or_none(phrase: str, *, negative: bool) -> str:
    """Return what "anyone", "any of the cars" or "any bus" is in a statement.

    >>> some_or_none("anyone", negative=True), some_or_none("any of the cars", negative=False)
    ('no one', 'some of the cars')
    """
    whole = _ANY.match(phrase)
    if whole is None:
        return phrase
    kind, rest = whole["kind"].lower(), whole["rest"]
    if kind in ("one", "body", "thing", "where"):
        return f"{'no ' if negative and kind == 'one' else 'no' if negative else 'some'}{kind}{rest}"
    if rest.startswith(" of "):
        return f"{'none' if negative else 'some'}{rest}"
    number = "some" if is_plural(rest.split(" with ")[0]) else article(rest.strip())
    return f"{'no' if negative else number}{rest}"


def split_subject(auxiliary: str, words: list[str]) -> tuple[str, str] | None:
    """Divide what follows an auxiliary into subject and predicate; None where no predicate is found."""
    lower = [word.lower().strip(",") for word in words]
    first = 2 if lower[:1] and lower[0] in DETERMINERS and lower[0] not in PRONOUNS else 1
    if lower[:1] and lower[0] in ("this", "that", "these", "those"):
        alone = len(lower) < 2 or lower[1] in DETERMINERS or _starts_predicate(auxiliary, lower, 1)
        first = 1 if alone else 2
    at = _main_verb(lower, first) if auxiliary in (*DO, *MODALS) else _after_be(auxiliary, lower, first)
    if at is None:
        return None
    while at > first and lower[at - 1] in ADVERBS and lower[at - 1] not in ("all", "both"):
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def _main_verb(words: list[str], first: int) -> int | None:
    """Find the base form that "did" or "could" has left behind.

    A verb that is as often a noun ("dress", "train") gives way to a later one. Where there is no base form,
    a wrong form of a verb is taken ("did the lady looked"), and at last the word behind a simple noun phrase.
    """
    end = next((i for i in range(first, len(words)) if words[i] in SUBORDINATORS), len(words))
    for stop in (end, len(words)):
        found = [i for i in range(first, stop) if _may_be_verb(words, i)]
        if found:
            sure = (i for i in found if words[i] not in NOUN_LIKE or _ends_noun_phrase(words, i))
            return next(sure, found[0])
    loose = [i for i in range(first, end) if words[i] in BASES and words[i - 1] in _ALONE]
    wrong = [i for i in range(first, end) if form_of(words[i]) and not _barred(words, i)]
    found = sorted((*loose, *wrong))
    return found[0] if found else _behind_simple_noun(words, first, end)


def _may_be_verb(words: list[str], at: int) -> bool:
    return (words[at] in BASES or (words[at] in PASTS and words[at - 1] not in ADJECTIVES)) and not _barred(
        words, at
    )


def _barred(words: list[str], at: int) -> bool:
    """Tell whether what stands before a word needs a noun, not a verb."""
    before = words[at - 1]
    if before in DETERMINERS - PRONOUNS or before in _JOINING or before.endswith("'s"):
        return True
    if before in PREPOSITIONS:
        return before not in (
            "behind",
            "ahead",
            "outside",
            "inside",
            "opposite",
            "out",
            "up",
            "down",
            "above",
            "below",
        )
    if before in ADJECTIVES - ADVERBS:
        return before not in COLOURS or not {"in", "wearing"} & set(words[max(0, at - 4) : at - 1])
    return False


def _ends_noun_phrase(words: list[str], at: int) -> bool:
    """Tell whether no later word of this clause can be the verb instead."""
    for i in range(at + 1, len(words)):
        if words[i] in SUBORDINATORS:
            return True
        if words[i] in BASES and words[i] not in NOUN_LIKE and not _barred(words, i):
            return words[at - 1] in PRONOUNS or words[at + 1] in DETERMINERS
        if i == at + 1 and words[i] in BASES - NOUN_FIRST and not _barred(words, i):
            return False
    return True


def _behind_simple_noun(words: list[str], first: int, end: int) -> int | None:
    """Take the word behind "the dog" for an unknown verb."""
    if words[0] not in DETERMINERS | PRONOUNS or len(words) <= first:
        return None
    at = first
    while at < end and (words[at] in ADJECTIVES or words[at - 1] in ADJECTIVES):
        at += 1
    if at >= end or words[at] in PREPOSITIONS or words[at] in _JOINING:
        return None
    adverb_next = at + 2 < end and words[at + 1].endswith("ly") and words[at + 2] not in PREPOSITIONS
    return at + 1 if adverb_next else at


def _after_be(auxiliary: str, words: list[str], first: int) -> int | None:
    end = next((i for i in range(first, len(words)) if words[i] in SUBORDINATORS), len(words))
    weak = (PREPOSITIONS | DETERMINERS) - {"of"}
    no_end = (weak - PRONOUNS) | {"and", "or", "of"}
    relative = relative_at(words, first)
    if relative is not None and not any(
        _starts_predicate(auxiliary, words, i) for i in range(first, relative)
    ):
        first = behind_relative(words, relative)
    for stop in (end, len(words)):
        at = next((i for i in range(first, stop) if _starts_predicate(auxiliary, words, i)), None)
        if at is not None and auxiliary in BE:
            return behind_agent(words, at, stop) or at
        if auxiliary in BE:
            at = second_noun_phrase(words, first, stop) or next(
                (i for i in range(first, stop) if words[i] in weak and words[i - 1] not in no_end), None
            )
        if at is not None:
            return at
    return None


def _starts_predicate(auxiliary: str, words: list[str], at: int) -> bool:
    word, before = words[at], words[at - 1]
    if auxiliary in (*DO, *MODALS):
        return word in BASES
    if before in DETERMINERS - PRONOUNS or (before in PREPOSITIONS and before not in ("behind", "ahead")):
        return False
    if auxiliary in HAVE:
        return is_participle(word) or word in ("been", "not", "already", "just")
    after = words[at + 1] if at + 1 < len(words) else ""
    if word in _STANDING and (after in ("", "or", "and") or after in PREPOSITIONS):
        return before not in PREPOSITIONS
    if (
        form_of(word) == "gerund" and after in DETERMINERS and before not in ADJECTIVES
    ):  # "someone crossing the road", though "crossing" is a noun
        return True
    if is_gerund(word) or is_participle(word) or word in ADVERBS:
        return before not in ADJECTIVES or (before in COLOURS and "in" in words[max(0, at - 4) : at - 1])
    ends = after in PREPOSITIONS or after in ("", "or", "and", "enough", "than")
    return word in ADJECTIVES and ends and before not in ADJECTIVES and before != "and"


def _conjugated(auxiliary: str, subject: str, predicate: list[str], negative: bool) -> Clause:
    if auxiliary in DO and not negative and predicate[0] != "not":
        skip = next((i for i, word in enumerate(predicate) if word not in ADVERBS), 0)
        if is_gerund(predicate[skip]):  # "why did the man moving his hands"
            auxiliary = {"does": "is", "do": "are", "did": "was"}[auxiliary]
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


def negated(made: Clause) -> Clause:
    """Return the opposite of a clause whose verb group begins with an auxiliary."""
    first, _, others = made.verb.partition(" ")
    return replace(made, verb=f"{first} not {others}".strip())
