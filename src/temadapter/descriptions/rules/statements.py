"""Options that are sentences by themselves ("Where was Ross when Joey came in?" + "He was on the sofa.")."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import BE
from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.inflection import stem
from temadapter.descriptions.english.lexicon import PREPOSITIONS
from temadapter.descriptions.english.option_types import is_event, thing
from temadapter.descriptions.english.pronouns import PRONOUN_FIRST, fits, is_about, named
from temadapter.descriptions.english.slots import in_gap, split_tail, stranded
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import AUX, Match, asks_for_subject, joined, stated_or_being

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
_TOPIC = re.compile(
    r"about (?P<what>(?:the|his|her|their|a|an) (?:[\w'-]+ )??[\w'-]+)(?: |$)(?=when|after|before|while|as|$)"
)
_IT = re.compile(r" (?:it|they|he|she) ")
_DOING = re.compile(r"\b(?:do|doing|done|happen(?:s|ed|ing)?)\b")
_WITH_CLAUSE = re.compile(r" (?:that|which) [a-z]+(?:ed|s)?\b")
_MANNER = word_set("feel react respond act behave look seem appear sound")
_WORD = re.compile(r"[\w']+")


def _told(match: Match, option: str) -> str:
    """Keep what the question says beside the sentence: of whom it is, and when."""
    words, auxiliary, rest = uncapitalised(option), match["aux"].lower(), match["rest"]
    if _DOING.search(split_tail(rest)[0]):
        return ""
    if asks_for_subject(auxiliary, rest):
        return _with_tail(words, split_tail(rest)[1]) if _is_sentence(option) else ""
    said = stated_or_being(match)
    own = said is not None and is_about(said.subject, option)
    if said is None or not (own or _is_sentence(option)):
        return ""
    if auxiliary in BE and _WITH_CLAUSE.search(split_tail(rest)[0]):
        return joined(match, option)  # "that bombed" would be lost
    if auxiliary in BE and _ABSTRACT.match(rest.lower()):
        return f"{rest} {auxiliary} that {words}"
    verb = stem(said.verb.split()[-1])
    if stranded(said) and not own:  # "nervous about" + a sentence
        return f"{in_gap(said, 'this')}: {words}"
    if verb in _CONCLUDING:
        return f"{said.text} that {words}"
    if verb in _TAKING_A_CLAUSE and not own and not _says_again(verb, words):
        return ""
    beside, told = _beside(said, verb, words), named(said.subject, option if own else words)
    if own and beside.startswith("to ") and " that " in told:  # "suggests to Penny that"
        core, tail = split_tail(beside)
        return _with_tail(told.replace(" that ", f" {core} that ", 1), tail)
    parts = told.split(" ")
    if (
        beside.startswith("about ")
        and not own
        and len(parts) > 2
        and stem(parts[-len(words.split()) + 1]) == verb == "say"
    ):
        core, tail = split_tail(beside)
        at = len(parts) - len(words.split()) + 2
        return _with_tail(
            f"{' '.join(parts[:at])} {core} that {' '.join(parts[at:]).removeprefix('that ')}", tail
        )
    topic = _TOPIC.match(beside)
    if topic is not None and _IT.search(told):  # "he thought it was ugly" about the dress
        told, beside = _IT.sub(f" {topic['what']} ", told, count=1), beside[topic.end() :]
    return _with_tail(told, beside)


def _told_how(match: Match, option: str) -> str:
    """How did Monica react, and the answer is "She was shocked": what she did is told with its time."""
    said = stated_or_being(match)
    if said is None or stem(said.verb.split()[-1]) not in _MANNER:
        return ""
    if not is_about(said.subject, option):
        if PRONOUN_FIRST.match(option) is None:
            return ""
        if not fits(said.subject, option):
            return joined(match, option)
    core, tail = split_tail(said.rest)
    if core.startswith("to ") or core.split(" ")[0] in ("when", "seeing", "watching"):
        return f"{said.text}: {uncapitalised(option)}"  # "he reacts to the man: he cries"
    return _with_tail(named(said.subject, option), tail)


def _told_of_subject(match: Match, option: str) -> str:
    """Who opened the door when it rang: "Ross opened the door" is told with its time."""
    if _DOING.search(split_tail(match["rest"])[0]):
        return ""
    core = split_tail(match["rest"])[0].lower()
    told = option[:1].isupper() and is_event(thing(option)) and not is_statement(option)
    told = told or option.lower().endswith(f" {core}")
    return _with_tail(uncapitalised(option), split_tail(match["rest"])[1]) if told else ""


def _is_sentence(option: str) -> bool:
    return is_statement(option) or (option[:1].isupper() and is_event(thing(option)))


def _says_again(verb: str, words: str) -> bool:
    """Tell whether "he tells him to sit down" answers "what does he say"."""
    parts = words.split()
    return PRONOUN_FIRST.match(words) is not None and (stem(parts[1]) in ("tell", "ask", "say", verb))


def _beside(said: Clause, verb: str, words: str) -> str:
    """Return what the question says beside the sentence: its time, and "in his hand" where the verb is the same."""
    core, tail = split_tail(said.rest)
    spoken = words.lower().split()
    again = any(stem(word) == verb or (len(verb) > 3 and word[:3] == verb[:3]) for word in spoken)
    if again and core.split(" ")[0] in PREPOSITIONS and core.split()[-1] not in PREPOSITIONS:
        return f"{core} {tail}".strip()
    _, found, more = core.partition(f" {spoken[-1]} ")
    return f"{more} {tail}".strip() if again and found else tail


def _with_tail(words: str, tail: str) -> str:
    """Add what the question says of the time, unless the sentence says it already."""
    known = {word.lower() for word in _WORD.findall(words)}
    told = all(word.lower() in known for word in _WORD.findall(tail))
    return words if told else f"{words} {tail}"


_CLAUSE_WORD = "happen|after |before |when |while "
_NOUN = rf"(?: (?!of |{_CLAUSE_WORD})[\w'-]+(?: (?!{_CLAUSE_WORD})[\w'-]+){{0,3}}?)??"
RULES: tuple[Rule, ...] = (
    rule(rf"^(?:what|who|whom|which|where|when|how many){_NOUN} {AUX} (?P<rest>.+)\?$", _told),
    rule(rf"^how {AUX} (?P<rest>.+)\?$", _told_how),
    rule(r"^(?:who|what|which) (?P<rest>.+)\?$", _told_of_subject),
)
