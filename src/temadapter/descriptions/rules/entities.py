"""What, which, who and whose: the option is a thing or a person, as subject, as object or as what something is."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import AUXILIARIES, BE
from temadapter.descriptions.english.clauses import Clause, parse
from temadapter.descriptions.english.inflection import (
    base_of,
    form_of,
    inflect,
    is_gerund,
    is_participle,
    stem,
)
from temadapter.descriptions.english.lexicon import (
    ADVERBS_OF_PLACE,
    ATTRIBUTES,
    COLOURS,
    PREPOSITIONS,
)
from temadapter.descriptions.english.names import NAMES, OWNED_BY_NAME, is_name
from temadapter.descriptions.english.noun_phrases import (
    head,
    with_article,
)
from temadapter.descriptions.english.option_types import LIVING, is_event, is_state, is_verb_phrase, thing
from temadapter.descriptions.english.slots import in_gap, split_tail, stranded
from temadapter.descriptions.english.verbs import CATENATIVES, NOUN_LIKE
from temadapter.descriptions.english.wording import is_statement, uncapitalised
from temadapter.descriptions.english.words import words as word_set
from temadapter.descriptions.rules.patterns import (
    AUX,
    PREPOSITION,
    Match,
    agreeing,
    asks_for_subject,
    is_passive,
    joined,
)
from temadapter.descriptions.rules.subjects import as_subject, names_a_place, with_noun

_PLAIN_OBJECT = word_set(
    "say says said read reads mean means meant think thinks cost costs weigh call called"
)
_SPEAKING = word_set("say tell yell shout reply answer whisper think believe claim explain mention announce")
_OBJECT_IS_A_THING = word_set(
    "adjust hold carry push pull drive ride throw catch kick use open close eat drink cut fix"
)
_SIDES = word_set("top bottom front back")
_TWO_STATEMENTS = re.compile(r",? then (?:he|she|it|they) |^(?:the|a) \w+ \w+ing .* and (?:is|are) \w+ing$")
_FROM_TO = re.compile(
    r"(?:the )?(?P<one>\w+)(?: (?:side|end))? to (?:the )?(?P<two>\w+)(?: (?:side|end))?", re.IGNORECASE
)
_NOUN = r"(?P<noun>(?: [\w'/-]+){1,7}?)"
_THIS_DOING = re.compile(
    r"this (?P<doing>(?!doing\b)\w+ing (?:the|a|an|some|people|his|her|its|their|together|around|in|on|up|down)\b.*)$"
)
_INTRANSITIVE = word_set("laugh smile sit stand lie sleep look go come fall talk arrive")
_WANTING = CATENATIVES | {"forget", "remember", "hope", "choose", "forgotten"}


def _asked(match: Match, option: str) -> str:
    """What, who, whom, which N: with an auxiliary behind it."""
    noun = _noun_of(match)
    if _has_verb(noun):  # "what tries to attack its friend but is attacked"
        return ""
    auxiliary, rest = match["aux"].lower(), match["rest"]
    if _TWO_STATEMENTS.search(rest):
        return joined(match, option)
    shown = _THIS_DOING.match(rest) if auxiliary in BE and not noun else None
    if shown is not None:  # "what is this chasing people"
        return f"this is {with_article(thing(option))} {shown['doing']}"
    named = OWNED_BY_NAME.match(option) is not None or (
        NAMES.search(match.string) is not None and is_name(option)
    )
    words = option if named or names_a_place(noun, option) else with_noun(option, noun)
    preposition = _preposition_of(match)
    if not preposition and asks_for_subject(auxiliary, rest):
        return as_subject(option, words, noun, auxiliary, rest)
    said = None if _is_attribute(auxiliary, rest) else parse(auxiliary, rest)
    if said is not None and not preposition and is_passive(said):
        return (
            uncapitalised(option)
            if is_statement(option)
            else f"{rest} {agreeing(auxiliary, said.subject)} {_equal(words, rest)}"
        )
    if (
        said is not None
        and not noun
        and option.lower() in COLOURS
        and stem(said.verb.split()[-1]) in _OBJECT_IS_A_THING
    ):
        return joined(match, option)  # nobody adjusts "red"
    if said is not None and (said.verb not in BE or stranded(said) or preposition):
        return _object(match, said, option, words, noun)
    if auxiliary not in BE or is_statement(option):
        return uncapitalised(option) if is_statement(option) else ""
    if re.search(r"\bnames?\b", rest, re.IGNORECASE):
        words = option  # a name keeps its capital
    if noun.startswith("of ") and not preposition:
        return f"{noun}, {words} {agreeing(auxiliary, words)} {rest}"
    living = head(rest.lower()).split()[-1:] and head(rest.lower()).split()[-1] in LIVING
    if living and is_verb_phrase(words) and not preposition and not _is_attribute(auxiliary, rest):
        return f"{rest} {auxiliary} {inflect(words, 'gerund')}"
    behind = f"{preposition} {words}" if preposition else _equal(words, rest)
    if rest.lower().startswith("it "):
        return f"it {auxiliary} {behind} {rest[3:]}"
    return f"{rest} {auxiliary} {behind}"


def _has_verb(noun: str) -> bool:
    """Tell whether what was taken for a noun is a statement that goes on with "but" or "and"."""
    words = noun.split()
    return words[-1:] in (["but"], ["and"], ["or"]) or (
        len(words) > 2 and form_of(words[0]) == "third" and base_of(words[0]) not in NOUN_LIKE
    )


def _noun_of(match: Match) -> str:
    return (match.groupdict().get("noun") or "").strip().lower().removeprefix("else").strip()


def first_word(words: str) -> str:
    """Return the first word in lower case."""
    return words.split(maxsplit=1)[0].lower()


def _preposition_of(match: Match) -> str:
    return (match.groupdict().get("preposition") or "").strip().lower()


def _is_attribute(auxiliary: str, rest: str) -> bool:
    """Tell whether the option is an attribute: after "the colour of ...", "the relationship between ..."."""
    if auxiliary not in BE:
        return False
    words = head(rest.lower()).split()
    ends = next(
        (i for i, word in enumerate(words) if is_gerund(word) or (is_participle(word) and i > 1)), len(words)
    )
    return bool(words[:ends]) and words[:ends][-1].removesuffix("s") in ATTRIBUTES and ends == len(words)


def _equal(words: str, rest: str) -> str:
    """Return the option behind "is"."""
    lower = rest.lower()
    if re.search(r"\b(?:gender|sex)\b", lower):
        return words
    if is_event(words) and not is_state(words) and lower.split()[-1] not in ("it", "this", "that"):
        return (
            f"that {words}"
            if re.search(r"\b(?:objective|reason|purpose|aim|goal|problem|result|fact|point)\b", lower)
            else words
        )
    if re.search(r"\brelation(?:ship)?\b", lower) and not re.match(r"(?:that|the|as) ", words):
        return words if is_state(words) else f"that of {with_article(words)}"
    if is_verb_phrase(words) and re.search(r"\b(?:purpose|aim|goal|job|task|role|plan|intention)\b", lower):
        return f"to {words}"
    return words if re.search(r"\bnames?\b", lower) else with_article(words)


def _object(match: Match, said: Clause, option: str, words: str, noun: str) -> str:
    """What did X hit, which car did X follow, in which direction does X go."""
    told = is_statement(option) or is_event(words) or form_of(first_word(words)) == "third"
    if noun.startswith("reason") and (told or first_word(words) in AUXILIARIES):
        return joined(match, option)
    preposition = _preposition_of(match)
    last = said.verb.split()[-1] if said.verb else ""
    if stem(last) in _INTRANSITIVE and not (noun or preposition or _takes_object(said)):
        return joined(match, option)
    if is_statement(option) and not stranded(said):
        return in_gap(said, words) if stem(last) in _SPEAKING else uncapitalised(option)
    way = _FROM_TO.fullmatch(words)
    if way is not None and {way["one"].lower(), way["two"].lower()} <= ADVERBS_OF_PLACE | _SIDES:
        words = f"from {words}"
    first = words.split(maxsplit=1)[0].lower()
    if is_verb_phrase(words) and stem(last) in _WANTING:
        return in_gap(said, f"to {words}")
    if is_verb_phrase(words) and words.split()[1:2] in (["it"], ["them"], ["him"]):
        words = inflect(words, "gerund")
    if stem(last) in ("watch", "play") and words.lower() in ("television", "tv"):
        return in_gap(said, words)
    if preposition:
        second = words.split()[1].lower() if " " in words else ""
        bare = (first in ("right", "just", "shortly", "immediately") and second in PREPOSITIONS) or (
            first in PREPOSITIONS
        )
        bare = bare or (first in ADVERBS_OF_PLACE and " " not in words and preposition not in ("from", "on"))
        return in_gap(said, words if bare else f"{preposition} {_with_article(words)}")
    if stranded(said) and first == "that" and len(words.split()) > 2:
        return f"{in_gap(said, 'this')}: {words}"
    if stranded(said) and first in PREPOSITIONS:
        return _replacing_preposition(said, words)
    return in_gap(said, words if last in _PLAIN_OBJECT else _with_article(words))


def _takes_object(said: Clause) -> bool:
    """Tell whether there is room for an object behind a verb that takes none: "look at _", "dancing and kicking _"."""
    core = split_tail(said.rest)[0]
    if re.search(r" and (?!\w+ss )\w+s ", f" {core} "):  # "look out the door and comes in"
        return False
    return stranded(said) or re.search(r"\band \w+ing\b|\blike$", core) is not None


def _with_article(words: str) -> str:
    """Put an article before anything but a name."""
    name = words[:1].isupper() and (is_name(words) or OWNED_BY_NAME.match(words) is not None)
    return words if name or (words[:1].isupper() and words.isalpha()) else with_article(words)


def _replacing_preposition(said: Clause, words: str) -> str:
    made = in_gap(said, "\0").split()
    at = made.index("\0")
    return " ".join([*made[: at - 1], words, *made[at + 1 :]])


RULES: tuple[Rule, ...] = (
    rule(rf"^(?:what|who|whom|which)(?: else)? {AUX} (?P<rest>.+)\?$", _asked),
    rule(rf"^{PREPOSITION}(?:what|which|whom){_NOUN} {AUX} (?P<rest>.+)\?$", _asked),
    rule(rf"^(?P<preposition>\w+) (?:what|which|whom|who) {AUX} (?P<rest>.+)\?$", _asked),
)
