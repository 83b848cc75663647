"""What does X do, what is X doing, what happens (to X): the option is an act or a whole event."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.answers import act
from temadapter.descriptions.english.auxiliaries import AUXILIARIES, BE, DO_FORMS
from temadapter.descriptions.english.clauses import clause
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
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    COLOURS,
    DETERMINERS,
    NOUN_FIRST,
    PARTICLES,
    PREPOSITIONS,
)
from temadapter.descriptions.english.noun_phrases import be, is_others, is_plural, was, with_article
from temadapter.descriptions.english.option_types import (
    LIVING,
    VERBS_TOO,
    is_deed,
    is_event,
    is_state,
    is_verb_phrase,
    thing,
)
from temadapter.descriptions.english.pronouns import named
from temadapter.descriptions.english.slots import split_tail
from temadapter.descriptions.english.subjects import agreeing_auxiliary
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import AUX, Match, joined

_CHAIN = re.compile(
    r"(?P<subject>.+?)(?P<chain>(?: (?:not|never|be|been|have|still|usually|currently|also|probably|always"
    r"|most likely|then"
    r"|(?:likely|trying|going|about|planning|supposed|able|preparing|attempting|expected|starting|wanting|hoping) to"
    r"|(?:want|wanted|need|have|like|start|begin|try|attempt|plan|intend|decide|love|prefer|continue|choose) to"
    r"|busy|seen|shown|continue|keep|start|stop))*)"
)
_FORMS: dict[str, Form] = {"do": "base", "doing": "gerund", "done": "participle"}
_IT = re.compile(r"(?<=\w) (?:it|them)(?= |$)")
_SETTLED = word_set("parked stopped seated dressed covered stuck stranded tied asleep busy")
_WHO_ACTS = re.compile(r" (?:after|before|when|while|as|once) (?P<clause>(?:the|a|an|his|her) .+)")
_WITH = re.compile(
    r"(?: next)? (?P<to>with|to) (?P<what>(?:the|a|an|his|her|their|its) [\w/-]+(?: [\w/-]+)?)"
    r"(?= next| after | before | when | while | as |$)"
)
_HANDLING = word_set(
    "take put throw open close hold tidy wash eat drink drop catch lift carry pick fold shake"
)
_WITHOUT_OBJECT = word_set(
    "smile walk talk wave point run go look listen speak sing jump bow laugh nod crawl come fall sit stand"
)
_N_TIMES = re.compile(r" \d+(?: or more than \d+)? times?| (?:once|twice)")
_TAIL = (
    r"(?P<tail>(?: (?:after|before|when|while|as|during|at|in|on|near|once|until|since|with|for|if|upon"
    r"|towards? the end|\d+|next|suddenly|first|last|then|to prevent|to avoid)\b.*)?)"
)
_HAPPEN = (
    r"(?P<verb>happens?|happened|occurs?|occurred|takes place|took place|(?:has|had|have) happened"
    r"|(?:will|would|might|could|may|can|should) (?:have )?happen(?:ed)?"
    r"|(?:is|was) (?:currently |now |still |just )?(?:going to happen|about to happen|happening|taking place|going on|likely to happen))"
)


def _do_what(match: Match, option: str) -> str:
    auxiliary, tail = match["aux"].lower(), match["tail"]
    parts = _CHAIN.fullmatch(match["who"])
    if parts is None:
        return ""
    if parts["subject"].endswith(" to"):
        said = clause(auxiliary, parts["subject"])
        if said and re.match(r"(?:not )?to ", thing(option)):
            return f"{said.removesuffix(' to')} {thing(option)}{tail}"
        return f"{said} {act(option, 'base', 'be')}{tail}" if said else ""
    subject, chain = parts["subject"].removeprefix("not "), parts["chain"].split()
    auxiliary = agreeing_auxiliary(auxiliary, subject)
    words = thing(option)
    if is_statement(option) or (is_event(words) and not is_verb_phrase(words)):
        told = _about_it(match, named(subject, words))
        return told + (_WITH.sub("", tail, count=1) if told.count(" it") < words.count(" it") else tail)
    handled = _handled(match, words)
    if handled:
        words, tail = handled, _WITH.sub(" ", tail, count=1).rstrip()
    form = _FORMS[match["do"].lower()]
    if auxiliary in DO_FORMS:
        form = "base" if chain and (chain[-1] == "to" or chain[0] == "not") else DO_FORMS[auxiliary]
        verbs = [auxiliary, *chain] if chain[:1] == ["not"] else _chained(chain, DO_FORMS[auxiliary])
        be_form = _be(subject, past=auxiliary == "did") if not chain else "be"
    else:
        verbs, be_form = [auxiliary, *chain], _be_of(auxiliary, chain, form)
    counted = _N_TIMES.fullmatch(tail) is not None
    done = (_counted if counted else _predicate)(words, form, be_form)
    if not counted and done == f"{inflect('do', form)} {words}" and not is_deed(words):
        return joined(match, option)
    return " ".join([subject, *verbs, done]) + tail


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
    stays = first in PREPOSITIONS or first in _SETTLED or (is_state(words) and not is_verb_phrase(words))
    return words if form == "gerund" and stays else act(words, form, be)


def _be(subject: str, *, past: bool) -> str:
    return was(subject) if past else be(subject)


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
    if doer and (verb_first or is_verb_phrase(words)):
        in_past = verb == "happened" or form_of(does) == "past"
        form: Form = "past" if in_past else ("base" if is_plural(doer) else "third")
        return f"{doer} {inflect(words, form, is_verb=True)}{tail}"
    if is_verb_phrase(words) or (verb_first and not with_article(words).startswith(("a ", "an "))):
        words = inflect(words, "gerund", is_verb=True)
    return f"{with_article(words)} {verb}{tail}"


def _with_being(words: str, *, past: bool) -> str:
    """Write "people are dancing" for "people dancing"; "" where nobody is seen doing something."""
    parts = words.split()
    at = next((i for i in range(1, min(len(parts), 4)) if is_gerund(parts[i])), 0)
    who = " ".join(parts[:at])
    if not at or who.split()[-1].lower() not in LIVING or form_of(parts[0]) not in (None, "base"):
        return ""
    if parts[at] in ("gathering", "outing", "training", "bonding") and at == len(parts) - 1:
        return ""
    return f"{who} {_be(who, past=past)} {' '.join(parts[at:])}"


def _doer(tail: str) -> tuple[str, str]:
    """Return who acts in "after the person in red took the food", and the verb; "" where that is not plain."""
    found = _WHO_ACTS.match(tail)
    words = found["clause"].split() if found is not None else []
    for at in range(2, len(words)):
        word, before = words[at], words[at - 1]
        if word in AUXILIARIES:
            return "", ""  # "the gate was opened"
        barred = before in ADJECTIVES - COLOURS | PREPOSITIONS | DETERMINERS or word in PREPOSITIONS
        if not barred and (
            form_of(word) == "past"
            or word in PASTS
            or (form_of(word) == "third" and base_of(word) not in NOUN_LIKE and before not in COLOURS)
        ):
            return (" ".join(words[:at]), word) if not is_participle(before) else ("", "")
    return "", ""


def _handled(match: Match, words: str) -> str:
    """Read "put down" as an answer to "with the broom": the person put down the broom."""
    found = _WITH.match(match["tail"])
    if found is None:
        return ""
    verb, *particles = words.split()
    if found["to"] == "to":
        return _handled_to(found["what"], words)
    if _IT.search(words) and form_of(verb) is not None:
        return _about_it(match, words)
    if stem(verb) not in _HANDLING or not all(word in PARTICLES for word in particles):
        return words if found["what"].split()[-1] in words.split() else ""
    return f"{words} {found['what']}"


def _about_it(match: Match, words: str) -> str:
    """Say what "it" is that somebody did something with: "threw it away" is "threw the soup away"."""
    found = _WITH.match(match["tail"])
    return words if found is None or found["to"] != "with" else _IT.sub(f" {found['what']}", words, count=1)


def _handled_to(what: str, words: str) -> str:
    """Read "closed", "put down" and "pet it" as answers to "what did X do to the book"."""
    verb, *others = words.split()
    if form_of(verb) in (None, "gerund"):
        return ""
    if (not others and stem(verb) not in _WITHOUT_OBJECT) or (
        stem(verb) in _HANDLING and all(word in PARTICLES for word in others)
    ):
        return f"{words} {what}"
    return (
        f"{verb} {what} {' '.join(others[1:])}".strip() if others[:1] in (["it"], ["him"], ["them"]) else ""
    )


def _happens_to(match: Match, option: str) -> str:
    """What happens to the baby: the option is what the baby does or suffers."""
    who, tail = split_tail(match["who"])
    words, verb = thing(option), match["verb"].lower().split()
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
    passive = first in _SETTLED or (is_participle(first) and words.split()[1:2] == ["by"])
    if last in ("happening", "on", "place"):
        stays = passive or is_state(words)
        done = words if stays else inflect(words, "gerund", is_verb=True)
        return f"{_be(who, past=verb[0] == 'was')} {done}"
    form: Form
    if len(verb) == 1:
        past = last in ("happened", "occurred")
        form = "past" if past else ("base" if is_plural(who) else "third")
        before, be_form = [], _be(who, past=past)
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
    rule(rf"^what(?: else)? {AUX} (?P<who>.+?) (?P<do>do|doing|done)\b(?P<tail>.*)\?$", _do_what),
    rule(
        r"^(?:what|which)(?: (?:kind|type) of)? (?:activity|activities|actions?|sports?|exercises?|tricks?|stunts?)"
        rf" {AUX} (?P<who>(?!being\b).+?) (?P<do>do|doing|done)\b(?P<tail>.*)\?$",
        _activity,
    ),
    rule(rf"^what(?: else)? {_HAPPEN} (?P<preposition>to|with) (?P<who>.+)\?$", _happens_to),
    rule(rf"^what(?: else)? {_HAPPEN}{_TAIL}\?$", _happens),
    rule(rf"^(?:what|which) (?:event|thing|action)s? {_HAPPEN}{_TAIL}\?$", _happens),
    rule(r"^what (?P<aux>is|was) (?P<what>.+? (?:reaction|response)(?: .*)?)\?$", _reaction),
)
