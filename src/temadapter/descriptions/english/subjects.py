"""Where a subject ends that holds more than a simple noun: a relative clause, "thrown by the boy", "and"."""

from __future__ import annotations

import re

from temadapter.descriptions.english.inflection import form_of, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import ADJECTIVES, ADVERBS, DETERMINERS, PREPOSITIONS
from temadapter.descriptions.english.noun_phrases import is_plural

_RELATIVES = ("who", "that", "which", "whom")
_HELPING = frozenset(("is", "are", "was", "were", "has", "have", "had", "can", "could", "will", "would", "be", "been",
                      "being", "does", "do", "did", "should", "may", "might"))  # fmt: skip
_AS_ADVERB = frozenset(("fast", "hard", "high", "low", "late", "near", "alone", "straight", "right", "free", "long",
                        "loud", "deep", "wide", "flat", "still", "slow", "ahead"))  # fmt: skip
_ARTICLES = frozenset(("the", "a", "an", "his", "her", "its", "their", "my", "your", "our"))
_RESULTING = frozenset(("painting", "dyeing", "making", "keeping", "turning", "leaving", "getting", "coloring",
                        "colouring", "holding", "setting", "playing", "going", "looking", "feeling"))  # fmt: skip
_NO_VERB = frozenset(("nearing", "facing", "including", "used", "called", "named"))
_DESCRIBING = frozenset(("wearing", "sitting", "standing", "carrying", "lying", "dressed", "injured"))
_MANY = re.compile(
    r"^(?:the |these |those |all |his |her )?(?:two|three|four|five|six|both|several|many|people|children|men|women) ?"
    r"(?![\w-]*-)",
    re.IGNORECASE,
)
_PLURAL_OF = {"is": "are", "was": "were", "has": "have", "does": "do"}
_SINGULAR_OF = {plural: single for single, plural in _PLURAL_OF.items()}
_ONE = re.compile(
    r"^(?:the|a|an|this) (?:man|woman|boy|girl|lady|guy|person|baby|child|dog|cat)(?: (?:in|with|who) |$)"
)


_NAMES = re.compile(r"[A-Z]\w+(?:, [A-Z]\w+)*,? and [A-Z]\w+")
_OWN_PARTS = re.compile(
    r"^(?:the|a|his|her|this) (?:[\w-]+ )*[\w-]+'s"
    r" (?:eyes|hands|arms|legs|feet|shoes|clothes|ears|pants|lips|teeth)$"
)


def relative_at(words: list[str], first: int) -> int | None:
    """Return where a relative clause begins ("the man |who was running"), None where there is none."""
    found = next((i for i in range(first, len(words)) if words[i] in _RELATIVES), None)
    return None if found is None or words[found - 1] in PREPOSITIONS else found


def behind_relative(words: list[str], relative: int) -> int:
    """Return where the verb of a relative clause ends: "who was running |in the park"."""
    at = relative + 1
    while at < len(words) and not _is_verb(words[at]):
        at += 1
    while at < len(words) and (words[at] in _HELPING or words[at] in ADVERBS):
        at += 1
    helped = words[at - 1] in _HELPING or words[at - 1] in ADVERBS
    if at < len(words) and (is_gerund(words[at]) or is_participle(words[at]) or form_of(words[at])):
        return at + 1
    return at + 1 if helped and at < len(words) and words[at] in ADJECTIVES else at


def _is_verb(word: str) -> bool:
    return word in _HELPING or form_of(word) in ("third", "past") or is_participle(word)


def behind_agent(words: list[str], at: int, end: int) -> int | None:
    """Return where the predicate begins if "thrown" in "the ball thrown by the boy red" belongs to the subject.

    Args:
        words: What stands behind the auxiliary, in lower case.
        at: Where the participle stands.
        end: Where the main statement ends.
    """
    last, before = words[end - 1], words[end - 2]
    doing = is_gerund(words[at])
    attributive = is_participle(words[at]) or (doing and words[at] not in _RESULTING)
    if end - 1 <= at + 2 or not attributive:
        return None
    later = _later_verb(words, at, end) if words[at] in _DESCRIBING else None
    if later is not None:
        return later
    if doing and (is_gerund(before) or "to" in words[at : end - 1]):
        return None  # "wearing to prevent herself from getting wet"
    noun = before not in ADJECTIVES | PREPOSITIONS | DETERMINERS | ADVERBS | {"and", "or", "than"}
    return end - 1 if last in ADJECTIVES - _AS_ADVERB and noun else None


def _later_verb(words: list[str], at: int, end: int) -> int | None:
    """Return where the verb is when "wearing" only describes: "the person wearing a black shirt |shaving his beard"."""
    for i in range(at + 2, end):
        before = words[i - 1]
        joins = before in PREPOSITIONS | DETERMINERS | ADJECTIVES | {"and", "or", "to"} or is_gerund(before)
        verb = words[i] not in _NO_VERB and (is_gerund(words[i]) or is_participle(words[i]))
        if verb and not joins and not before.endswith("'s"):
            return i
    return None


def second_noun_phrase(words: list[str], first: int, stop: int) -> int | None:
    """Return where a noun phrase follows another without a preposition: "the lady in black |the only one"."""
    for i in range(first, stop):
        before = words[i - 1]
        joins = (
            before in PREPOSITIONS | DETERMINERS | {"and", "or"} or is_gerund(before) or is_participle(before)
        )
        if words[i] in _ARTICLES and not joins:
            return i
    return None


def agreeing_auxiliary(auxiliary: str, subject: str) -> str:
    """Return "are" for "is" behind a subject that is surely plural: "the two men", "the man and the dog"."""
    if auxiliary in _SINGULAR_OF and _ONE.match(subject) and " and " not in subject:
        return _SINGULAR_OF[auxiliary]
    if auxiliary not in _PLURAL_OF:
        return auxiliary
    if _NAMES.fullmatch(subject) or _OWN_PARTS.search(subject):
        return _PLURAL_OF[auxiliary]
    many = _MANY.match(subject) is not None and is_plural(subject)
    return _PLURAL_OF[auxiliary] if many or _is_pair(subject.lower().split()) else auxiliary


def _is_pair(words: list[str]) -> bool:
    """Tell "the man and the dog" from "the man in black and white" and "the black and white dog"."""
    if "and" not in words[1:-1] or words[0] not in DETERMINERS or words[0] in ("each", "every", "no"):
        return False
    at = words.index("and")
    plain = not any(word in PREPOSITIONS or word in _RELATIVES or is_gerund(word) for word in words[:at])
    return plain and at >= 2 and words[at - 1] not in ADJECTIVES
