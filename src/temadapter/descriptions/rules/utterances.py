"""What somebody says or asks: words of his own stand in quotation marks, others in a clause with "that"."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import AUXILIARIES
from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.inflection import form_of, stem
from temadapter.descriptions.english.lexicon import DETERMINERS, PREPOSITIONS
from temadapter.descriptions.english.names import is_name
from temadapter.descriptions.english.option_types import is_event, is_verb_phrase, thing
from temadapter.descriptions.english.pronouns import is_about
from temadapter.descriptions.english.slots import in_gap, split_tail
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import AUX, Match, asks_for_subject, stated

_SAYING = word_set("say tell ask yell shout scream reply answer whisper announce exclaim respond warn")
_THAT = word_set(
    "learn claim believe think know discover reveal explain mention notice realize realise suggest admit confess"
)
_CLAIMING = word_set(
    "say tell think believe claim suggest announce reveal guess mention know suppose hope feel"
)
_OWN_WORDS = re.compile(
    r"\b(?:i|i'm|i'll|i've|i'd|me|my|we|we're|us|our|you|your|you're|let's)\b", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:what|who|where|when|why|how|which|is|are|do|does|did|can|could|will|would|have|has|yes|no|hey|hi|hello|thanks"
    r"|thank|please|ok|okay|well|sorry|oh|wow|nothing much|good (?:morning|night|luck|job))\b",
    re.IGNORECASE,
)
_CLAUSE_ALREADY = re.compile(
    r"(?:that|if|whether|about|to|not to|for|how to|why|where|who|what)\b", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:he|she|they|it)\b", re.IGNORECASE)
_SAYS_AGAIN = re.compile(
    r"(?:he|she|they|it) (?:says?|said|tells?|told|asks?|asked|yells?|yelled)\b", re.IGNORECASE
)
_QUOTED = re.compile("[\"\u201c']")


def _said(match: Match, option: str) -> str:
    """What did X say to Y: the words themselves, or what they come to."""
    if asks_for_subject(match["aux"], match["rest"]):
        return ""
    said = stated(match)
    verb = stem(said.verb.split()[-1]) if said is not None else ""
    if said is None or verb not in _SAYING | _THAT or " to " in f" {said.verb} " or _asks_within(said):
        return ""
    again = _ABOUT.match(option) is not None and stem([*option.split(), ""][1]) == verb
    if is_about(said.subject, option) or _SAYS_AGAIN.match(option) or again:
        return ""
    if verb in _SAYING and _QUOTED.match(option):
        return in_gap(said, option)
    clause = is_statement(option) or is_event(thing(option))
    if verb in _SAYING and _is_own_words(option, verb, clause=clause):
        return in_gap(said, f'"{option}"')
    if clause and not _CLAUSE_ALREADY.match(option):
        core, tail = split_tail(said.rest)
        return " ".join([said.subject, said.verb, core, "that" if core else "", _told(option), tail])
    return ""


def _told(option: str) -> str:
    """Return a sentence behind "that", where a name keeps its capital: "Kripke is an idiot"."""
    first = option.split(maxsplit=1)[0]
    return option if is_name(first) and not first.endswith(("ing", "s")) else uncapitalised(option)


def _is_own_words(option: str, verb: str, *, clause: bool) -> bool:
    """Tell whether an option is what is said, word for word: "I am tired", "Where is the dog", "Go away"."""
    if _ABOUT.match(option) and clause:
        return False
    if _OWN_WORDS.search(option) and (clause or " " in option):
        return not _CLAUSE_ALREADY.match(option) or option.lower().startswith(("what", "why", "where", "who"))
    opening = _OPENING.match(option) is not None and not option.lower().startswith(("what to", "how to"))
    if opening:
        return verb != "tell" or clause or "," in option
    shouted = verb in ("yell", "shout", "scream", "exclaim") and option[:1].isupper() and not clause
    if shouted and option.split(maxsplit=1)[0].lower() not in DETERMINERS | PREPOSITIONS:
        return not _CLAUSE_ALREADY.match(option)
    command = verb in ("say", "yell", "shout", "scream", "reply", "exclaim") and is_verb_phrase(thing(option))
    return command or (verb == "ask" and clause)


def _asks_within(said: Clause) -> bool:
    """Tell whether the question asks for a part of what is said: "what does he say he wants"."""
    core = split_tail(said.rest)[0].lower().split()
    return (
        any(word in AUXILIARIES or form_of(word) in ("third", "past") for word in core[:5])
        or "to" in core[1:4]
    )


def _within(match: Match, option: str) -> str:
    """Who does X say killed the victim: the option is the subject of what X says."""
    said = stated(match)
    if said is None or stem(said.verb.split()[-1]) not in _CLAIMING:
        return ""
    who = said.rest.removeprefix("that ").split(" ")[0].lower()
    if who in ("he", "she", "they", "it") and option.lower().startswith(f"{who} "):
        return f"{said.subject} {said.verb} {uncapitalised(option)} {split_tail(said.rest)[1]}"
    if is_statement(option):
        return ""
    if is_about(said.subject, option):
        return ""
    words = said.rest.removeprefix("that ").split()
    at = _gap_before_verb(words)
    if at is None:
        return ""
    named = (
        option
        if option[:1].isupper() and option.replace(" ", "").isalpha() and option.istitle()
        else thing(option)
    )
    return " ".join([said.subject, said.verb, *words[:at], named, *words[at:]])


def _gap_before_verb(words: list[str]) -> int | None:
    """Return where a statement lacks its subject: at "was missing", behind "he discovered"."""
    if not words:
        return None
    if _is_finite(words[0].lower()):
        return 0
    second = 2 if words[0].lower() in DETERMINERS and len(words) > 2 else 1
    pair = words[second : second + 2]
    both = len(pair) == 2 and form_of(pair[0].lower()) in ("past", "third") and pair[1].lower() in AUXILIARIES
    return second + 1 if both else None


def _is_finite(word: str) -> bool:
    return word in AUXILIARIES or form_of(word) in ("past", "third")


_NOUN = r"(?: [\w'-]+){0,3}?"
RULES: tuple[Rule, ...] = (
    rule(rf"^(?:who|what|which){_NOUN} {AUX} (?P<rest>.+)\?$", _within),
    rule(rf"^what {AUX} (?P<rest>.+)\?$", _said),
)
