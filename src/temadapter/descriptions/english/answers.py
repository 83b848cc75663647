"""How an option is worded where it stands: as a means, a place, a time, an act."""

from __future__ import annotations

import re

from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.inflection import (
    Form,
    base_of,
    form_of,
    inflect,
    is_gerund,
    is_participle,
    stem,
)
from temadapter.descriptions.english.lexicon import (
    ADVERBS,
    ADVERBS_OF_PLACE,
    AT,
    COUNTED_DEEDS,
    DETERMINERS,
    IN_THE,
    LIGHT_VERBS,
    NEED_AN_OBJECT,
    NOT_MANNER,
    NOUN_FIRST,
    ON,
    PARTICLES,
    PREPOSITIONS,
)
from temadapter.descriptions.english.noun_phrases import head, with_article
from temadapter.descriptions.english.option_types import is_event, is_state, is_verb_phrase, thing
from temadapter.descriptions.english.slots import before_tail, gap, in_gap, stranded
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.words import words as word_set

_MANNER = re.compile(
    r"^(?:very |quite |more |too )?(?:\w+ly|fast(?:er)?|hard(?:er)?|slower|louder|higher|lower|closer|better|well"
    r"|straight|together|alone|side by side|step by step|one by one|hand in hand|back and forth|left to right"
    r"|up and down|face to face|arm in arm|one at a time)\b"
)
_CLOCK = re.compile(r"^\d+(?:[:.]\d+)?\s*(?:am|pm|o'clock|a\.m|p\.m)?$|^(?:noon|midnight)$", re.IGNORECASE)
_TIMES = word_set("every yesterday today tomorrow now twice")
_WRAPPED = word_set("covered wrapped tied attached secured strapped")
_INSTRUMENTAL = word_set("with in to on from")
_SEASONS = word_set("winter summer spring autumn")
_DARK = word_set("night noon midnight sunset sunrise dawn dusk")
_GOING = word_set("go head travel return")
_SIDES = word_set("side middle front back top bottom")


def by_means(option: str, *, passive: bool = False) -> str:
    """Return the option as a manner or a means: "slowly", "by driving", "with a brush", "as it rained".

    Args:
        option: The option.
        passive: The question asks how something is done to its subject: "pulled by a rope" says the same.
    """
    words = thing(option)
    first = words.split(" ")[0]
    if first in PREPOSITIONS or (
        _MANNER.match(words) and first not in NOT_MANNER and not is_verb_phrase(words)
    ):
        return words
    if first in ("left", "right"):
        return words if words.split(" ")[-1] in ("left", "right", "side") else f"with {words}"
    if is_event(words):
        return f"as {words}"
    second = words.split(" ")[1] if " " in words else ""
    undergone = NEED_AN_OBJECT if passive else _WRAPPED
    suffered = is_participle(first) and (second == "by" or (first in undergone and second in _INSTRUMENTAL))
    if is_state(words) or suffered:
        return f"by being {words}"
    if (
        first not in NOUN_FIRST
        and (is_verb_phrase(words) or form_of(first) or is_gerund(first))
        and not _is_noun(words)
    ):
        return f"by {inflect(words, 'gerund', is_verb=True)}"
    return f"with {with_article(words)}"


def _is_noun(words: str) -> bool:
    """Tell whether a phrase that begins like a verb is a noun: "hand gestures", "sticks", "a drum"."""
    first, _, rest = words.partition(" ")
    tool = first in NOUN_LIKE and rest in ("cleaner", "cleaners", "machine")
    return tool or (form_of(first) == "third" and base_of(first) in NOUN_LIKE and not rest)


def placed(said: Clause, option: str) -> str:
    """Put the option into a statement as a place, with one preposition between them.

    >>> placed(Clause("the car", "came", "from"), "from the north"), placed(Clause("the cat", "is", ""), "garden")
    ('the car came from the north', 'the cat is in a garden')
    """
    words = thing(option)
    first, _, rest = words.partition(" ")
    has_preposition = first.lower() in PREPOSITIONS
    if stranded(said):
        said = _without_preposition(said) if has_preposition else said
        return in_gap(said, words if has_preposition else _a_place(words))
    activity = is_gerund(first) and rest and with_article(words) == words
    direction = first.lower() in ADVERBS_OF_PLACE and (not rest or rest.split(" ")[0] in PREPOSITIONS)
    if stem(said.verb.split(" ")[-1]) in _GOING and not has_preposition:
        to = words if words.lower() == "home" or direction or activity else f"to {_the_place(words)}"
        return before_tail(said, to)
    if has_preposition or activity or direction:
        return before_tail(said, words)
    return before_tail(said, f"{preposition_of(words)} {_a_place(words)}")


