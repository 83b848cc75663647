"""Questions of a word or two without a verb: "Why?", "What colour?", "How many people?", "The weather is?"."""

from __future__ import annotations

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.answers import by_means, placed, time_of
from temadapter.descriptions.english.auxiliaries import AUXILIARIES
from temadapter.descriptions.english.clauses import Clause
from temadapter.descriptions.english.lexicon import ATTRIBUTES
from temadapter.descriptions.english.noun_phrases import be, with_article
from temadapter.descriptions.english.option_types import is_event, is_verb_phrase, thing
from temadapter.descriptions.english.reasons import reason
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.rules.patterns import Match, joined

_NO_VERB = rf"(?!.*\b(?:{'|'.join(AUXILIARIES)})\b)"
_ATTRIBUTES = "|".join(sorted(ATTRIBUTES))


def _one_word(match: Match, option: str) -> str:
    asked, words = match["asked"].lower(), thing(option)
    if asked == "why":
        return f"it is {reason(option, 'it', 'is')}"
    if is_statement(option) or is_event(words):
        return uncapitalised(option)
    if asked == "where":
        return placed(Clause("it", "is", ""), option)
    if asked == "when":
        return f"it is {time_of(option)}"
    if asked == "how":
        return f"it is {by_means(option)}"
    if is_verb_phrase(words):
        return joined(match, option)
    plural = be(words) == "are" and asked in ("who", "what", "which")
    return f"{'they are' if plural else 'it is'} {with_article(words)}"


def _how_many(match: Match, option: str) -> str:
    things = (match["things"] or "").strip()
    count = uncapitalised(option)
    if is_statement(option):
        return count
    single = count in ("one", "1", "a single one")
    return f"there {'is' if single else 'are'} {count} {'' if things in count else things}"


def _attribute(match: Match, option: str) -> str:
    """The colour of the car? The car's colour is the option."""
    words = thing(option)
    if is_statement(option) or is_event(words):
        return words
    return f"the {uncapitalised(match['what'])} is {words}"


def _open_end(match: Match, option: str) -> str:
    """The weather is ...: the option goes on."""
    words = thing(option)
    return words if is_statement(option) else f"{match['said']} {with_article(words)}"


RULES: tuple[Rule, ...] = (
    rule(
        r"^(?:and )?(?P<asked>why|who|where|when|how|what|which|which one|who else|what else)\?$", _one_word
    ),
    rule(r"^how many(?P<things>(?: [\w-]+){0,2})\?$", _how_many),
    rule(
        rf"^(?:(?:what|which)(?: is)? |the )?(?P<what>{_NO_VERB}(?:{_ATTRIBUTES})(?: (?:of|in) [\w' -]+)?)\?$",
        _attribute,
    ),
    rule(
        rf"^(?!(?:what|which|who|whom|whose|why|how|where|when|{'|'.join(AUXILIARIES)})\b)"
        r"(?P<said>[\w' -]+ (?:is|are|was|were))\?$",
        _open_end,
    ),
)
