"""Event descriptions for the questions of SUTD-TrafficQA."""

from __future__ import annotations

import re
from collections.abc import Callable

from temadapter.descriptions.domains import load_rules
from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.noun_phrases import be, is_none, is_others, was, with_article
from temadapter.descriptions.english.wording import is_statement, uncapitalised

_ACRONYM = re.compile(r"\b(suv|cuv|pov|mpv)\b", re.IGNORECASE)
_NO_ACCIDENT = re.compile(r"^no accidents?$", re.IGNORECASE)
_MASS = re.compile(r"^(?:damage|demage|trees|greener|traffic|congestion)", re.IGNORECASE)


def _tidy(option: str) -> str:
    """Return an option for the middle of a sentence: "SUV / CUV" and "Suv or cuv" are written alike."""
    words = option.replace(" / ", " or ")
    words = words.lower() if re.match(r"^[A-Z][a-z]+ (?:or )?[A-Z][a-z]", words) else uncapitalised(words)
    return _ACRONYM.sub(lambda match: match[0].upper(), words)


def _vehicle(option: str) -> str:
    if is_others(option):
        return "another type of vehicle"
    if is_none(option):
        return "no vehicle"
    return "the POV car" if _tidy(option) == "POV car" else with_article(_tidy(option))


def _crash(option: str) -> str:
    if is_others(option):
        return "in another way"
    return f"in {with_article(_tidy(option))}"


def _event(option: str) -> str:
    if is_others(option):
        return "another type of accident"
    return _tidy(option) if _MASS.match(option) else with_article(_tidy(option))


def _thing(option: str) -> str:
    return "something else" if is_others(option) else _tidy(option)


def _phrase(write: Callable[[re.Match[str], str], str]) -> Callable[[re.Match[str], str], str]:
    """Leave options that are sentences by themselves ("No accident happened") as they are."""

    def phrase_or_statement(match: re.Match[str], option: str) -> str:
        if _NO_ACCIDENT.match(option):
            return "no accident happened"
        return uncapitalised(option) if is_statement(option) else write(match, option)

    return phrase_or_statement


def _improvement(match: re.Match[str], option: str) -> str:
    if is_statement(option):
        return f"{uncapitalised(option)} {match['aim']}"
    if option.lower() == "nothing to improve":
        return f"nothing can be improved in {match['thing']} {match['aim']}"
    way = "in another way" if is_others(option) else f"by {_tidy(option)}"
    return f"{match['thing']} can be improved {way} {match['aim']}"


def _no_accident_because(match: re.Match[str], option: str) -> str:
    link = "because" if is_statement(option) else "because of"
    reason = "for another reason" if is_others(option) else f"{link} {_tidy(option)}"
    return f"{match['event']} {reason}"


def _speed(match: re.Match[str], option: str) -> str:
    verb = "were" if re.search(r"moving|still|stopped", option, re.IGNORECASE) else "moved"
    return f"{match['who']} {verb} {_tidy(option)} before they crashed"


def _condition(match: re.Match[str], option: str) -> str:
    verb = "has" if re.match(r"(?:an?|some|no|few|many) ", option, re.IGNORECASE) else "is"
    return f"{match['thing']} {verb} {_tidy(option)} {match['when']}"


# Crossroads asks some of these questions, too, with options of its own.
_NOT_CROSSROADS = (
    r"^(?!no accident$|a (?:side|rear-end|left-turn) collision$"
    r"|the (?:red|blue|green|yellow|white|black) (?:car|bus|truck|motorcycle)\b)"
)

_FROM_NOUN = {"sun": "sunny", "rain": "rainy", "snow": "snowy", "fog": "foggy", "wind": "windy", "cloud": "cloudy",
              "storm": "stormy", "mist": "misty", "ice": "icy"}  # fmt: skip
_WEATHER = re.compile(
    r"^(?:an? |the )?(?P<noun>sun|rain|snow|fog|wind|cloud|storm|mist|ice)s?$", re.IGNORECASE
)
_SKY = re.compile(r"\b(?:sky|skies|clouds|day|sunshine|sunlight|rainfall|snowfall|storm)$", re.IGNORECASE)


def _weather(match: re.Match[str], option: str) -> str:
    """The weather is no thing: "a sun" is "sunny", "clear sky" is there."""
    where = match["where"] or ""
    found = _WEATHER.match(option)
    if found is not None:
        return f"the weather{where} is {_FROM_NOUN[found['noun'].lower()]}"
    if is_statement(option):
        return uncapitalised(option)
    if re.match(r"^(?:rain|snow|hail|sleet|drizzl)ing\b", option, re.IGNORECASE):
        return f"it is {uncapitalised(option)}{where}"
    words = uncapitalised(option)
    return f"there {be(words)} {with_article(words)}{where}" if _SKY.search(option) else ""


