"""What happens (to X), what is X's reaction: the option is a whole event, or what X does or suffers."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.answers import act
from temadapter.descriptions.english.auxiliaries import AUXILIARIES
from temadapter.descriptions.english.inflection import (
    PASTS,
    Form,
    base_of,
    form_of,
    gerund,
    inflect,
    is_gerund,
    is_participle,
    stem,
)
from temadapter.descriptions.english.lexicon import ADJECTIVES, COLOURS, DETERMINERS, PREPOSITIONS
from temadapter.descriptions.english.noun_phrases import head, is_others, is_plural, with_article
from temadapter.descriptions.english.option_types import LIVING, is_event, is_state, is_verb_phrase, thing
from temadapter.descriptions.english.pronouns import named
from temadapter.descriptions.english.slots import split_tail
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.rules.patterns import SETTLED, Match, being, joined

_WHO_ACTS = re.compile(r" (?:after|before|when|while|as|once) (?P<clause>(?:the|a|an|his|her) .+)")
_SOMEBODY = (
    "man|woman|boy|girl|lady|guy|person|child|dog|cat|camel|horse|chef|doctor|player|baby|kid|racer|goalkeeper"
    "|driver|athlete"
)
_WITHOUT_ENDING = re.compile(
    r"(?P<who> (?:after|before|when|while|as) (?:he|she|it|(?:the|a) (?:[\w-]+ )?"
    rf"(?:{_SOMEBODY})(?: in (?:the |a )?[\w-]+)?)) (?P<verb>[a-z]+)\b"
)
_POSE = re.compile(r"(?:hands?|arms?|legs?) (?:up|down|out)")
_TAIL = (
    r"(?P<tail>(?: (?:after|before|when|while|as|during|at|in|on|near|once|until|since|with|for|if|upon"
    r"|towards? the end|\d+|next|suddenly|first|last|then|to prevent|to avoid)\b.*)?)"
)
_HAPPEN = (
    r"(?P<verb>happens?|happened|occurs?|occurred|takes place|took place|(?:has|had|have) happened"
    r"|(?:will|would|might|could|may|can|should) (?:have )?happen(?:ed)?"
    r"|(?:is|was) (?:currently |now |still |just )?"
    r"(?:going to happen|about to happen|happening|taking place|going on|likely to happen))"
)


def _happens(match: Match, option: str) -> str:
    """What happened before the crash: the option is a whole event, or the name of one."""
    words, verb, tail = thing(option), match["verb"].lower(), match["tail"]
    if is_event(words, loose=True):
        return f"{words}{tail}"
    seen = _with_being(words, past=verb in ("happened", "occurred", "took place") or verb.startswith("was"))
    if seen:
        return f"{seen}{tail}"
    first, _, rest = words.lower().partition(" ")
    verb_first = (
        form_of(first) is not None and not is_gerund(first) and rest and not is_gerund(rest.split(" ")[0])
    )
    doer, does = _doer(tail)
    tail = _agreed(tail, verb)
    if doer and (verb_first or is_verb_phrase(words) or form_of(words) == "base"):
        in_past = verb == "happened" or form_of(does) == "past"
        form: Form = "past" if in_past else ("base" if is_plural(doer) else "third")
        return f"{doer} {inflect(words, form, is_verb=True)}{tail}"
    if is_verb_phrase(words) or (verb_first and not with_article(words).startswith(("a ", "an "))):
        acts = is_verb_phrase(words) or base_of(first) not in NOUN_LIKE  # not "lights on the stage blink"
        if verb in ("happens", "happened") and first not in ("be", "start") and acts:
            return f"someone {inflect(words, 'past' if verb == 'happened' else 'third', is_verb=True)}{tail}"
        words = inflect(words, "gerund", is_verb=True)
    return f"{with_article(words)} {verb}{tail}"


def _agreed(tail: str, verb: str) -> str:
    """Give the verb of a clause of time its ending: "before the chef make the omelet", "before he walk"."""
    found = _WITHOUT_ENDING.match(tail)
    if found is None or form_of(found["verb"]) != "base" or found["verb"] in LIVING:
        return tail
    done = inflect(found["verb"], "past" if verb == "happened" else "third")
    return f"{found['who']} {done}{tail[found.end() :]}"


def _with_being(words: str, *, past: bool) -> str:
    """Write "people are dancing" for "people dancing"; "" where nobody is seen doing something."""
    parts = words.split()
    at = next((i for i in range(1, min(len(parts), 4)) if is_gerund(parts[i])), 0)
    who = " ".join(parts[:at])
    if not at or who.split()[-1].lower() not in LIVING or form_of(parts[0]) not in (None, "base"):
        return ""
    if parts[at] in ("gathering", "outing", "training", "bonding") and at == len(parts) - 1:
        return ""
    return f"{who} {being(who, past=past)} {' '.join(parts[at:])}"


def _doer(tail: str) -> tuple[str, str]:
    """Return who acts in "after the person in red took the food", and the verb; "" where that is not plain."""
    found = _WHO_ACTS.match(tail)
    words = found["clause"].split() if found is not None else []
    if LIVING.isdisjoint(head(" ".join(words)).split()):  # "the butter melted" after nobody's act
        return "", ""
    for at in range(2, len(words)):
        word, before = words[at], words[at - 1]
        if word in AUXILIARIES:
            return "", ""  # "the gate was opened"
        barred = before in ADJECTIVES - COLOURS | PREPOSITIONS | DETERMINERS or word in PREPOSITIONS
        if not barred and (
            form_of(word) == "past"
            or word in PASTS
            or (form_of(word) == "base" and before in LIVING | COLOURS and word not in LIVING)
            or (form_of(word) == "third" and base_of(word) not in NOUN_LIKE and before not in COLOURS)
        ):
            return (" ".join(words[:at]), word) if not is_participle(before) else ("", "")
    return "", ""


def _happens_to(match: Match, option: str) -> str:
    """What happens to the baby: the option is what the baby does or suffers."""
    who, tail = split_tail(match["who"])
    words, verb = thing(option), match["verb"].lower().split()
    if _POSE.fullmatch(words) or words.startswith(("someone ", "somebody ", "nobody ")):
        return joined(match, option)  # to whom it happens would be lost
    if words.lower() in ("nothing happened", "nothing happens"):
        return f"{words} {match['preposition']} {who} {tail}"
    if is_event(words):
        return f"{named(who, words)} {tail}"
    first = words.split(" ")[0].lower()
    of_verb = form_of(first) is not None or is_gerund(first) or is_participle(first)
    if is_others(option) or not (of_verb or is_verb_phrase(words) or is_state(words)):
        return f"{with_article(words)} {' '.join(verb)} {match['preposition']} {who} {tail}"
    return f"{who} {_suffered(who, verb, words)} {tail}"


def _suffered(who: str, verb: list[str], words: str) -> str:
    """Write "falls", "fell", "will fall", "is falling", "might have fallen", as the question has "happen"."""
    first, last = words.split(" ", maxsplit=1)[0].lower(), verb[-1]
    passive = first in SETTLED or (is_participle(first) and words.split()[1:2] == ["by"])
    if last in ("happening", "on", "place"):
        stays = passive or is_state(words)
        done = words if stays else inflect(words, "gerund", is_verb=True)
        return f"{being(who, past=verb[0] == 'was')} {done}"
    form: Form
    if len(verb) == 1:
        past = last in ("happened", "occurred")
        form = "past" if past else ("base" if is_plural(who) else "third")
        before, be_form = [], being(who, past=past)
    else:
        form = "participle" if last == "happened" else "base"
        before, be_form = verb[:-1], "been" if form == "participle" else "be"
    return " ".join([*before, f"{be_form} {words}" if passive else act(words, form, be_form)])


def _reaction(match: Match, option: str) -> str:
    """What is X's reaction: the option is what X does about it."""
    words = thing(option)
    if is_statement(option):
        return uncapitalised(option)
    first = words.split()[0]
    if is_verb_phrase(words) or form_of(first) in ("third", "past"):
        words = gerund(stem(first)) + words[len(first) :]
    return f"{match['what']} {match['aux']} {words}"


RULES: tuple[Rule, ...] = (
    rule(rf"^what(?: else)? {_HAPPEN} (?P<preposition>to|with) (?P<who>.+)\?$", _happens_to),
    rule(rf"^what(?: else)? {_HAPPEN}{_TAIL}\?$", _happens),
    rule(rf"^(?:what|which) (?:event|thing|action)s? {_HAPPEN}{_TAIL}\?$", _happens),
    rule(r"^what (?P<aux>is|was) (?P<what>.+? (?:reaction|response)(?: .*)?)\?$", _reaction),
)