def _the_place(words: str) -> str:
    return words if with_article(words) == words else f"the {words}"


def _a_place(words: str) -> str:
    return f"the {words}" if words.rsplit(" ", maxsplit=1)[-1] in _SIDES else with_article(words)


def _without_preposition(said: Clause) -> Clause:
    rest, at = said.rest.split(), gap(said.rest)
    return Clause(said.subject, said.verb, " ".join([*rest[: at - 1], *rest[at:]]))


def preposition_of(words: str) -> str:
    """Return "in", "on" or "at", whichever a place takes."""
    last = head(words.lower()).split(" ")[-1]
    if last in ON or last == "side":
        return "on"
    return "at" if last in AT or last in ("top", "bottom", "back", "front") else "in"


def time_of(option: str) -> str:
    """Return the option as a time: "at night", "in the morning", "while turning", "when the bell rings"."""
    words = thing(option)
    first = words.split(" ")[0].lower()
    if (
        first in PREPOSITIONS
        or first in ADVERBS
        or first in _TIMES
        or words.endswith((" ago", " later", " earlier"))
    ):
        return words
    last = head(words.lower()).split(" ")[-1]
    if is_gerund(first) and last not in AT:
        return f"while {words}"
    determined = words if first in DETERMINERS else f"the {words}"
    if last in IN_THE or last in _SEASONS:
        return f"in {determined}" if last in IN_THE else f"in {words}"
    if _CLOCK.match(words) or last in _DARK:
        return f"at {words}"
    if last in AT:
        return f"at {determined}"
    if is_event(words, loose=True):
        return f"when {words}"
    return f"during {words}" if first in DETERMINERS else words


def act(option: str, form: Form, auxiliary: str) -> str:
    """Return the option as what somebody does, with the verb in a form.

    Args:
        option: "wag tail", "kicks the ball", "happy", "gymnastics".
        form: The form that the question leaves for the verb: of "do" itself, if the option is a noun.
        auxiliary: "is", "was" ...: the form of "be" for an option that is a state.

    Returns:
        For example "wags tail", "kicks the ball", "is happy", "does gymnastics".
    """
    words = thing(option)
    first, _, rest = words.partition(" ")
    known = form_of(first.lower()) is not None and not (first == "left" and not rest)
    acts = is_verb_phrase(words)
    if (is_state(words) and not acts) or (first in PREPOSITIONS and first not in ("like", "up")):
        return f"{auxiliary} {words}".strip()
    if first in NOUN_FIRST and rest and not acts:
        return f"{inflect('do', form)} {words}"
    if known or acts:
        return inflect(words, form, is_verb=True)
    if is_gerund(first):
        return words if form == "gerund" else f"{auxiliary} {words}".strip()
    if (first in ADVERBS or first.endswith("ly")) and form_of(rest.split(" ")[0]) is not None:
        return f"{first} {inflect(rest, form, is_verb=True)}"
    if form in ("third", "past") and _is_finite(first, rest):
        return words
    last = head(words).split(" ")[-1]
    deed = with_article(words) if last in COUNTED_DEEDS else words
    return f"{inflect(LIGHT_VERBS.get(last, 'do'), form)} {deed}"


def _is_finite(first: str, rest: str) -> bool:
    """Tell an unknown verb by its ending and by what follows it: "unclips the rope", "backpedalled"."""
    if first.endswith("ed"):
        return is_participle(first) and (
            not rest or rest.split(" ", maxsplit=1)[0] in PREPOSITIONS | PARTICLES | DETERMINERS
        )
    return first.endswith("s") and rest.split(" ", maxsplit=1)[0] in PARTICLES | DETERMINERS | {
        "him",
        "them",
        "it",
        "again",
    }