SHARED: tuple[Rule, ...] = (
    rule(
        r"^(?:(?:what|how) (?:is|was)|which|what(?: kind of| type of)?) (?:the )?weather"
        r"(?: is it| does the video show)?(?: conditions?)?(?: like)?"
        r"(?P<where> (?:in|on|at|during|outside)\b.*)?(?: like)?\?$",
        _weather,
    ),
    rule(
        r"\b(?:what|which)\b.*\breasons? (?:for|of|behind) (?P<event>.+)\?$",
        _phrase(lambda m, o: f"{_thing(o)} {be(_thing(o))} the reason for {m['event']}"),
        option=_NOT_CROSSROADS,
    ),
    rule(
        r"^(?:what|which) (?:type|kind) of accident (?P<verb>happened|occurred)(?P<where>.*)\?$",
        _phrase(lambda m, o: f"{_event(o)} {m['verb']}{m['where']}"),
        option=_NOT_CROSSROADS,
    ),
)
"""Rules for questions that Crossroads asks in the same words; they take only options that are not its own."""

_ACCIDENTS: tuple[Rule, ...] = (
    rule(r"^what are the main reasons (?:that|why) (?P<event>.+)\?$", _no_accident_because),
    rule(
        r"^what accident (?P<verb>is about to happen|will happen)(?P<where>.*)\?$",
        _phrase(lambda m, o: f"{_event(o)} {m['verb']}{m['where']}"),
    ),
    rule(r"^how will the vehicles? crash\?$", _phrase(lambda _, o: f"the vehicles will crash {_crash(o)}")),
    rule(r"^how did the vehicles? crash\?$", _phrase(lambda _, o: f"the vehicles crashed {_crash(o)}")),
    rule(
        r"^how much damage (?P<aux>will|did|do) the vehicles? receive(?: after (?:the )?collision)?\?$",
        _phrase(lambda m, o: f"the vehicles {_received(m['aux'])} {_tidy(o)} after the collision"),
    ),
    rule(r"^how fast did (?P<who>the vehicles .+?) move before they crash(?:ed)?\?$", _speed),
    rule(r"^what (?:is|was) the condition of (?P<thing>.+?) (?P<when>(?:after|before) .+)\?$", _condition),
    rule(
        r"\bremoved? from the videos?, there (?:won't|will not|would not|wouldn't) be an accident\?$",
        lambda _, o: f"if {_vehicle(o)} were removed from the video, there would be no accident",
    ),
    rule(r"^how can (?P<thing>.+?) be improved (?P<aim>to .+)\?$", _improvement),
    rule(
        r"^what is the surrounding environment like(?P<where>.*)\?$",
        lambda m, o: f"the surrounding environment{m['where']} is {_place(o)}",
    ),
)

_VEHICLES: tuple[Rule, ...] = (
    rule(
        r"^(?:what|which) (?:(?:types?|kinds?) of )?(?:vehicles?|cars?) (?:is|are|was|were) "
        r"(?P<rest>(?!(?:the|this|that|an?|it|he|she|they)\b)(?![^?]*, (?:the|an?) [^?]*\bor\b).+)\?$",
        lambda m, o: f"{_vehicle(o)} {_be_like(m[0], _vehicle(o))} {m['rest']}",
    ),
    rule(
        r"^(?:what|which) (?:(?:types?|kinds?) of )?(?:vehicles?|cars?) (?P<rest>(?:caused|will|hit) .+)\?$",
        lambda m, o: f"{_vehicle(o)} {m['rest']}",
    ),
)

_NO_ACCIDENT_HAPPENED: tuple[Rule, ...] = (
    rule(r"^(?:did|was|will|would|could|is|are)\b.*\baccident\b", lambda _, o: _only_no_accident(o)),
)

_PLACES = (
    "tunnel",
    "bridge",
    "highway",
    "city",
    "village",
    "forest",
    "intersection",
    "parking lot",
    "mountain",
)


def _place(option: str) -> str:
    words = _thing(option)
    return with_article(words) if words in _PLACES else words


def _received(auxiliary: str) -> str:
    return "will receive" if auxiliary.lower() == "will" else "received"


def _be_like(question: str, subject: str) -> str:
    past = re.search(r" (?:was|were) ", question, re.IGNORECASE)
    return was(subject) if past else be(subject)


def _only_no_accident(option: str) -> str:
    return "no accident happened" if _NO_ACCIDENT.match(option) else ""


RULES: tuple[Rule, ...] = (*_NO_ACCIDENT_HAPPENED, *load_rules("traffic"), *_ACCIDENTS, *_VEHICLES)
