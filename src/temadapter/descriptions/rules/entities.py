"""What, which, who and whose: the option is a thing or a person, as subject, as object or as what something is."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, rule
from temadapter.descriptions.english.auxiliaries import BE, DO
from temadapter.descriptions.english.clauses import Clause, parse
from temadapter.descriptions.english.inflection import (
    PASTS,
    base_of,
    form_of,
    inflect,
    is_gerund,
    is_participle,
    stem,
)
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    ADVERBS_OF_PLACE,
    ANIMALS,
    ATTRIBUTES,
    COLOURS,
    DETERMINERS,
    FEMALE,
    MALE,
    NOT_MANNER,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
)
from temadapter.descriptions.english.noun_phrases import (
    head,
    is_none,
    is_plural,
    owner,
    takes_plural,
    with_article,
)
from temadapter.descriptions.english.option_types import is_event, is_state, is_verb_phrase, thing
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
    finite_at,
    joined,
)

_PLAIN_OBJECT = word_set(
    "say says said read reads mean means meant think thinks cost costs weigh call called"
)
_SPEAKING = word_set("say tell yell shout reply answer whisper think believe claim explain mention announce")
_SIDES = word_set("top bottom front back")
_TWO_STATEMENTS = re.compile(r",? then (?:he|she|it|they) ")
_GIVEN = word_set(
    "called named titled given asked told taught offered handed fed served paid promised forced made been done become"
    " supposed going gone known dressed seen left"
)
_FROM_TO = re.compile(
    r"(?:the )?(?P<one>\w+)(?: (?:side|end))? to (?:the )?(?P<two>\w+)(?: (?:side|end))?", re.IGNORECASE
)
_NOUN = r"(?P<noun>(?: [\w'/-]+){1,7}?)"
_NAMES = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+\b")
_OWNED_BY_NAME = re.compile(r"(?!It's|That's|Here's|What's|He's|She's|There's)[A-Z][a-z]+'s? [a-z]")
_THIS_DOING = re.compile(
    r"this (?P<doing>(?!doing\b)\w+ing (?:the|a|an|some|people|his|her|its|their|together|around|in|on|up|down|down)\b.*)$"
)
_KIND = re.compile(r"^(?:kind|type|sort|style|size|length)s? of (?P<noun>.+)$")
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
    named = _OWNED_BY_NAME.match(option) is not None or (
        _NAMES.search(match.string) is not None and _is_name(option)
    )
    words = option if named else _named(option, noun)
    preposition = (match.groupdict().get("preposition") or "").strip().lower()
    if not preposition and asks_for_subject(auxiliary, rest):
        return _subject(option, words, noun, auxiliary, rest)
    said = None if _is_attribute(auxiliary, rest) else parse(auxiliary, rest)
    if said is not None and not preposition and _is_passive(said):
        return (
            uncapitalised(option)
            if is_statement(option)
            else f"{rest} {agreeing(auxiliary, said.subject)} {_equal(words, rest)}"
        )
    if said is not None and (said.verb not in BE or stranded(said) or preposition):
        return _object(said, option, words, preposition)
    if auxiliary not in BE or is_statement(option):
        return uncapitalised(option) if is_statement(option) else ""
    if re.search(r"\bnames?\b", rest, re.IGNORECASE):
        words = option  # a name keeps its capital
    if noun.startswith("of ") and not preposition:
        return f"{noun}, {words} {agreeing(auxiliary, words)} {rest}"
    behind = f"{preposition} {words}" if preposition else _equal(words, rest)
    return f"{rest} {auxiliary} {behind}"


def _has_verb(noun: str) -> bool:
    """Tell whether what was taken for a noun is a statement that goes on with "but" or "and"."""
    words = noun.split()
    return words[-1:] in (["but"], ["and"], ["or"]) or (
        len(words) > 2 and form_of(words[0]) == "third" and base_of(words[0]) not in NOUN_LIKE
    )


def _is_passive(said: Clause) -> bool:
    """Tell whether nothing is missing: "the animal |is shown in it" can only be the animal that is shown there."""
    verbs = said.verb.lower().split()
    last = verbs[-1] if len(verbs) == 2 and verbs[0] in BE else ""
    return is_participle(last) and not is_gerund(last) and last not in _GIVEN and not stranded(said)


def _noun_of(match: Match) -> str:
    return (match.groupdict().get("noun") or "").strip().lower().removeprefix("else").strip()


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


def _named(option: str, noun: str) -> str:
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


def _subject(option: str, words: str, noun: str, verb: str, rest: str) -> str:
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
    if is_verb_phrase(words):
        words = inflect(words, "gerund")
    return f"{words if _is_told_name(option, words) else with_article(words)} {agreeing(verb, words)} {rest}"


def _is_told_name(option: str, words: str) -> bool:
    return words == option and option[:1].isupper()


def _object(said: Clause, option: str, words: str, preposition: str) -> str:
    """What did X hit, which car did X follow, in which direction does X go."""
    last = said.verb.split()[-1] if said.verb else ""
    if stem(last) in _INTRANSITIVE and not preposition and not _takes_object(said):
        return ""
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
        bare = first in PREPOSITIONS or (
            first in ADVERBS_OF_PLACE and " " not in words and preposition not in ("from", "on")
        )
        return in_gap(said, words if bare else f"{preposition} {_with_article(words)}")
    if stranded(said) and first in PREPOSITIONS:
        return _replacing_preposition(said, words)
    return in_gap(said, words if last in _PLAIN_OBJECT else _with_article(words))


def _takes_object(said: Clause) -> bool:
    """Tell whether there is room for an object behind a verb that takes none: "look at _", "dancing and kicking _"."""
    core = split_tail(said.rest)[0]
    return stranded(said) or re.search(r"\band \w+ing\b|\blike$", core) is not None


def _with_article(words: str) -> str:
    """Put an article before anything but a name."""
    is_name = words[:1].isupper() and (_is_name(words) or _OWNED_BY_NAME.match(words) is not None)
    return words if is_name else with_article(words)


def _replacing_preposition(said: Clause, words: str) -> str:
    made = in_gap(said, "\0").split()
    at = made.index("\0")
    return " ".join([*made[: at - 1], words, *made[at + 1 :]])


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
    named = who and _NAMES.search(match.string) is not None and _is_name(option)
    return _subject(option, option if named else _named(option, noun), noun, verb, rest)


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
    name = f"{owner(option if _is_name(option) else thing(option))} {noun}"
    if (
        not rest
        or asks_for_subject(verb, rest)
        or verb not in (*BE, "did", "does", "do", "has", "have", "will", "can")
    ):
        return f"{name} {verb} {rest}"
    said = parse(verb, rest)
    return in_gap(said, name) if said and said.verb not in BE else f"{rest} {verb} {name}"


def _is_name(option: str) -> bool:
    """Tell whether a word with a capital is somebody's name, or each of several: "Anna", not "Driver" or "SUV"."""
    if " and " in option:
        return all(map(_is_name, option.split(" and ")))
    bare = option.lower().removesuffix("'s")
    common = (
        bare in MALE | FEMALE | PEOPLE | ANIMALS | PRONOUNS | DETERMINERS | ADJECTIVES
        or form_of(bare) is not None
    )
    return option.istitle() and option.isalpha() and not common and not is_plural(bare)


RULES: tuple[Rule, ...] = (
    rule(r"^whose (?P<rest>.+)\?$", _whose),
    rule(rf"^(?:what|who|whom|which)(?: else)? {AUX} (?P<rest>.+)\?$", _asked),
    rule(rf"^{PREPOSITION}(?:what|which|whom){_NOUN} {AUX} (?P<rest>.+)\?$", _asked),
    rule(rf"^(?P<preposition>\w+) (?:what|which|whom|who) {AUX} (?P<rest>.+)\?$", _asked),
    rule(r"^(?P<wh>who|what|which) (?P<rest>.+)\?$", _finite),
)
