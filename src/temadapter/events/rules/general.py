"""Event descriptions for any question in English: what the particular rules leave over.

Each rule is one shape of question. It writes "" where it cannot tell subject from predicate; the last rule
fits everything. How an option is worded in each shape is in `temadapter.events.answers`.
"""

from __future__ import annotations

import re

from temadapter.events.answers import by_means, happening, place, reason, subject, thing
from temadapter.events.clauses import AUXILIARIES, BE, DO_FORMS, clause
from temadapter.events.engine import Rule, apply_rules, rule
from temadapter.events.grammar import inflect, is_gerund
from temadapter.events.lexicon import PREPOSITIONS
from temadapter.events.phrases import is_none, is_plural, with_article
from temadapter.events.text import is_statement, uncapitalised, yes_no, yes_no_parts

Match = re.Match[str]
_AUX = rf"(?P<aux>{'|'.join(AUXILIARIES)})"
_BE = rf"(?P<aux>{'|'.join(BE)})"
_NOUN = r"(?:the|this|that|these|those|it|he|she|they|an?|any|my|your|his|her|its)\b"
_PREPOSITION = rf"(?P<preposition>(?:{'|'.join(sorted(PREPOSITIONS))}) )?"
_VERB = (
    r"(?P<verb>is|are|was|were|has|have|had|can|could|will|would|does|did|hit|came|went|ran|fell|\w+(?:s|ed))"
)
_TAIL = (
    r"(?P<tail>(?: (?:after|before|when|while|as|during|at|in|on|near|once|until|since|to|with|for|if|upon"
    r"|towards? the end|\d+|next)\b.*)?)"
)
_UNSURE = re.compile(
    r"^(?:unknown|unclear|not sure|maybe|unsure|can(?:not|'t) (?:tell|say))\b", re.IGNORECASE
)
_SINGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman"}


def _lead_in(match: Match, option: str) -> str:
    """Take a clause at the beginning ("Judging by its speed, ...") over and describe the rest."""
    rest = apply_rules(RULES[1:], match["rest"], option)
    return f"{match['lead']}, {uncapitalised(rest)}" if rest else ""


def _polar(match: Match, option: str) -> str:
    """Is, does, can ...: a yes or a no, or one of two things ("wet or dry")."""
    positive = clause(match["aux"], match["rest"])
    negative = clause(match["aux"], match["rest"], negative=True)
    if is_statement(option):
        return uncapitalised(option)
    if positive is None or negative is None:
        return ""
    if yes_no_parts(option) is not None:
        return yes_no(option, yes=positive, no=negative)
    return f"it is unknown whether {positive}" if _UNSURE.match(option) else _either(positive, option)


def _either(statement: str, option: str) -> str:
    """Write "the road is wet" for "the road is wet or dry" and "wet"; "" where the option is neither."""
    either = re.search(r"(?P<one>\S+) or (?P<other>.+)$", statement)
    if either is None:
        return ""
    named = option.lower() in either["other"].lower() or either["one"].lower() in option.lower()
    return f"{statement[: either.start()]}{thing(option)}" if named else ""


def _how_many(match: Match, option: str) -> str:
    auxiliary, rest = match["aux"].lower(), match["rest"]
    count = "no" if is_none(option) or option.lower() == "zero" else uncapitalised(option)
    single = count in ("one", "1")
    things = f"{count} {_singular(match['noun']) if single else match['noun']}"
    verb = {"are": "is", "were": "was"}.get(auxiliary, auxiliary) if single else auxiliary
    if rest.lower().startswith("there"):
        return f"there {verb} {things}{rest[5:]}"
    said = (
        clause(auxiliary, rest) if auxiliary and (auxiliary not in BE or match["noun"] == "times") else None
    )
    if said is None:
        return f"{things} {verb} {rest}"
    tail = re.search(r" (?:in|on|at|of) .*$", said)
    return f"{said[: tail.start()]} {things}{tail[0]}" if tail else f"{said} {things}"


def _singular(noun: str) -> str:
    words = noun.split()
    if is_plural(words[0]) or words[0] in _SINGULAR:
        words[0] = _SINGULAR.get(words[0], words[0].removesuffix("s"))
    elif is_plural(words[-1]):
        words[-1] = _SINGULAR.get(words[-1], words[-1].removesuffix("s"))
    return " ".join(words)


def _do_what(match: Match, option: str) -> str:
    """What does X do, what is X doing: the option is the verb."""
    auxiliary, who, tail = match["aux"].lower(), match["who"], match["tail"]
    if is_statement(option):
        return re.sub(r"^(?:it|he|she|they) ", f"{who} ", uncapitalised(option)) + tail
    if auxiliary in BE:
        act = inflect(thing(option), "gerund", is_verb=True)
        return f"{who} {auxiliary}{'' if act.split()[0].endswith('ing') else ' doing'} {act}{tail}"
    modal = "" if auxiliary in DO_FORMS else f"{auxiliary} "
    return f"{who} {modal}{inflect(thing(option), DO_FORMS.get(auxiliary, 'base'), is_verb=True)}{tail}"


