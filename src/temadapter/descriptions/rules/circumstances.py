"""Why, how, where and when: the option is a reason, a manner, a place or a time."""

from __future__ import annotations

import re
from dataclasses import replace

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.answers import act, by_means, placed, time_of
from temadapter.descriptions.english.auxiliaries import AUXILIARIES, BE
from temadapter.descriptions.english.clauses import Clause, clause
from temadapter.descriptions.english.inflection import base_of, form_of, inflect, is_gerund, stem
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    ADVERBS_OF_PLACE,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
)
from temadapter.descriptions.english.noun_phrases import with_article
from temadapter.descriptions.english.option_types import is_event, is_state, is_verb_phrase, thing
from temadapter.descriptions.english.pronouns import is_about
from temadapter.descriptions.english.reasons import reason
from temadapter.descriptions.english.slots import at_end, before_tail, split_tail
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.rules.patterns import (
    AUX,
    Match,
    finite_at,
    is_passive,
    joined,
    stated,
    stated_or_being,
)

_FEELING = re.compile(r"\b(?:feel(?:s|ing)?|felt|(?:look|seem|appear|sound)(?:s|ed)?)$")
_POSED = re.compile(
    r"\b(?:positioned|dressed|placed|seated|arranged|oriented|posed|parked|situated|kept(?= in )|displayed)$"
)
_STATES = (
    "early",
    "lively",
    "cuddly",
    "jolly",
    "elderly",
    "curly",
    "chilly",
    "smelly",
    "wobbly",
    "deadly",
    "orderly",
)
_ABOUT = re.compile(r"(?:he|she|they|it) (?P<done>(?!is\b|are\b|was\b|were\b)\w+.*)")
_DOES = re.compile(r"(?:^|\b(?:will|would|can|could|should) )(?:do|does|did)$")
_ECHO = re.compile(
    r" (?:he|she|they|it|we) (?:will|would|can|could|did|was|were|is|are|had)(?: be able to| be)?$"
)
_FINDING_OUT = ("know", "realize", "realise", "notice", "understand", "learn", "recognize", "recognise")
_OPINIONS = ("think", "believe", "guess", "say", "suppose")
_A_PLACE = re.compile(r"\b(?:place|location|scene|setting|room|venue|area)s?$", re.IGNORECASE)


def _why(match: Match, option: str) -> str:
    said = stated_or_being(match)
    if said is None:
        return ""
    if said.verb in BE and not said.rest and said.subject.lower() not in PRONOUNS:
        return joined(match, option)  # "why is the road" names nothing that could have a reason
    subject = said.rest if said.subject == "there" else said.subject
    again = re.match(r"(?P<same>\w+)[^,]*? (?P<why>because .+)$", option[len(subject) + 1 :])
    if is_about(subject, option) and again is not None:
        told = option[len(subject) : option.find(" because ")].lower().split()
        verbs = [stem(word) for word in said.verb.split()]
        if stem(again["same"]) == verbs[-1] or {stem(word) for word in told} <= {
            *verbs,
            *match["rest"].split(),
        }:
            return at_end(said, again["why"])  # "Foreman grimaces because it hurts"
    return at_end(said, reason(option, subject, match["aux"]))


def _why_statement(match: Match, option: str) -> str:
    """How come the car stopped, what is the reason why it stopped."""
    words = match["said"].split()
    if form_of(words[0]) == "base":  # "why go there" does not say who
        return joined(match, option)
    at = finite_at(words, 2 if words[0].lower() in DETERMINERS else 1) or len(words)
    while at > 1 and words[at - 1].lower() in ADVERBS:
        at -= 1
    return f"{match['said']} {reason(option, ' '.join(words[:at]), 'is')}"


def _where(match: Match, option: str) -> str:
    said = stated_or_being(match)
    if said is None or (is_statement(option) and option.split(maxsplit=1)[0].lower() not in PREPOSITIONS):
        return uncapitalised(option) if is_statement(option) else ""
    first, _, more = option.lower().partition(" ")
    if more and form_of(first) == "third" and base_of(first) not in NOUN_LIKE:
        return joined(match, option)  # an act is no place: "gives it to her"
    said = _whole_subject(match, said)
    if (
        not said.rest
        and said.verb in BE
        and _A_PLACE.search(said.subject)
        and first not in PREPOSITIONS | ADVERBS_OF_PLACE
    ):
        return f"{said.subject} {said.verb} {with_article(thing(option))}"
    return placed(said, option)


