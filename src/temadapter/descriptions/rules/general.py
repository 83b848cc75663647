"""Event descriptions for any question in English: what the particular rules leave over.

Each rule is one shape of question. It writes "" where it cannot tell subject from predicate; the last rule
fits everything. How an option is worded in each shape is in `temadapter.descriptions.english.answers`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from temadapter.descriptions.engine import Rule, apply_rules, rule
from temadapter.descriptions.english.inflection import base_of, form_of
from temadapter.descriptions.english.noun_phrases import is_unsure, with_article
from temadapter.descriptions.english.option_types import thing
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, repaired, uncapitalised, yes_no_parts
from temadapter.descriptions.faithfulness import keeps, keeps_denial
from temadapter.descriptions.rules import (
    actions,
    attributes,
    choices,
    circumstances,
    entities,
    events,
    fragments,
    polar,
    repairs,
    rewordings,
    statements,
    subjects,
    utterances,
)
from temadapter.descriptions.rules import quantities as amounts
from temadapter.descriptions.rules.patterns import Match, joined

_LEAD = (
    r"^(?P<lead>(?:judging|based|according|depending|if|when|after|before|while|during|in|from|given|at|as|without|once|taking|considering|regarding|throughout|over|by|with|since|despite|within)\b"
    r"[^,?]*), (?P<rest>.+)$"
)
_GROUND = r"^(?P<lead>(?:judging|based) (?:by|from|on) [^?]+?),? (?P<rest>(?:what|where|who|how|why|which|when)\b.+)$"
_LEAD_WITHOUT_COMMA = (
    r"^(?P<lead>(?:when|after|before|while|as) [^,]+?)"
    r" (?P<rest>(?:what|how|who|where|why) (?:is|are|was|were|do|does|did|will|would|can|could)\b.+?)"
    r"(?: after| before|)\?$"
)
_BLANK = r"(?P<blank>_{2,}|\[(?:mask|blank)\]|<(?:mask|blank)>|(?<=\s)(?:\.{3,}|…))"
_CAPTION = (
    r"^(?:which|what)(?: of (?:the|these)(?: following)?)? "
    r"(?:captions?|sentences?|descriptions?|statements?|options?|texts?)\b.*\b(?:describ|match|fit|correspond|best|right|correct|true|belong)"
)

_FELT = re.compile(
    r"\b(?:why|feel|feels|felt|feeling|look|looks|looked|seem|seems|reacts?|reacted)\b", re.IGNORECASE
)
_TWO_VERBS = re.compile(r"\b(?:is|are|was|were|be|been|being) (?P<verb>\w+s)\b", re.IGNORECASE)
_TWO_AUXILIARIES = re.compile(
    r"\b(?:does|do|did|is|was|are|were) (?:does|did|is|was|are|were|has|had)\b", re.IGNORECASE
)
_FEELING = re.compile(r"(?:un|not )(?:sure|certain)", re.IGNORECASE)


def _lead_in(match: Match, option: str) -> str:
    """Take a clause at the beginning ("Judging by its speed, ...") over and describe the rest."""
    from temadapter.descriptions.rules import all_rules

    rest = apply_rules(all_rules(), match["rest"], option)
    if ": " in rest and rest.lower().startswith(match["rest"].split(" ")[0].lower()):
        return ""
    return f"{match['lead']}, {uncapitalised(rest)}" if rest else ""


def _blank(match: Match, option: str) -> str:
    """Fill the gap in "The man is ____"."""
    words = thing(option)
    return f"{match.string[: match.start()]}{words}{match.string[match.end() :].rstrip('?')}"


def _itself(match: Match, option: str) -> str:  # noqa: ARG001 (a writer gets the match, too)
    return uncapitalised(option)


def _shown(match: Match, option: str) -> str:
    """What does the video show: a caption shows it, a statement stands for itself."""
    return (
        uncapitalised(option)
        if is_statement(option)
        else f"{match['video']} shows {with_article(thing(option))}"
    )


def _nobody_knows(match: Match, option: str) -> str:
    """What is it, and the answer is "unknown": no thing of that name, unless a feeling is asked for."""
    felt = is_unsure(option) and _FELT.search(match[0]) and _FEELING.match(option)
    return joined(match, option) if is_unsure(option) and not felt else ""


def _last_resort(match: Match, option: str) -> str:
    """Join question and option safely: nothing is lost and nothing is made up."""
    why = re.match(r"(?:why|how|where|when)\b", match["question"], re.IGNORECASE) is not None
    lost = why or not keeps_denial(match["question"], option, option)
    if (is_statement(option) and not lost) or not match["question"].strip(" ?.!:,"):
        return uncapitalised(option)
    return joined(match, option)


def _keeps_all(question: str, option: str, written: str) -> bool:
    return (
        keeps(option, written)
        and keeps_denial(question, option, written)
        and not _clashes(question, option, written)
    )


def _clashes(question: str, option: str, written: str) -> bool:
    """Tell whether two finite verbs have met that did not stand so before: "is cleans up", "does did"."""
    met = _TWO_AUXILIARIES.search(written)
    if met is not None and met[0].lower() not in f"{option} {question}".lower():
        return True
    return any(
        form_of(pair["verb"].lower()) == "third"
        and base_of(pair["verb"]) not in NOUN_LIKE
        and pair[0] not in option
        and pair[0] not in question
        for pair in _TWO_VERBS.finditer(written)
    )


def _checked(made: Rule) -> Rule:
    """Let a rule see apostrophes where they belong, and drop what it writes where words of the option are missing."""

    def write(match: Match, option: str) -> str:
        text = repaired(option)
        written = made.write(match, text)
        if not written or yes_no_parts(text) is not None:  # a yes or a no may turn a "not" round
            return written
        return written if _keeps_all(match.string, text, written) else ""

    return replace(made, write=write)


_GENERAL: tuple[Rule, ...] = (
    rule(_LEAD, _lead_in),
    rule(_GROUND, _lead_in),
    rule(_LEAD_WITHOUT_COMMA, _lead_in),
    rule(_BLANK, _blank),
    rule(_CAPTION, _itself),
    rule(
        r"^what (?:does|do) (?P<video>(?:the|this) (?:video|clip|scene|gif|picture|film)) (?:show|depict)\?$",
        _shown,
    ),
    *fragments.RULES,
    *choices.RULES,
    *polar.RULES,
    rule(r"^(?:.+ )?(?:what|which|who|whom|whose|why|how|where|when)\b.*\?$", _nobody_knows),
    *repairs.RULES,
    *utterances.RULES,
    *statements.RULES,
    *amounts.RULES,
    *actions.RULES,
    *events.RULES,
    *circumstances.RULES,
    *attributes.RULES,
    *entities.RULES,
    *subjects.RULES,
)
RULES: tuple[Rule, ...] = (
    *rewordings.RULES,
    *map(_checked, _GENERAL),
    rule(r"^(?P<question>.*)\?$", _last_resort),
)
