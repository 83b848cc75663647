"""What the rules for any question share: pieces of patterns, and who is the subject of a question."""

from __future__ import annotations

import re

from temadapter.descriptions.english.auxiliaries import AUXILIARIES, BE, HAVE
from temadapter.descriptions.english.clauses import Clause, parse
from temadapter.descriptions.english.inflection import BASES, form_of, is_gerund, is_participle
from temadapter.descriptions.english.lexicon import (
    ADJECTIVES,
    ADVERBS,
    DETERMINERS,
    NUMERALS,
    PREPOSITIONS,
    PRONOUNS,
)
from temadapter.descriptions.english.noun_phrases import be, is_plural, takes_plural, was
from temadapter.descriptions.english.slots import split_tail, stranded
from temadapter.descriptions.english.wording import uncapitalised
from temadapter.descriptions.english.words import words as word_set

Match = re.Match[str]
AUX = rf"(?P<aux>{'|'.join(AUXILIARIES)})\b"
ANY_BE = rf"(?P<aux>{'|'.join(BE)})\b"
PREPOSITION = rf"(?P<preposition>(?:{'|'.join(sorted(PREPOSITIONS))}) )?"
SETTLED = word_set("parked stopped seated dressed covered stuck stranded tied asleep busy")
"""Participles that are a state by themselves."""

_GIVEN = word_set(
    "called named titled given asked told taught offered handed fed served paid promised forced made been done become"
    " supposed going gone known dressed seen left"
)
_INSIDE = re.compile(r" (?:when|while|after|before) ")
_AGREEING = {"is": "are", "was": "were", "has": "have", "does": "do"}
_SINGULAR = {plural: single for single, plural in _AGREEING.items()}


def stated(match: Match) -> Clause | None:
    """Return the statement in a question: `aux` and `rest` of the match, the right way round."""
    return parse(match["aux"], match["rest"])


def stated_or_being(match: Match) -> Clause | None:
    """Do the same; "the cat is" where nothing follows the subject."""
    said = stated(match)
    if said is None or said.verb in BE or _INSIDE.search(said.subject):
        core, tail = split_tail(match["rest"])  # "all the women when House was walking"
        if tail and core and match["aux"].lower() in BE and parse(match["aux"], core) is None:
            return Clause(core, match["aux"].lower(), tail)
    if said is None and match["aux"].lower() in BE:
        return Clause(match["rest"], match["aux"].lower(), "")
    return said


def is_passive(said: Clause) -> bool:
    """Tell whether nothing is missing: "the animal |is shown in it" can only be the animal that is shown there."""
    verbs = said.verb.lower().split()
    last = verbs[-1] if len(verbs) == 2 and verbs[0] in BE else ""
    return is_participle(last) and not is_gerund(last) and last not in _GIVEN and not stranded(said)


def asks_for_subject(auxiliary: str, rest: str) -> bool:
    """Tell whether no subject follows the auxiliary: "is on the table", "should have stopped"."""
    words = rest.lower().split()
    if words[0] in ("never", "not", "always", "already", "just", "also") and len(words) > 1:
        words = words[1:]
    first, second = words[0], words[1] if len(words) > 1 else ""
    auxiliary = auxiliary.lower()
    if first in PRONOUNS or (first in DETERMINERS and first not in ("no", "all", "both")):
        return False
    if auxiliary in BE:
        ing = is_gerund(first) or is_participle(first)
        describes = first in ADJECTIVES and (second in PREPOSITIONS or second in ("", "to", "enough", "than"))
        return ing or describes or first in PREPOSITIONS or first in ADVERBS or first in ("being", "behind")
    if auxiliary in HAVE:
        return first == "been" or is_participle(first) or not any(map(is_participle, words))
    if auxiliary in ("do", "does", "did"):
        return rest.lower().startswith(("not ", "never ")) and first in BASES
    return first in BASES or first in ADVERBS or first in ("be", "have", "not")


def finite_at(words: list[str], first: int) -> int | None:
    """Return where the verb of a question about its subject stands: "which car |stopped first"."""
    for at in range(first, min(len(words), first + 6)):
        word = words[at].lower()
        if word in DETERMINERS - NUMERALS and at and words[at - 1].lower() != "of":
            return None
        if word in PREPOSITIONS or word in DETERMINERS:
            continue
        if form_of(word) == "third" and at and words[at - 1].lower() in DETERMINERS:
            continue  # "of the two samples"
        if (
            word in AUXILIARIES
            or form_of(word) in ("third", "past")
            or (word.endswith("ed") and is_participle(word))
        ):
            return at
        noun = next((each for each in reversed(words[:at]) if each.lower() not in ADVERBS), "")
        if form_of(word) == "base" and (not noun or is_plural(noun.lower())):
            return at
    return None


def joined(match: Match, option: str) -> str:
    """Join question and option: the safe way out where no sentence would make sense."""
    return f"{match.string.rstrip('?')}: {uncapitalised(option)}"


def agreeing(verb: str, subject: str) -> str:
    """Return "is" or "are", "has" or "have", as the subject wants it; any other verb as it is."""
    verb = verb.lower()
    return _AGREEING.get(verb, verb) if takes_plural(subject) else _SINGULAR.get(verb, verb)


def being(subject: str, *, past: bool) -> str:
    """Return "is", "are", "was" or "were", as the subject and the time want it."""
    return was(subject) if past else be(subject)
