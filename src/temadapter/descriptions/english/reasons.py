"""How an option is worded as a reason: "to see it", "because of rain", "because it rained", "because he is tired"."""

from __future__ import annotations

import re

from temadapter.descriptions.english.inflection import base_of, form_of, inflect, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    ANIMALS,
    DETERMINERS,
    FEMALE,
    MADE_FOR,
    MALE,
    NEED_AN_OBJECT,
    PARTICLES,
    PEOPLE,
    PREPOSITIONS,
    WISHES,
)
from temadapter.descriptions.english.noun_phrases import be, head, is_plural, pronoun, was
from temadapter.descriptions.english.option_types import is_event, is_state, is_verb_phrase, thing
from temadapter.descriptions.english.verbs import LINKING, NOUN_LIKE
from temadapter.descriptions.english.words import words as word_set

_PAST_AUXILIARIES = ("did", "was", "were", "had", "could", "would", "should", "might")
_MODALS = word_set("can cannot could will would does did has")
_SOMEBODY = re.compile(r"(?P<who>(?:the |a |an |his |her )?[a-z]+) (?P<does>(?P<verb>[a-z]+)(?: .*)?)$")
_OBJECTS = word_set("him them it me us")
_SHORT_CLAUSE = re.compile(r"^(?:it|he|she|they|we|you|that|there)'(?:s|re|m|ll|d|ve) (?P<next>[a-z]+)")
_OF_IT = re.compile(
    r"^(?:part of|used (?:for|as|in)|time (?:to|for)|(?:easy|easier|hard|harder|difficult) (?:to|for)) |^more \w+ing$"
)
_IN_COMPOUNDS = word_set("dining training walking surfing swimming parking living waiting colouring coloring")
_TURN = re.compile(r"^(?:his|her|its|their|my|(?:the )?[\w-]+'s?) turn\b")
_TOO = re.compile(
    r"^(?P<what>(?:(?:his|her|its|their|the) )?[a-z]+) (?P<how>(?:too|very|so) (?P<state>[a-z]+)\b.*|(?P<bare>[a-z]+))$"
)
_COPULAS = word_set("look feel seem sound smell taste get turn stay keep become")
_ADVERBIAL = word_set("fast right straight hard high low late long alone loud near deep early")
_CLAUSE_AHEAD = re.compile(r" (?:will|would|might|may|can|could|get|gets) ")


def reason(option: str, subject: str, auxiliary: str) -> str:
    """Return the option as a reason.

    Args:
        option: The option.
        subject: Of whom the question asks why: "he", "they" and "it" are taken from it.
        auxiliary: The auxiliary of the question, which has its tense.
    """
    words = thing(option)
    first, _, rest = words.partition(" ")
    past = auxiliary.lower() in _PAST_AUXILIARIES
    if first in PREPOSITIONS and first not in ("like", "opposite") and not _is_passive(first, rest):
        return words
    if first in ("so", "due", "thanks") and not is_state(words):
        return words
    if is_event(words) or _is_short_clause(words):
        return f"because {_finite(words, past=past)}"
    if (
        " " not in words
        and words in NOUN_LIKE
        and pronoun(subject) == "it"
        and head(subject).split()[-1] not in ANIMALS
    ):
        return f"because of {words}"  # no alarm goes off to smoke
    if _is_aim(words):
        return _aim(words)
    about_it = _TOO.match(words)
    if about_it is not None and _is_said_of_a_thing(about_it):
        verb = was(about_it["what"]) if past else be(about_it["what"])
        return f"because {about_it['what']} {verb} {about_it['how']}"
    name = "it" if _OF_IT.match(words) or _TURN.match(words) else pronoun(subject)
    return _reason_of(name, words, past=past)


def _finite(words: str, *, past: bool) -> str:
    """Write "boy pushes dog" for "boy push dog"."""
    found = _SOMEBODY.match(words)
    if found is None or form_of(found["verb"]) != "base" or is_plural(found["who"]):
        return words
    noun = found["who"].split()[-1]
    if noun not in MALE | FEMALE | PEOPLE | ANIMALS or noun in ("people", "children", "men", "women"):
        return words
    return f"{found['who']} {inflect(found['does'], 'past' if past else 'third', is_verb=True)}"


def _is_short_clause(words: str) -> bool:
    """Tell "it's sunny" from "it's tail", which is how annotation files write "its tail"."""
    found = _SHORT_CLAUSE.match(words)
    if found is None:
        return False
    after = found["next"]
    return not words.startswith("it's") or after in ADJECTIVES | ADVERBS | DETERMINERS or is_gerund(after)


def _is_aim(words: str) -> bool:
    first, _, rest = words.partition(" ")
    if first == "not":
        return rest.startswith("to ") or (is_verb_phrase(rest) and rest.split(" ")[0] not in WISHES)
    if is_verb_phrase(words):
        return first not in WISHES and not (first == "do" and rest.startswith("not "))
    adverb = first == "better" or first.endswith("ly")
    return (
        adverb
        and " " in rest
        and is_verb_phrase(rest)
        and form_of(rest.split(" ")[0]) == "base"
        and not _is_noun_like(rest)
    )


