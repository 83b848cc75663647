"""How many, how much, how long, how old: questions for a number or a degree."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import AUXILIARIES, BE
from temadapter.descriptions.english.clauses import Clause, clause, parse
from temadapter.descriptions.english.inflection import form_of, inflect, stem
from temadapter.descriptions.english.noun_phrases import is_none, is_plural
from temadapter.descriptions.english.option_types import is_number, thing
from temadapter.descriptions.english.slots import before_tail, in_gap, split_tail
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import AUX, Match, agreeing, asks_for_subject, stated

_SINGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "buses": "bus"}
_ADVERB = re.compile(r"\b(?:once|twice|thrice|times?)$", re.IGNORECASE)
_NEVER = re.compile(r"^(?:never|not (?:once|at all|ever|even once))$", re.IGNORECASE)
_TAKING = ("take", "spend", "need", "require")
_MEASURED = word_set("long tall high deep wide")
_UNIT = re.compile(
    r"\b(?:(?:milli|centi|kilo)?met(?:re|er)s?|cm|mm|km|m|feet|foot|ft|inch(?:es)?|yards?|miles?|seconds?|minutes?|hours?|days?"
    r"|weeks?|months?|years?)$"
)
_SPAN = re.compile(r"\b(?:second|minute|hour|day|week|month|year)s?$")
_QUANTITY = re.compile(
    r"^(?:a lot|lots|a little|little|much|most|a large amount|a small amount|some|enough)$", re.IGNORECASE
)


def _how_many(match: Match, option: str) -> str:
    if is_statement(option):
        return uncapitalised(option)
    auxiliary, rest = match["aux"].lower(), match["rest"]
    if auxiliary in BE and (shown := re.match(r"this (?P<doing>\w+ing\b.*)", rest)) is not None:
        return f"this {auxiliary} {option.lower()} {match['noun']} {shown['doing']}"
    if auxiliary in ("is", "was") and not rest.startswith("there"):
        auxiliary, rest = _agreed(auxiliary, rest, option)
    count = "no" if is_none(option) or option.lower() in ("zero", "0") else uncapitalised(option)
    single = count in ("one", "1")
    things = f"{count} {_singular(match['noun']) if single else match['noun']}"
    times = match["noun"].lower() == "times"
    if times and _NEVER.match(count):
        return _never(match, count)
    first = match["noun"].split()[0]
    named = not {first.lower(), _singular(first).lower()}.isdisjoint(count.lower().split())  # "one day"
    if named or (times and _ADVERB.search(count)):
        things = count
    if rest.lower().startswith("there"):
        more = rest[5:]
        verb, gap, more = (
            (auxiliary, "", more) if not more.startswith(" be") else (auxiliary, " be", more[3:])
        )
        return f"there {agreeing(verb, 'it') if single else verb}{gap} {things}{more}"
    if auxiliary and not asks_for_subject(auxiliary, rest) and (said := parse(auxiliary, rest)) is not None:
        return before_tail(said, things) if match["noun"].split()[0] == "times" else in_gap(said, things)
    return _as_subject(things, auxiliary, rest, single)


def _agreed(auxiliary: str, rest: str, option: str) -> tuple[str, str]:
    """Mend "how many people is sitting there are talking" and "how many men is running"."""
    if re.match(r"\w+ing\b[^,]*? (?:are|were) \w", rest):
        return "", rest
    if is_none(option) or option.lower() in ("one", "1") or not asks_for_subject(auxiliary, rest):
        return auxiliary, rest
    return agreeing(auxiliary, "they"), rest


def _never(match: Match, count: str) -> str:
    """How many times, and the answer is "never" or "not at all"."""
    said = parse(match["aux"], match["rest"])
    if said is None:
        return ""
    if count.lower() != "never":
        denied = clause(match["aux"], match["rest"], negative=True)
        core, tail = split_tail(denied or "")
        return f"{core} {count[4:]} {tail}" if denied else ""
    first, _, others = said.verb.partition(" ")
    verb = f"{first} never {others}" if first in AUXILIARIES else f"never {said.verb}"
    return f"{said.subject} {verb} {said.rest}"


def _as_subject(things: str, auxiliary: str, rest: str, single: bool) -> str:
    if not single:
        return " ".join(f"{things} {auxiliary} {rest}".split())
    if auxiliary:
        return f"{things} {agreeing(auxiliary, 'it')} {rest}"
    first = rest.split(maxsplit=1)[0].lower()
    return f"{things} {inflect(rest, 'third') if form_of(first) == 'base' else rest}"


def _singular(noun: str) -> str:
    words = noun.split()
    for at in (0, -1):
        if is_plural(words[at]) or words[at] in _SINGULAR:
            words[at] = _SINGULAR.get(words[at]) or re.sub(r"(?<=[^aeiou])ies$", "y", words[at]).removesuffix(
                "s"
            )
            break
    return " ".join(words)


def _how_much(match: Match, option: str) -> str:
    said, noun = stated(match), (match["noun"] or "").strip()
    words = thing(option)
    if is_statement(option):
        return words
    if noun and is_none(option):
        words = f"no {noun}"
    elif (
        noun
        and noun not in words
        and re.match(r"(?:\d+|half|\w+ (?:litre|liter|cup|glass|bottle|kilo|gram|pound|spoon))", words)
    ):
        words = f"{words} of {'the ' if words == 'half' else ''}{noun}"
    if noun and _QUANTITY.match(words):
        words = f"{words} {'of ' if words.lower() in ('a lot', 'lots') or 'amount' in words else ''}{noun}"
    if said is None or (noun and asks_for_subject(match["aux"], match["rest"])):
        return f"{words} {noun if noun and noun not in words else ''} {match['aux']} {match['rest']}"
    return in_gap(said, words) if noun else before_tail(said, words)


def _degree(match: Match, option: str) -> str:
    """How long, how old, how fast: the degree stands behind the verb."""
    words, adjective, auxiliary = thing(option), match["degree"].lower(), match["aux"].lower()
    if is_statement(option):
        return words
    said = parse(auxiliary, match["rest"])
    if said is None and auxiliary not in BE:
        return ""
    if adjective == "old" and is_number(words) and not re.search(r"year|month|week|old", words):
        words = f"{words} years old"
    if said is None:
        core, tail = split_tail(match["rest"])
        measured = adjective in _MEASURED and is_number(words.removeprefix("about ")) and _UNIT.search(words)
        return f"{core} {auxiliary} {words} {adjective if measured else ''} {tail}"
    exact = re.sub(r"^(?:about|around|nearly|almost|roughly|over|less than|more than|at least) ", "", words)
    taken = stem(said.verb.split(" ")[-1]) in _TAKING
    if adjective == "long" and said.verb in BE and is_number(exact) and _SPAN.search(exact):
        words = f"for {words}"  # "how long is he in the water"
    if (
        adjective == "long"
        and said.verb not in BE
        and not taken
        and stem(said.verb) != "last"
        and (is_number(exact) or words.startswith("a few"))
    ):
        words = f"for {words}"
    if (
        adjective == "long"
        and said.verb not in BE
        and not taken
        and re.match(r"(?:an?|many|several|two|all) ", words)
    ):
        words = words if words.startswith("for ") else f"for {words}"
    if adjective == "far" and said.verb in BE:
        return f"{said.subject} {said.verb} {words} {said.rest}"
    return _taking(said, words) if adjective == "long" and taken else before_tail(said, words)


def _taking(said: Clause, words: str) -> str:
    """Write "it takes the man two minutes to cross"."""
    rest = said.rest.split()
    at = rest.index("to") if "to" in rest else len(split_tail(said.rest)[0].split())
    return " ".join([said.subject, said.verb, *rest[:at], words, *rest[at:]])


_DEGREES = (
    "long|far|fast|old|big|large|small|tall|high|deep|wide|heavy|often|quickly|slowly|well|hard|loud|close|dangerous"
    "|busy|crowded|young|short|thick|strong|narrow|bright|dark|cold|hot|likely|badly|careful|carefully|serious"
)
RULES: tuple[Rule, ...] = (
    rule(rf"^how many (?P<noun>.+?) {AUX} (?P<rest>.+)\?$", _how_many),
    rule(r"^how many (?P<noun>\w+(?: of (?:the )?\w+)?)(?P<aux>) (?P<rest>.+)\?$", _how_many),
    rule(rf"^how much(?P<noun> [\w -]+?)?? {AUX} (?P<rest>.+)\?$", _how_much),
    rule(rf"^how (?P<degree>{_DEGREES}) {AUX} (?P<rest>.+)\?$", _degree),
)
