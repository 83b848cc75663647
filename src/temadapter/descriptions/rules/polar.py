"""Questions that a yes or a no answers, or one of two things ("wet or dry")."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import BE
from temadapter.descriptions.english.clauses import clause, parse
from temadapter.descriptions.english.indefinites import some_or_none
from temadapter.descriptions.english.inflection import BASES
from temadapter.descriptions.english.lexicon import ADJECTIVES, DETERMINERS, PREPOSITIONS, PRONOUNS
from temadapter.descriptions.english.noun_phrases import is_unsure, with_article
from temadapter.descriptions.english.option_types import is_event, is_number, thing
from temadapter.descriptions.english.slots import before_tail, split_tail
from temadapter.descriptions.english.subjects import relative_at
from temadapter.descriptions.english.wording import is_statement, uncapitalised, yes_no, yes_no_parts
from temadapter.descriptions.rules.patterns import AUX, Match, joined

_OR_NOT = re.compile(r",? or (?:not|no)$", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|never|cannot)\b", re.IGNORECASE)
_NO_OWNER = (
    "with|in|of|the|a|an|his|her|their|has|have|having|wearing|brushing|combing|cutting|washing|drying|dyeing|touching"
    "|holding|styling|curling|or|and"
)
_SHADE = "long|short|curly|straight|black|blonde?|yellow|white|brown|golden|red|gr[ae]y|dark|pink|blue"
_HAIR = re.compile(
    rf"(?P<who>(?:the|a|an|this) .*\b(?!(?:{_NO_OWNER})\b)[\w-]+)"
    rf" (?P<hair>(?:(?:{_SHADE}) ){{1,2}}hair(?: or (?:[a-z]+ )?hair)?)(?: in the video)?$"
)
"""Who "is long hair" has it."""

_SECOND_VERB = re.compile(
    r"(?P<who>(?:the|a) [^,]+?) (?P<verb>is|are|was|were|does|did)"
    r" (?P<more>(?:\w+ing|outdoor|sports|gymnastics)\b.*)"
)
_PARTLY = re.compile(r"(?:only|partly|partially|mostly|sometimes|rarely|often) ?", re.IGNORECASE)
_NO_ONE = re.compile(r"(?:no|nobody|nothing|none)\b", re.IGNORECASE)
_ANY = re.compile(r"\bany(?:one|body|thing|where)?\b(?: [\w-]+)*")
_LINKED = (
    "once",
    "twice",
    "always",
    "often",
    "several",
    "many",
    "only",
    "just",
    "because",
    "but",
    "so",
    "since",
    "as",
    "if",
    "due",
    "when",
    "while",
    "and",
    "although",
)


def _polar(match: Match, option: str) -> str:
    """Is, does, can ...: a yes or a no, or one of two things."""
    if is_statement(option):
        return uncapitalised(option)
    rest = _OR_NOT.sub(
        "", match["rest"].removeprefix("not ")
    )  # "isn't it ...?" asks the same as "is it ...?"
    auxiliary, rest = _one_verb(match["aux"].lower(), rest)
    auxiliary = _meant(auxiliary, rest)
    said = parse(auxiliary, rest)
    positive = said.text if said else _is_a(auxiliary, rest, "")
    negative = clause(auxiliary, rest, negative=True) or _is_a(auxiliary, rest, " not")
    hair = _HAIR.match(rest) if auxiliary in ("is", "are") else None
    if hair is not None and "hair" not in hair["who"]:
        verb = "has" if auxiliary == "is" else "have"
        positive = f"{hair['who']} {verb} {hair['hair']}"
        negative = f"{hair['who']} {'does' if verb == 'has' else 'do'} not have {hair['hair']}"
    if not positive or not negative:
        return ""
    if yes_no_parts(option) is not None:
        if _NO_ONE.match(positive) or (said and _DENIED.search(said.verb)):
            return _denied(match, positive, option)
        return yes_no(option, yes=_asserted(positive), no=negative, link=_link(option))
    if option.lower().startswith("no ") and f" any {option[3:].lower()}" in f" {rest.lower()}":
        return negative  # "are there any cars" + "no cars"
    if said and _PARTLY.match(option):
        return before_tail(said, uncapitalised(option))
    return unsure(option, positive) if is_unsure(option) else _either(positive, option)


def _one_verb(auxiliary: str, rest: str) -> tuple[str, str]:
    """Mend "does the person are surfing" and "does the person wearing shorts does sports"."""
    found = _SECOND_VERB.fullmatch(rest) if auxiliary in ("does", "do", "did") else None
    if found is None:
        return auxiliary, rest
    if found["verb"] in ("do", "does", "did"):
        return auxiliary, f"{found['who']} do {found['more']}"
    return {"are": "is"}.get(found["verb"], found["verb"]), f"{found['who']} {found['more']}"


def _meant(auxiliary: str, rest: str) -> str:
    """Return "is" for "does" where no verb follows but an adjective: "does the girl's dance successful"."""
    words = rest.lower().split()
    if auxiliary not in ("does", "did", "do") or words[-1] not in ADJECTIVES or len(words) < 3:
        return auxiliary
    first = 2 if words[0] in DETERMINERS else 1
    verb = any(
        word in BASES
        and word not in ("woman", "man")
        and not words[at - 1].endswith("'s")
        and words[at - 1] not in DETERMINERS | PREPOSITIONS
        for at, word in enumerate(words[:-1])
        if at >= first
    )
    return auxiliary if verb else {"does": "is", "did": "was", "do": "are"}[auxiliary]


def _asserted(statement: str) -> str:
    """Say "something" for "anything" and drop "ever" where a yes asserts it, but not in a condition."""
    main, link, condition = re.split(r"( (?:if|unless|before|than|because) |$)", statement, maxsplit=1)
    main = re.sub(r" ever\b", "", main)
    return _ANY.sub(lambda found: some_or_none(found[0], negative=False), main) + link + condition


def _denied(match: Match, positive: str, option: str) -> str:
    """Does it never, is nobody ...: a no denies the whole; behind a plain "not" a yes and a no mean either thing."""
    if re.search(r"\bnot\b", positive):
        return joined(match, option)
    return yes_no(option, yes=positive, no=f"it is not true that {positive}", link=_link(option))


def _link(option: str) -> str:
    """Return what joins a yes to what follows it: "Yes, two" gives no reason."""
    reason = (yes_no_parts(option) or (True, ""))[1]
    first = reason.split(" ")[0].lower()
    if first in PREPOSITIONS - set(_LINKED) and (yes_no_parts(option) or (False, ""))[0]:
        return " "  # "Yes, by two pallets"
    number = is_number(reason) and len(reason.split()) <= 3 and not is_event(reason, loose=True)
    return ", " if number or first in _LINKED else ", because "


def unsure(option: str, statement: str) -> str:
    """Write that nobody knows whether something is so, in the words of the option.

    >>> unsure("Maybe", "it is raining"), unsure("I do not know", "it is raining")
    ('maybe it is raining', 'I do not know whether it is raining')
    """
    words = option.lower()
    if words in ("maybe", "perhaps", "possibly"):
        return f"{words} {statement}"
    if words == "not sure":
        return f"it is unknown whether {statement}"
    if words.startswith("i "):
        return f"{option} whether {statement}"
    if words.startswith("can"):
        return f"one {words} whether {statement}"
    return f"whether {statement} is {words}"


def _is_a(auxiliary: str, rest: str, negation: str) -> str:
    """Read "is" and "this a bus" or "is" and "anyone there" as well as can be."""
    words = rest.split()
    if auxiliary.lower() not in BE or len(words) < 2 or relative_at(words, 1) is not None:
        return ""
    at = 2 if words[0].lower() in DETERMINERS - PRONOUNS and len(words) > 2 else 1
    return f"{' '.join(words[:at])} {auxiliary.lower()}{negation} {' '.join(words[at:])}"


def _either(statement: str, option: str) -> str:
    """Write "the road is wet" for "the road is wet or dry" and "wet"; "" where the option is neither."""
    before, found, after = statement.partition(" or ")
    if not found:
        return ""
    right, tail = split_tail(after)
    words = thing(option)
    left = before.split()
    if words.lower() in right.lower():
        left = left[: -len(right.split())] or left[:-1]
        if left and words.split()[0].lower() in DETERMINERS and left[-1].lower() in DETERMINERS:
            left = left[:-1]
        if right.split(maxsplit=1)[0].lower() in ("a", "an"):
            words = with_article(words)
        return " ".join([*left, words, tail])
    first, _, more = after.partition(" ")
    if first.lower() in PREPOSITIONS and words.lower() in PREPOSITIONS:  # "before or after the alarm"
        return f"{before} {more}" if before.lower().endswith(words.lower()) else ""
    return f"{before} {tail}" if before.lower().endswith(words.lower()) else ""


def _plain_choice(match: Match, option: str) -> str:
    """Name the right one of "..., A or B?" where the question has no verb of its own."""
    return f"it is {with_article(thing(option))}" if option.lower() in match[0].lower() else ""


RULES: tuple[Rule, ...] = (
    rule(rf"^{AUX} (?P<rest>.+)\?$", _polar),
    rule(r"^(?:an?|the)? ?[\w-]+ or (?:an?|the)? ?[\w-]+\?$", _plain_choice),
)
