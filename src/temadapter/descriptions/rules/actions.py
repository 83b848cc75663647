"""What does X do, what is X doing, what happens (to X): the option is an act or a whole event."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.answers import act
from temadapter.descriptions.english.auxiliaries import BE, DO_FORMS
from temadapter.descriptions.english.clauses import clause
from temadapter.descriptions.english.inflection import (
    Form,
    form_of,
    inflect,
    is_gerund,
)
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    DETERMINERS,
    NOUN_FIRST,
    PREPOSITIONS,
)
from temadapter.descriptions.english.noun_phrases import owner
from temadapter.descriptions.english.option_types import (
    VERBS_TOO,
    is_deed,
    is_event,
    is_state,
    is_verb_phrase,
    thing,
)
from temadapter.descriptions.english.pronouns import is_about, named
from temadapter.descriptions.english.subjects import agreeing_auxiliary
from temadapter.descriptions.english.wording import is_statement
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.handling import WITH, WITHOUT_OBJECT, about_it, handled
from temadapter.descriptions.rules.patterns import AUX, SETTLED, Match, being, joined

_CHAIN = re.compile(
    r"(?P<subject>.+?)(?P<chain>(?: (?:not|never|be|been|have|still|usually|currently|also|probably|always"
    r"|most likely|then"
    r"|(?:likely|trying|going|about|planning|supposed|able|preparing|attempting|expected|starting|wanting|hoping) to"
    r"|(?:want|wanted|need|have|like|start|begin|try|attempt|plan|intend|decide|love|prefer|continue|choose) to"
    r"|busy|seen|shown|continue|keep|start|stop))*)"
)
_FORMS: dict[str, Form] = {"do": "base", "doing": "gerund", "done": "participle"}
_BESIDE = word_set(
    "pass move step drive stop play stay wait ride swim fly stroll swing jog sleep kneel lie hang lean drop"
)
_BY_SOMEBODY = re.compile(
    r"(?P<get>get )?(?P<verb>[a-z]+) (?P<rest>(?:[a-z]+ )?by (?:(?:a|an|the|another|two|other) )?"
    r"(?:man|woman|boy|girl|guy|person|people|lady|kid|child|dog|cat|bird|horse|ball|car|animal|monster|friend|others?"
    r"|puppies|dogs|cats|men|\w+ (?:man|woman|person|guy|dog|cat))(?: .*)?)"
)
_SAID_INTENT = re.compile(
    r"(?P<who>.+?) (?P<say>say|think|believe|claim|promise|hope|suggest|know) (?:that )?"
    r"(?P<then>(?:he|she|they|it|[A-Z]\w+) (?:will|would|can|could|should|might|may|must|has to|had to|needs to"
    r"|wants to|wanted to|is going to|was going to))"
)
_BODY_MOVES = re.compile(
    r"(?P<part>head|hand|arm|leg|foot|body|mouth|eye)"
    r" (?P<does>(?:lift|turn|drop|move|shake|spin|tilt|twitch|swing|open|close)\b.*)"
)
_WHAT_IT_IS = re.compile(
    r"^ that (?=(?:is|was|made|makes|has|had|caused|causes|upsets|upset|surprised|annoyed)\b)"
)
_POSE = re.compile(r"(?:hands?|arms?|legs?) (?:up|down|out)")
_N_TIMES = re.compile(r" \d+(?: or more than \d+)? times?| (?:once|twice)")


def _do_what(match: Match, option: str) -> str:
    auxiliary = match["aux"].lower()
    tail: str = _WHAT_IT_IS.sub(", which ", match["tail"])
    before, _, clause_of_time = match["who"].partition(" after ")
    if clause_of_time and form_of(before.split()[1] if " " in before else "") == "base":
        return ""  # "what did Rachel take after he said he could not do it"
    parts = _CHAIN.fullmatch(match["who"])
    if parts is None:
        return ""
    intent = _SAID_INTENT.fullmatch(parts["subject"] + parts["chain"])
    if intent is not None and auxiliary in DO_FORMS:  # "what does House say he will do"
        said = inflect(intent["say"], DO_FORMS[auxiliary], is_verb=True)
        return f"{intent['who']} {said} {intent['then']} {act(option, 'base', 'be')}{tail}"
    if parts["subject"].endswith(" to"):
        asked = clause(auxiliary, parts["subject"])
        if asked and re.match(r"(?:not )?to ", thing(option)):
            return f"{asked.removesuffix(' to')} {thing(option)}{tail}"
        return f"{asked} {act(option, 'base', 'be')}{tail}" if asked else ""
    subject, chain = parts["subject"].removeprefix("not "), parts["chain"].split()
    auxiliary = agreeing_auxiliary(auxiliary, subject)
    words = thing(option)
    if is_statement(option) or is_about(subject, option) or (is_event(words) and not is_verb_phrase(words)):
        words = option if is_about(subject, option) else words
        told = about_it(tail, named(subject, words))
        return told + (WITH.sub("", tail, count=1) if told.count(" it") < words.count(" it") else tail)
    done_with = handled(match["tail"], words)
    if done_with:
        words, tail = done_with, WITH.sub(" ", tail, count=1).rstrip()
    form = _FORMS[match["do"].lower()]
    if auxiliary in DO_FORMS:
        form = "base" if chain and (chain[-1] == "to" or chain[0] == "not") else DO_FORMS[auxiliary]
        verbs = [auxiliary, *chain] if chain[:1] == ["not"] else _chained(chain, DO_FORMS[auxiliary])
        be_form = being(subject, past=auxiliary == "did") if not chain else "be"
    else:
        verbs, be_form = [auxiliary, *chain], _be_of(auxiliary, chain, form)
    counted = _N_TIMES.fullmatch(tail) is not None
    moved = _BODY_MOVES.fullmatch(words)
    if moved is not None and auxiliary in DO_FORMS and not chain:  # "head lift up"
        return f"{owner(subject)} {moved['part']} {inflect(moved['does'], DO_FORMS[auxiliary], is_verb=True)}{tail}"
    if _POSE.fullmatch(words):
        return joined(match, option)  # "hands up" is no act of handing
    words = _passive(words) or words
    done = (_counted if counted else _predicate)(words, form, be_form)
    if not counted and done == f"{inflect('do', form)} {words}" and not is_deed(words):
        return joined(match, option)
    return " ".join([subject, *verbs, done]) + tail


def _do_how(match: Match, option: str) -> str:
    """How did the man do with his script, and the answer is an act: what did he do with it."""
    words = thing(option)
    if not (is_verb_phrase(words) or form_of(words.split()[0]) in ("third", "past")):
        return ""
    asked = re.sub("^how", "what", match.string, flags=re.IGNORECASE)
    return next((made.write(found, option) for made in RULES if (found := made.pattern.search(asked))), "")


def _passive(words: str) -> str:
    """Put back the participle that TGIF-QA has cut to its base: "lick by a cat", "get kiss by a dog"."""
    found = _BY_SOMEBODY.fullmatch(words)
    if found is None or form_of(found["verb"]) != "base" or found["verb"] in WITHOUT_OBJECT | _BESIDE:
        return ""
    done = inflect(found["verb"], "participle", is_verb=True)
    return f"{found['get'] or 'be '}{done} {found['rest']}"


def _chained(chain: list[str], form: Form) -> list[str]:
    """Return the verbs before the act in the form that "did" leaves for them: "tried to", "never wants to"."""
    adverbs = next((at for at, word in enumerate(chain) if word not in ADVERBS), len(chain))
    rest = " ".join(chain[adverbs:])
    return [*chain[:adverbs], inflect(rest, form, is_verb=True)] if rest else chain


def _counted(words: str, form: Form, be: str) -> str:
    """What is done so many times is an act, even if its first word is as often a noun: "form bubbles", "open"."""
    first, _, rest = words.partition(" ")
    second, last = rest.split(" ")[0], words.rsplit(" ", maxsplit=1)[-1]
    if first in VERBS_TOO and not rest:
        return inflect(words, form)
    if (
        first in ADJECTIVES | PREPOSITIONS | DETERMINERS
        or is_gerund(first)
        or (form_of(first) is None and is_deed(words))
    ):
        return _predicate(words, form, be)
    verb_is_later = (form_of(first) is None or first in NOUN_FIRST) and "base" in (
        form_of(second),
        form_of(last),
    )
    return _predicate(words, form, be) if verb_is_later else inflect(words, form, is_verb=True)


def _predicate(words: str, form: Form, be: str) -> str:
    first = words.split(" ", maxsplit=1)[0].lower()
    if first == "stuck" and words.split()[1:2] in (["out"], ["up"]):  # "stuck out its tongue"
        return inflect(f"stick{words[5:]}", form)
    stays = first in PREPOSITIONS or first in SETTLED or (is_state(words) and not is_verb_phrase(words))
    return words if form == "gerund" and stays else act(words, form, be)


def _be_of(auxiliary: str, chain: list[str], form: str) -> str:
    """Return the form of "be" that fits behind the verbs: nothing behind "is", "been" behind "have"."""
    if form == "gerund":
        return "" if auxiliary in BE or "be" in chain or "been" in chain else "be"
    return "been" if form == "participle" else "be"


def _activity(match: Match, option: str) -> str:
    """What activity is X doing: an act is what X does, the name of one is what X is doing."""
    first, _, rest = thing(option).partition(" ")
    named = is_gerund(rest.split(" ")[0])  # "rock climbing"
    return (
        _do_what(match, option) if is_gerund(first) or (is_verb_phrase(thing(option)) and not named) else ""
    )


RULES: tuple[Rule, ...] = (
    rule(rf"^what(?: else)? {AUX} (?P<who>.+?) (?P<do>do|doing|done)\b(?P<tail>.*)\?$", _do_what),
    rule(
        rf"^how {AUX} (?P<who>.+?) (?P<do>do) (?P<tail>(?:with|after|before|when|while|as)\b.*)\?$", _do_how
    ),
    rule(
        r"^(?:what|which)(?: (?:kind|type) of)? (?:activity|activities|actions?|sports?|exercises?|tricks?|stunts?)"
        rf" {AUX} (?P<who>(?!being\b).+?) (?P<do>do|doing|done)\b(?P<tail>.*)\?$",
        _activity,
    ),
)
