"""Options that are sentences by themselves ("Where was Ross when Joey came in?" + "He was on the sofa.")."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import BE
from temadapter.descriptions.english.inflection import stem
from temadapter.descriptions.english.noun_phrases import pronoun
from temadapter.descriptions.english.option_types import is_event, thing
from temadapter.descriptions.english.slots import split_tail
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import AUX, Match, asks_for_subject, stated_or_being

_ABSTRACT = re.compile(
    r"^(?:(?:the|a|an|his|her|its|their|c's|\w+'s) )?(?:[\w-]+ ){0,3}?"
    r"(?:relation|relationship|behaviou?r|goal|objective|purpose|aim|reason|problem|focus|theme|message|result|outcome"
    r"|motivation|intention|significance|strategy|difference|point|cause|idea|pattern|role|challenge|consequence)s?\b"
)
_CONCLUDING = word_set("deduce infer conclude assume observe notice discern")
_TAKING_A_CLAUSE = word_set(
    "say tell yell ask think mean claim know learn accuse believe want see suggest reveal explain shout read call hear"
    " reply answer whisper announce mention find discover notice show"
)
_ABOUT = re.compile(r"(?P<who>he|she|they|it)\b", re.IGNORECASE)
_DOING = re.compile(r"\b(?:do|doing|done|happen(?:s|ed|ing)?)\b")
_REACTION = re.compile(r"(?P<who>.+?)(?:'s|(?<=s)') (?:reaction|response|expression)\b")
_WORD = re.compile(r"[\w']+")


def _told(match: Match, option: str) -> str:
    """Keep what the question says beside the sentence: of whom it is, and when."""
    words = uncapitalised(option)
    if not _is_sentence(option) or _DOING.search(match["rest"]):
        return ""
    auxiliary, rest = match["aux"].lower(), match["rest"]
    if asks_for_subject(auxiliary, rest):
        return _with_tail(words, split_tail(rest)[1])
    said = stated_or_being(match)
    if said is None:
        return ""
    if auxiliary in BE and _ABSTRACT.match(rest.lower()):
        return f"{rest} {auxiliary} that {words}"
    verb = stem(said.verb.split()[-1])
    if verb in _CONCLUDING:
        return f"{said.text} that {words}"
    if verb in _TAKING_A_CLAUSE and not words.lower().startswith(f"{said.subject.lower()} "):
        return ""
    return _with_tail(_naming(said.subject, words), split_tail(rest)[1])


def _told_of_subject(match: Match, option: str) -> str:
    """Who opened the door when it rang: "Ross opened the door" is told with its time."""
    if _DOING.search(match["rest"]):
        return ""
    named = option[:1].isupper() and is_event(thing(option)) and not is_statement(option)
    return _with_tail(uncapitalised(option), split_tail(match["rest"])[1]) if named else ""


def _is_sentence(option: str) -> bool:
    return is_statement(option) or (option[:1].isupper() and is_event(thing(option)))


def _naming(subject: str, words: str) -> str:
    """Say who "he" is, where the question knows."""
    found = _ABOUT.match(words)
    if found is None or not subject:
        return words
    who = found["who"].lower()
    reacting = _REACTION.match(subject)
    subject = reacting["who"] if reacting else subject
    named = subject[:1].isupper() and " " not in subject and who in ("he", "she")
    fits = named or pronoun(subject) == who or (who == "they" and " and " in subject)
    return f"{subject}{words[found.end() :]}" if fits else words


def _with_tail(words: str, tail: str) -> str:
    """Add what the question says of the time, unless the sentence says it already."""
    known = {word.lower() for word in _WORD.findall(words)}
    told = all(word.lower() in known for word in _WORD.findall(tail))
    return words if told else f"{words} {tail}"


_CLAUSE_WORD = "happen|after |before |when |while "
_NOUN = rf"(?: (?!of |{_CLAUSE_WORD})[\w'-]+(?: (?!{_CLAUSE_WORD})[\w'-]+){{0,3}}?)??"
RULES: tuple[Rule, ...] = (
    rule(rf"^(?:what|who|whom|which|where|when|how many){_NOUN} {AUX} (?P<rest>.+)\?$", _told),
    rule(r"^(?:who|what|which) (?P<rest>.+)\?$", _told_of_subject),
)