def _from_where(match: Match, option: str) -> str:
    """From where does the smoke come: where does it come from."""
    said = stated_or_being(match)
    if said is None or is_statement(option):
        return ""
    return placed(replace(said, rest=f"{said.rest} {match['preposition'].lower()}".strip()), option)


def _whole_subject(match: Match, said: Clause) -> Clause:
    """Keep "in the blue jacket" with the girl: where she is, is asked, so that it is no place of hers."""
    if (
        said.verb not in BE
        or said.rest.split(" ")[0] not in PREPOSITIONS
        or said.rest.split()[-1] in PREPOSITIONS
    ):
        return said
    subject, tail = split_tail(match["rest"])
    return Clause(subject, said.verb, tail) if subject else said


def _when(match: Match, option: str) -> str:
    said = stated_or_being(match)
    echo = _ECHO.search(option)
    known = set(match["rest"].lower().split())
    if echo is not None and known.issuperset(echo[0].lower().split()):
        option = option[: echo.start()]  # "in 13 years they will be able to"
    return before_tail(said, time_of(option)) if said is not None else ""


def _what_day(match: Match, option: str) -> str:
    """What date or day did X happen: on that day, in that year."""
    said = stated_or_being(match)
    if (
        said is None
        or is_statement(option)
        or said.subject.lower() == "it"
        or stem(said.verb) in ("be", "show")
    ):
        return ""
    words = with_article(option) if not option[0].isdigit() else option
    if words.split(" ")[0].lower() in PREPOSITIONS | {"yesterday", "today", "tomorrow"}:
        return before_tail(said, words)
    return before_tail(said, f"{'on' if match['unit'].lower() in ('date', 'day') else 'in'} {words}")


def _what_time(match: Match, option: str) -> str:
    """What time did X leave: at the time that is named."""
    said = stated_or_being(match)
    if said is None or is_statement(option) or said.subject.lower() == "it":
        return ""
    if (
        stem(said.verb) in ("show", "say", "read", "tell", "display", "indicate", "be")
        or not option[0].isalnum()
    ):
        return ""
    words = re.sub(r"(?<=[ap])\.m$", ".m.", time_of(option))
    return before_tail(said, f"at {words}" if words[0].isdigit() else words)


def _how(match: Match, option: str) -> str:
    said = stated(match)
    words = thing(option)
    if said is not None and _DOES.search(said.verb):
        faring = " " not in words and (
            words.endswith("ly") or words in ("well", "good", "great", "fine", "better")
        )
        return f"{said.subject} {said.verb} {words} {said.rest}" if faring else ""
    if said is None:
        return ""
    if _FEELING.search(said.verb) and _is_no_feeling(words):
        return joined(match, option)
    if _FEELING.search(said.verb):
        felt = re.sub(r"^feel(?:s|ing)? |^felt ", "", words)
        return f"{said.subject} {said.verb} {felt} {said.rest}"
    core, tail = split_tail(said.rest)
    if is_statement(option) or is_event(words):
        about = re.fullmatch(r"(?:that )?(?:he|she|they|it) (?:feels?|felt) (?:about .+)", core)
        if about is not None:  # "how does she say she feels about spelling"
            return f"{said.subject} {said.verb} that {words} {tail}"
    if said.subject.lower() == "you" and stem(said.verb) in _OPINIONS and _FEELING.search(core):
        return f"{said.subject} {said.verb} {core} {words} {tail}"
    if _POSED.search(said.verb) and said.verb.split()[0] in BE and _is_posture(words):
        return before_tail(said, inflect(words, "gerund") if is_verb_phrase(words) else words)
    if is_statement(option) and stem(said.verb.split()[-1]) in (
        "describe",
        "summarize",
        "summarise",
        "characterize",
    ):
        return f"{said.text} like this: {words}"
    described = stem(said.verb.split()[-1]) in ("describe", "characterize", "characterise")
    if described and not _is_manner(words) and words.split()[0] not in ("as", "by", "in", "with", "using"):
        return before_tail(said, f"as {with_article(words)}")
    answered = _by_clause(said, words)
    if answered:
        return answered
    if stem(said.verb) in ("react", "respond") and form_of(words) == "third":
        words = option = inflect(words, "gerund")
        return before_tail(said, f"by {words}")
    means = by_means(option, passive=is_passive(said))
    return before_tail(said, means) if means == words else at_end(said, means)