def _clause_or_subject(match: Match) -> str:
    """Return the question's statement; "the cat is" where nothing but the option follows the subject."""
    said = clause(match["aux"], match["rest"])
    return said or (f"{match['rest']} {match['aux'].lower()}" if match["aux"].lower() in BE else "")


def _why(match: Match, option: str) -> str:
    said = _clause_or_subject(match)
    return f"{said} {reason(option)}" if said else ""


def _where(match: Match, option: str) -> str:
    said = _clause_or_subject(match)
    return place(said, option) if said else ""


def _how(match: Match, option: str) -> str:
    said = clause(match["aux"], match["rest"])
    return f"{said} {by_means(option)}" if said else ""


def _how_much(match: Match, option: str) -> str:
    said = clause(match["aux"], match["rest"])
    return f"{said} {thing(option)}" if said else ""


def _object(match: Match, option: str) -> str:
    """What did X hit, which car did X follow, in which direction does X go."""
    said = clause(match["aux"], match["rest"])
    ends_open = match["rest"].split()[-1].lower() in PREPOSITIONS or is_gerund(match["rest"].split()[-1])
    if not said or (match["aux"].lower() in BE and not ends_open and "preposition" not in match.groupdict()):
        return ""
    words = thing(option)
    preposition = (match.groupdict().get("preposition") or "").lower()
    bare = words.split(" ")[0].lower() in (
        *PREPOSITIONS,
        "north",
        "south",
        "east",
        "west",
        "left",
        "right",
        "straight",
    )
    words = words if bare else f"{preposition}{words}"
    return place(said, words) if said.split(" ")[-1] in PREPOSITIONS else f"{said} {words}"


def _equals(match: Match, option: str) -> str:
    """What is X, what colour is X: X is the option."""
    words = thing(option)
    return words if is_statement(option) else f"{match['what']} {match['aux'] or 'is'} {words}"


def _state(match: Match, option: str) -> str:
    """How is the traffic: unlike "how is the car parked", it asks for nothing but the option."""
    return "" if clause(match["aux"], match["what"]) else _equals(match, option)


def _kind(match: Match, option: str) -> str:
    said = f"{match['what']} {match['aux']} {with_article(thing(option))}"
    return "" if clause(match["aux"], match["what"]) else said


def _last_resort(match: Match, option: str) -> str:
    if is_statement(option) or not match["question"]:
        return uncapitalised(option)
    return f"{thing(option)} is the answer to the question {uncapitalised(match['question'])}"


RULES: tuple[Rule, ...] = (
    rule(
        r"^(?P<lead>(?:judging|based|according|depending|if|when|after|before|while|during|in|from|given)\b"
        r"[^,?]*), (?P<rest>.+)$",
        _lead_in,
    ),
    rule(rf"^{_AUX} (?P<rest>.+)\?$", _polar),
    rule(rf"^how many (?P<noun>.+?) {_AUX} (?P<rest>.+)\?$", _how_many),
    rule(r"^how many (?P<noun>\w+(?: of \w+)?)(?P<aux>) (?P<rest>.+)\?$", _how_many),
    rule(rf"^what {_AUX} (?P<who>.+?) (?:do|doing|done){_TAIL}\?$", _do_what),
    rule(rf"^why {_AUX} (?P<rest>.+)\?$", _why),
    rule(rf"^where {_AUX} (?P<rest>.+)\?$", _where),
    rule(rf"^how {_BE} (?P<what>{_NOUN}[^?]*)\?$", _state),
    rule(rf"^how {_AUX} (?P<rest>.+)\?$", _how),
    rule(rf"^(?:how \w+|when) {_AUX} (?P<rest>.+)\?$", _how_much),
    rule(rf"^(?:what|which) (?:kind|type|sort)s? of .+? {_BE} (?P<what>{_NOUN}.*)\?$", _kind),
    rule(rf"^(?:what|which) colou?rs? {_BE} (?P<what>.+)\?$", _equals),
    rule(rf"^what {_BE} (?P<what>.+?) like{_TAIL}\?$", "{what}{tail} {aux} {option}"),
    rule(
        r"^what (?P<verb>happens?|happened|(?:will|would|might|could) happen|is happening|is going on)"
        rf"{_TAIL}\?$",
        happening,
    ),
    rule(rf"^(?:what|who|whom) {_AUX} (?P<rest>.+)\?$", _object),
    rule(rf"^(?:what|who)(?:'s| {_BE}) (?P<what>{_NOUN}.*)\?$", _equals),
    rule(rf"^{_PREPOSITION}(?:what|which)(?: [\w-]+){{1,4}}? {_AUX} (?P<rest>{_NOUN}.*)\?$", _object),
    rule(rf"^(?:who|what|(?:which|what)(?P<noun>(?: [\w-]+){{1,4}}?)) {_VERB}(?P<rest> .+|)\?$", subject),
    rule(r"^(?P<question>.*)\?$", _last_resort),
)