def _aim(words: str) -> str:
    if words.startswith("not "):
        return words if words.startswith("not to ") else f"not to {words[4:]}"
    return f"to {words}"


def _is_noun_like(words: str) -> bool:
    first, _, rest = words.partition(" ")
    return first in NOUN_LIKE and rest.split(" ")[0] not in DETERMINERS


def _is_said_of_a_thing(found: re.Match[str]) -> bool:
    """Tell whether "snow too thick" leaves out an "is", and is not "run too fast" or "crying so loud"."""
    noun, state = found["what"].split(" ")[-1], found["state"] or found["bare"]
    taken = noun in ADJECTIVES | ADVERBS | PREPOSITIONS | DETERMINERS | {
        "much",
        "many",
        "more",
        "less",
        "no",
        "not",
    }
    named = (
        form_of(noun) == "third" and base_of(noun) in NOUN_LIKE - _COPULAS
    )  # "hands sweaty", not "looks nice"
    is_verb = (
        (form_of(noun) in ("third", "past", "gerund") and not named) or is_gerund(noun) or is_participle(noun)
    )
    told = state in ADJECTIVES and (found["bare"] is None or state not in ADVERBS | PREPOSITIONS | _ADVERBIAL)
    return told and not taken and not is_verb and not is_verb_phrase(found["what"])


def _reason_of(name: str, words: str, *, past: bool) -> str:
    """Say of "him" that he is something ("because he was excited") or did something, or name a thing."""
    first, _, rest = words.partition(" ")
    many = name in ("they", "you", "we")
    wish = (first in WISHES and is_verb_phrase(words)) or (first == "do" and rest.startswith("not "))
    if wish or (first == "like" and rest.split(" ")[0] in (DETERMINERS | _OBJECTS | {"to"}) - {"a", "an"}):
        verb = ("liked" if past else ("like" if many else "likes")) if first == "like" else ""
        return f"because {name} {f'{verb} {rest}' if verb else _agreeing(words, many=many, past=past)}"
    if _describes(first, rest, words):
        present = "are" if many else "is"
        return f"because {name} { ({'is': 'was', 'are': 'were'}[present] if past else present) } {words}"
    if first in _MODALS or _is_finite(first, rest):
        verb_phrase = inflect(words, "base", is_verb=True) if many and form_of(first) == "third" else words
        return f"because {name} {verb_phrase}"
    return f"because of {words}"


def _agreeing(words: str, *, many: bool, past: bool) -> str:
    return inflect(words, "past" if past else ("base" if many else "third"))


def _describes(first: str, rest: str, words: str) -> bool:
    """Tell whether an option wants "is" before it: "playing", "pushed by him", "too tired", "part of the show"."""
    if _OF_IT.match(words) or _TURN.match(words):
        return True
    if first == "not" and rest:
        after, _, others = rest.partition(" ")
        return is_gerund(after) or is_state(rest) or _is_passive(after, others)
    if words.startswith("no longer "):
        return is_state(words[10:]) or is_gerund(words[10:].split(" ", maxsplit=1)[0])
    if first in _IN_COMPOUNDS and rest in MADE_FOR:
        return False  # "dining table"
    adverb = first.endswith("ly") or first in ADVERBS
    doing = is_gerund(first) or (adverb and is_gerund(rest.split(" ", maxsplit=1)[0]))
    return doing or _is_passive(first, rest) or is_state(words) or _is_felt(first, rest)


def _is_passive(first: str, rest: str) -> bool:
    """Tell whether a participle says what was done to somebody: "attracted to it", not "dropped the cup"."""
    if not is_participle(first) and first not in NEED_AN_OBJECT:
        return False
    after = rest.split(" ", maxsplit=1)[0]
    if rest.startswith("by ") or (
        first.endswith("ed") and form_of(first) is None and first not in PREPOSITIONS
    ):
        return True
    hangs = after in PREPOSITIONS | PARTICLES | {"", "and"} or after == "to" or after.endswith("ly")
    lone = form_of(first) == "participle" and first not in ADJECTIVES
    return (lone and (hangs or is_gerund(after))) or (first in NEED_AN_OBJECT and hangs)


def _is_felt(first: str, rest: str) -> bool:
    """Tell whether a feeling goes on with a clause: "scared the poster will fall"."""
    feeling = first in ADJECTIVES and first.endswith("ed")
    return feeling and _CLAUSE_AHEAD.search(f" {rest} ") is not None


def _is_finite(first: str, rest: str) -> bool:
    """Tell whether a word in -s or in the past is the verb of the reason: "looks nice", not "waves at the shore"."""
    form, base = form_of(first), base_of(first)
    after = rest.split(" ", maxsplit=1)[0]
    if form is None:
        return first.endswith("s") and after in PARTICLES
    if form not in ("past", "third"):
        return False
    if base not in NOUN_LIKE or base in WISHES:
        return True
    behind_verb = (
        after in ADJECTIVES and base in _COPULAS
    ) or after in PARTICLES | DETERMINERS | _OBJECTS | {"to"}
    behind_verb = behind_verb or (base in LINKING and is_gerund(after))
    return form == "third" and behind_verb