def _by_clause(said: Clause, words: str) -> str:
    """A clause about the subject itself: "he braked in time" to avoid it; a reaction is what he did."""
    found = _ABOUT.match(words) or (words.lower().startswith(f"{said.subject.lower()} ") and words)
    if not found or (isinstance(found, re.Match) and not is_statement(words)):
        return ""
    done = found["done"] if isinstance(found, re.Match) else words[len(said.subject) + 1 :]
    core, tail = split_tail(said.rest)
    first, _, others = said.verb.partition(" ")
    if stem(said.verb) in _FINDING_OUT:
        return f"{said.text} because {words}"
    if stem(said.verb) == "react" and not core:
        return f"{said.subject} {done} {tail}"
    if (
        others
        or "not" in said.verb
        or form_of(first) is None
        or first in BE
        or stem(first) in ("look", "feel", "seem")
    ):
        return ""
    aim = f"{inflect(first, 'base', is_verb=True)} {core}".strip()
    return f"{said.subject} {done} to {aim} {tail}"


def _is_no_feeling(words: str) -> bool:
    """Tell whether an act stands where a feeling is asked for: "moves backward"."""
    first, _, rest = words.partition(" ")
    verb = form_of(first) in ("base", "third") and first not in ADJECTIVES and stem(first) != "feel"
    return verb and (bool(rest) or stem(first) not in NOUN_LIKE)


def _is_posture(words: str) -> bool:
    first = words.split(" ", maxsplit=1)[0]
    return (
        first in PREPOSITIONS
        or is_verb_phrase(words)
        or is_gerund(first)
        or is_state(words)
        or first.endswith("ly")
    )


def _state(match: Match, option: str) -> str:
    """How is the traffic: unlike "how is the car parked", it asks for nothing but the option."""
    said, words = stated_or_being(match), thing(option)
    if said is None or (clause(match["aux"], match["rest"]) and not _is_bare(said)):
        return ""
    if is_statement(option) or is_event(words):
        return words
    first = words.split(" ")[0]
    if form_of(first) == "third" and " " in words and base_of(first) not in NOUN_LIKE:  # "cleans up"
        return f"{match['rest']} {words}"
    if _is_manner(words):
        return joined(match, option)  # "the car was slowly" is none
    core, tail = split_tail(match["rest"])
    state = act(option, "gerund", "") if is_verb_phrase(words) and not is_state(words) else words
    return f"{core} {match['aux']} {state} {tail}"


def _is_manner(words: str) -> bool:
    return " " not in words and words.endswith("ly") and words not in ADJECTIVES and words not in _STATES


def _is_bare(said: Clause) -> bool:
    return said.verb in BE and said.rest.split(" ")[0] in PREPOSITIONS


RULES: tuple[Rule, ...] = (
    rule(rf"^why {AUX} (?P<rest>.+)\?$", _why),
    rule(
        r"^(?:how come|why is it that|what is the reason(?: that| why)?(?! for| of| behind)) (?P<said>.+)\?$",
        _why_statement,
    ),
    rule(rf"^why (?P<said>(?!(?:so|{'|'.join(AUXILIARIES)})\b)[\w]+ .+)\?$", _why_statement),
    rule(rf"^where {AUX} (?P<rest>.+)\?$", _where),
    rule(rf"^(?P<preposition>from|to) where {AUX} (?P<rest>.+)\?$", _from_where),
    rule(rf"^when {AUX} (?P<rest>.+)\?$", _when),
    rule(
        rf"^(?:on |in )?(?:what|which) (?P<unit>date|day|year|month|season) {AUX} (?P<rest>.+)\?$", _what_day
    ),
    rule(rf"^(?:at )?what time {AUX} (?P<rest>.+)\?$", _what_time),
    rule(rf"^how {AUX} (?P<rest>.+)\?$", _state),
    rule(rf"^how {AUX} (?P<rest>.+)\?$", _how),
)
