"""Who and what does something, whose it is: the option takes the place of the subject."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import BE, DO
from temadapter.descriptions.english.clauses import parse
from temadapter.descriptions.english.inflection import PASTS, form_of, inflect
from temadapter.descriptions.english.lexicon import ADJECTIVES, ADVERBS, COLOURS, DETERMINERS, NOT_MANNER
from temadapter.descriptions.english.names import NAMES, is_name
from temadapter.descriptions.english.noun_phrases import is_none, is_plural, owner, takes_plural, with_article
from temadapter.descriptions.english.option_types import is_event, is_state, is_verb_phrase, thing
from temadapter.descriptions.english.slots import in_gap
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.rules.patterns import Match, agreeing, asks_for_subject, finite_at, joined

_NAMED = (
    "city",
    "country",
    "state",
    "town",
    "language",
    "brand",
    "company",
    "continent",
    "village",
    "band",
    "show",
)
_ACTING = re.compile(r"(?:ist|er|or|man|woman|ian|ant|ent|ee|body|cop)$")
_KIND = re.compile(r"^(?:kind|type|sort|style|size|length)s? of (?P<noun>.+)$")


def with_noun(option: str, noun: str) -> str:
    """Return the option with the noun it needs: "a blue shirt" for "what colour shirt" and "blue"."""
    words = thing(option)
    bare = words.lower().split()
    coloured = re.match(r"colou?r(?:ed)? (?P<noun>(?!of\b).+)", noun)
    what = coloured["noun"] if coloured else noun
    kind = _KIND.match(noun)
    if kind is not None and is_state(words) and len(bare) <= 2 and bare[-1] in ADJECTIVES:
        return with_article(f"{words} {kind['noun']}")  # "long hair"
    if what.split()[-1:] in (["hand"], ["side"], ["arm"], ["leg"], ["foot"], ["eye"]) and bare in (
        ["left"],
        ["right"],
    ):
        return f"the {words} {what}"
    only = all(word in COLOURS or word in ("and", "or", "light", "dark") for word in bare)
    if what and only and (coloured or not re.search(r"colou?r", noun)) and what.split()[-1] not in bare:
        return f"{words} {what}" if coloured else f"the {words} {what}"
    return words


def as_subject(option: str, words: str, noun: str, verb: str, rest: str) -> str:
    """Who caused it, which car is responsible: the option takes the place of the question word."""
    if is_statement(option):
        return uncapitalised(option)
    if is_none(option):
        words = (
            f"no {noun}"
            if noun and not re.match(r"of\b|\w+ of\b", noun)
            else "no one"
            if not noun
            else "none " + noun
        )
    if is_event(words) and re.search(r"\b(?:is|are|was|were|has|have|had)\b", words):
        return words  # "Monica was holding the phone"
    if is_verb_phrase(words) and (" " in words or words not in NOUN_LIKE):
        words = inflect(words, "gerund")
    told = words if _is_told_name(option, words) or names_a_place(noun, option) else with_article(words)
    one_of = f"{noun}, " if noun.startswith("of ") and not is_none(option) else ""
    return f"{one_of}{option if names_a_place(noun, option) else told} {agreeing(verb, words)} {rest}"


def names_a_place(noun: str, option: str) -> bool:
    """Tell whether an option is the name of a city, a language, a brand: "Paris" takes no article."""
    named = noun.split()[-1:] and noun.rsplit(maxsplit=1)[-1] in _NAMED
    return bool(named) and option[:1].isupper() and option.split(maxsplit=1)[0].lower() not in DETERMINERS


def _is_told_name(option: str, words: str) -> bool:
    return words == option and option[:1].isupper()


def _finite(match: Match, option: str) -> str:
    """Which vehicle stopped first, who clapped, what never falls: the verb follows without an auxiliary."""
    words = match["rest"].split()
    who = match["wh"].lower() == "who"
    at = finite_at(words, 0)
    if at is None or (
        words[at].lower() in DO and words[at + 1 : at + 2] and words[at + 1].lower() in DETERMINERS
    ):
        return ""
    start = at
    while start and _is_adverb(words[start - 1]):  # "never falls" is no kind of thing that falls
        start -= 1
    if who and start:
        return ""
    words[at] = _agreeing_form(words[at], option, who=who)
    noun = " ".join(words[:start]).lower().removeprefix("else").strip()
    if noun.endswith((" and", " or")):  # "what lips and folds arms"
        return joined(match, option)
    verb, rest = " ".join(words[start : at + 1]), " ".join(words[at + 1 :])
    named = who and is_name(option) and (NAMES.search(match.string) or not _ACTING.search(option))
    return as_subject(option, option if named else with_noun(option, noun), noun, verb, rest)


def _agreeing_form(verb: str, subject: str, *, who: bool) -> str:
    """Return the verb of the question as the option wants it: "who win" and "the girl", "what falls" and "cups"."""
    form = form_of(verb)
    if who and form == "base" and verb not in PASTS and not is_plural(subject):
        return inflect(verb, "third")
    return inflect(verb, "base") if form == "third" and takes_plural(subject) else verb


def _is_adverb(word: str) -> bool:
    return word.lower() in ADVERBS or (word.endswith("ly") and word.lower() not in NOT_MANNER)


def _whose(match: Match, option: str) -> str:
    words = match["rest"].split()
    if is_statement(option):
        return uncapitalised(option)
    at = finite_at(words, 1)
    if at is None:
        return ""
    noun, verb, rest = " ".join(words[:at]), words[at].lower(), " ".join(words[at + 1 :])
    name = f"{owner(option if is_name(option) else thing(option))} {noun}"
    if (
        not rest
        or asks_for_subject(verb, rest)
        or verb not in (*BE, "did", "does", "do", "has", "have", "will", "can")
    ):
        return f"{name} {verb} {rest}"
    said = parse(verb, rest)
    return in_gap(said, name) if said and said.verb not in BE else f"{rest} {verb} {name}"


RULES: tuple[Rule, ...] = (
    rule(r"^whose (?P<rest>.+)\?$", _whose),
    rule(r"^(?P<wh>who|what|which) (?P<rest>.+)\?$", _finite),
)
