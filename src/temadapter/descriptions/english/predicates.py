"""Where the subject of a question ends and its predicate begins: "the red car |stop at the light"."""

from __future__ import annotations

from temadapter.descriptions.english.auxiliaries import BE, DO, HAVE, MODALS
from temadapter.descriptions.english.inflection import BASES, PASTS, form_of, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    COLOURS,
    DETERMINERS,
    NOUN_FIRST,
    NUMERALS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
)
from temadapter.descriptions.english.subjects import (
    behind_agent,
    behind_relative,
    relative_at,
    second_noun_phrase,
)
from temadapter.descriptions.english.verbs import NOUN_LIKE

_NAME = "\0name"
_STANDING = ("indoors", "outdoors", "outside", "inside", "upstairs", "downstairs")
_ALONE = NUMERALS | frozenset(("both", "all", "some", "others", "that", "this", "each", "ones", "other"))
_JOINING = ("and", "or", "to", "who", "that", "which", "whom", "'s")


_LIKENING = frozenset(("look", "sound", "smell", "taste", "seem", "feel", "act", "behave"))
_FURTHEST = frozenset(("far", "most", "extreme", "very", "bottom", "top", "lower", "upper", "front"))
_DESCRIBING = frozenset(("dressed", "seated", "covered", "injured", "parked", "named", "called", "tied", "wrapped",
                         "attached", "used", "placed", "positioned", "located"))  # fmt: skip


def split_subject(auxiliary: str, words: list[str]) -> tuple[str, str] | None:
    """Divide what follows an auxiliary into subject and predicate; None where no predicate is found."""
    lower = [word.lower().strip(",") for word in words]
    if any(word.islower() for word in words[1:]):  # "Chase" is nobody's act where other words have no capital
        lower = [
            _NAME if at and words[at][0].isupper() and words[at] != "I" else low
            for at, low in enumerate(lower)
        ]
    if lower[:1] in (["it"], ["he"], ["she"], ["they"]) and auxiliary in BE and len(lower) > 1:
        return words[0], " ".join(words[1:])
    first = 2 if lower[:1] and lower[0] in DETERMINERS and lower[0] not in PRONOUNS else 1
    if lower[:1] and lower[0] in ("this", "that", "these", "those"):
        noun_next = (
            lower[1:2] and lower[1] in NOUN_LIKE and any(word in BASES - NOUN_LIKE for word in lower[2:])
        )
        starts = _starts_predicate(auxiliary, lower, 1) if len(lower) > 1 else False
        alone = len(lower) < 2 or lower[1] in DETERMINERS or (starts and not noun_next)
        first = 1 if alone else 2
    at = _main_verb(lower, first) if auxiliary in (*DO, *MODALS) else _after_be(auxiliary, lower, first)
    if (
        at is None
        and auxiliary in DO
        and words[0][:1].isupper()
        and words[1:2]
        and words[1].islower()
        and words[1] not in PREPOSITIONS
    ):
        at = 1  # an unknown verb behind a name
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
        if (told := _wrong_past(words, first, end)) is not None:
            return told  # "did the man reacted |after she showed him a hand gesture"
    loose = [i for i in range(first, end) if words[i] in BASES and words[i - 1] in _ALONE]
    wrong = [i for i in range(first, end) if form_of(words[i]) and not _barred(words, i)]
    found = sorted((*loose, *wrong))
    return found[0] if found else _behind_simple_noun(words, first, end)


def _wrong_past(words: list[str], first: int, end: int) -> int | None:
    """Return where a past form stands as the verb of the main statement, though "did" wants the base form."""
    for i in range(first, end):
        describes = words[i] in _DESCRIBING or words[i + 1 : i + 2] == ["by"]
        if form_of(words[i]) == "past" and not describes and not _barred(words, i):
            return i
    return None


def _may_be_verb(words: list[str], at: int) -> bool:
    return (words[at] in BASES or (words[at] in PASTS and words[at - 1] not in ADJECTIVES)) and not _barred(
        words, at
    )


def _barred(words: list[str], at: int) -> bool:
    """Tell whether what stands before a word needs a noun, not a verb."""
    before = words[at - 1]
    if before in DETERMINERS - PRONOUNS or before in _JOINING or before.endswith("'s"):
        return True
    if words[at] == "like" and before in _LIKENING:  # "look like he is crying"
        return True
    if words[at] in ("left", "right") and before in _FURTHEST:  # "the man on the far left"
        return True
    if words[at] == "dress" and not {"in", "wearing"}.isdisjoint(words[max(0, at - 4) : at]):
        return True
    if (words[at], words[at + 1 : at + 2]) == ("shot", ["put"]) or (before, words[at]) == ("shot", "put"):
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
        if (
            at is not None
            and auxiliary in BE
            and words[end - 1 :]
            and words[end - 1].isdigit()
            and at < end - 1
        ):
            return end - 1  # "the number on the shirt |23"
        if at is not None:
            return at
    last = words[end - 1] if auxiliary in BE and end - 1 > first else ""
    return (
        end - 1 if last in ADJECTIVES | COLOURS and words[end - 2] not in ADJECTIVES | DETERMINERS else None
    )


def _starts_predicate(auxiliary: str, words: list[str], at: int) -> bool:
    word, before = words[at], words[at - 1]
    if auxiliary in (*DO, *MODALS):
        return word in BASES
    if before in DETERMINERS - PRONOUNS or (
        before in PREPOSITIONS - PARTICLES and before not in ("behind", "ahead")
    ):
        return False
    if before.endswith("'s") or (before == "and" and word in ("left", "right")):
        return False  # "the women's skiing" is a noun, "on the right and left" a place
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
