"""Questions that are described in other words: a bare verb behind "after", "true or false", a statement to judge."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, apply_rules, rule
from temadapter.descriptions.english.auxiliaries import AUXILIARIES
from temadapter.descriptions.english.inflection import (
    base_of,
    form_of,
    inflect,
    is_gerund,
    is_participle,
    stem,
)
from temadapter.descriptions.english.lexicon import ADJECTIVES, DETERMINERS, PARTICLES, PREPOSITIONS, PRONOUNS
from temadapter.descriptions.english.noun_phrases import is_plural
from temadapter.descriptions.english.option_types import is_state, is_verb_phrase
from temadapter.descriptions.english.verbs import NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import Match, joined

_NOUNS_OF_TIME = word_set("work practice race exercise crash play show lunch fight")
_BROKEN = "\0"
_BODY = word_set("arm arms hand hands head leg legs foot feet eye eyes face")
_WHEN = word_set("when while after before as during today now")
_LINKING = word_set("look feel seem get turn")
_GOING = word_set("go come fall")
_TRUTH = re.compile(
    r"^(?P<sign>true|false|yes|no|right|wrong|correct|incorrect)(?P<more>[,;:.] .+)?$", re.IGNORECASE
)
_WH = r"what|which|who|whom|whose|why|how|where|when"


def _bare_verb(match: Match, option: str) -> str:
    """Read "before turn head" as "before turning head", as TGIF-QA means it."""
    from temadapter.descriptions.rules import all_rules

    mended = _mended(match["tail"])
    if not mended:
        return ""
    if mended == _BROKEN:
        return joined(match, option)
    return apply_rules(all_rules(), f"{match['asked']} {match['link']} {mended}?", option)


def _mended(tail: str) -> str:
    first, _, rest = tail.partition(" ")
    second, _, last = rest.partition(" ")
    lower = first.lower()
    if lower in ("in", "on", "at") or (is_state(tail.lower()) and base_of(lower) is None):
        return f"being {tail}"  # "after in eye", "before asleep"
    if first[0].isupper():
        return ""  # "after Chase told her"
    if lower in _BODY and second in PARTICLES | PREPOSITIONS:
        return _BROKEN  # "before arm over shoulder" has no verb
    if form_of(lower) == "third" and (not rest or base_of(lower) not in NOUN_LIKE) and not _goes_on(second):
        return inflect(tail, "gerund")  # "after talks", "after sits low"
    if lower in _LINKING and second in ADJECTIVES:
        return inflect(tail, "gerund", is_verb=True)  # "before look excited"
    if form_of(lower) == "base" and not (
        lower in NOUN_LIKE and (_goes_on(second) or (lower in _NOUNS_OF_TIME and not rest))
    ):
        return inflect(tail, "gerund", is_verb=True)
    nounlike = form_of(lower) is None or lower in NOUN_LIKE
    noun = nounlike and lower not in DETERMINERS | PREPOSITIONS | PRONOUNS and not is_plural(lower)
    if noun and form_of(second) == "base" and second not in NOUN_LIKE - {"fall"} and not is_participle(lower):
        return f"the {first} {inflect(f'{second} {last}'.strip(), 'third')}"  # "before object fall"
    return ""


def _goes_on(word: str) -> bool:
    """Tell whether a finite verb follows, so that what stands before it is a noun: "after fire breaks out"."""
    goes_on = form_of(word) in ("third", "past") and word != "left"
    return goes_on or word in AUXILIARIES or word in _GOING


def _judged(match: Match, option: str) -> str:
    """Say that a statement is true, or that it is not."""
    answer = _TRUTH.match(option)
    said = uncapitalised(match["said"].strip(" .:;,"))
    if answer is None or not said:
        return ""
    so = answer["sign"].lower() in ("true", "yes", "right", "correct")
    return f"{said if so else f'it is not true that {said}'}{answer['more'] or ''}"


def _judged_if_statement(match: Match, option: str) -> str:
    said = match["said"]
    return (
        _judged(match, option)
        if is_statement(said) or re.search(r"\b(?:is|are|was|were|has|have)\b", said)
        else ""
    )


def _true_or_false(match: Match, option: str) -> str:
    """Take "true" and "false" for a yes and a no."""
    from temadapter.descriptions.rules import all_rules

    answer = _TRUTH.match(option)
    if answer is None or answer["sign"].lower() in ("yes", "no") or re.search(r"\bor\b", match[0]):
        return ""
    sign = "Yes" if answer["sign"].lower() in ("true", "right", "correct") else "No"
    return apply_rules(all_rules(), match[0], f"{sign}{answer['more'] or ''}")


def _wearing(match: Match, option: str) -> str:
    """Read "what are the people wearing red caps" as ActivityNet-QA means it: what are they doing."""
    who = match["who"].split(" wear", maxsplit=1)[1].removeprefix("ing ").split()
    words = uncapitalised(option)
    plain = who[: who.index("and")] if who[-3:] == ["tie", "their", "hair"] else who
    if any(word in ("is", "are", "and", "or") or is_gerund(word) for word in plain):
        return ""
    if who[0].lower() in PREPOSITIONS | _WHEN or (len(who) == 1 and not is_plural(who[0])):
        return ""  # "what is the man wearing on his head"
    if not (is_verb_phrase(words) or is_gerund(words.split()[0])) or is_plural(words):
        return joined(match, option)
    return f"{match['who']} {match['aux']} {inflect(words, 'gerund')}{match['tail'] or ''}"


def _without_auxiliary(match: Match, option: str) -> str:
    """Read "what they do after eating" as "what do they do after eating"."""
    from temadapter.descriptions.rules import all_rules

    return apply_rules(all_rules(), f"what {match['do']} {match['who']} do {match['rest']}?", option)


def _turned(match: Match, option: str) -> str:
    """Turn "what Sheldon said" and "what said Jake" into "what did he say"."""
    from temadapter.descriptions.rules import all_rules

    if not match["who"][:1].isupper():
        return ""
    return apply_rules(
        all_rules(), f"What did {match['who']} {stem(match['verb'])} {match['rest'].strip()}?", option
    )


def _no_verb(match: Match, option: str) -> str:
    """Join where a question has no verb that could be turned into a statement: "why the man on the right hitting"."""
    words = match["said"].lower().split()
    finite = any(
        word in AUXILIARIES
        or form_of(word) in ("third", "past", "base")
        or (word.endswith("ed") and is_participle(word))
        for word in words[1:]
    )
    return "" if finite else joined(match, option)


RULES: tuple[Rule, ...] = (
    rule(r"^(?P<said>[^?]+?)[.,:;]? (?:is (?:this|that|it) )?true or false\?$", _judged),
    rule(r"^(?:is it )?true or false(?: that)?[:,.]? (?P<said>.+)\?$", _judged),
    rule(r"^is it (?:true|correct|right) that (?P<said>.+)\?$", _judged),
    rule(
        rf"^(?!(?:{_WH}|{'|'.join(AUXILIARIES)})\b)(?!.*, (?:{_WH}|{'|'.join(AUXILIARIES)})\b)(?P<said>\w+ .+ .*\w)\?$",
        _judged_if_statement,
    ),
    rule(rf"^(?:{'|'.join(AUXILIARIES)}) .+\?$", _true_or_false),
    rule(
        r"^what (?P<aux>is|are) (?!.*\b(?:doing|do)\?$)(?P<who>(?:the )?(?:[\w-]+ )?"
        r"(?:people|person|man|men|woman|women|boys?|girls?|players?)"
        r"(?: in the video)? (?:(?:who )?(?:are |is )?wear(?:ing)?) (?:the |a |an )?[\w.-]+(?: [\w.-]+)*?"
        r"(?: and tie their hair)?)(?P<tail> (?:in|at|on) the (?:video|middle|beginning|end|court)\b.*)?\?$",
        _wearing,
    ),
    rule(
        r"^what (?P<who>\w+) (?P<verb>said|asked|told|wanted|thought|saw) (?P<rest>(?!on |in |at ).+)\?$",
        _turned,
    ),
    rule(
        r"^what (?P<who>they|he|she|it|people|the [\w ]+?) (?P<do>do|does|did)"
        r" (?P<rest>(?:after|before|when|while|at|in|with)\b.*)\?$",
        _without_auxiliary,
    ),
    rule(r"^what (?P<verb>said|asked|told|proposed) (?P<who>\w+)(?P<rest> .+)\?$", _turned),
    rule(r"^why (?P<said>(?:the|a|an|his|her|this|that) .+)\?$", _no_verb),
    rule(
        r"^(?P<asked>what .*\b(?:does|do|did|is|was|will|happens|happened)\b.*) (?P<link>after|before)"
        r" (?P<tail>[\w'-]+\b[^?]*)\?$",
        _bare_verb,
    ),
)
