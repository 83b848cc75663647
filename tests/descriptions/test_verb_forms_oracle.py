"""Every form of every verb of the lexicon against lemminflect, which is a dictionary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lemminflect import getInflection

from temadapter.descriptions.english.inflection import BASES, gerund, participle, past, third
from temadapter.descriptions.english.verbs import PREFIXED, RARE
from temadapter.descriptions.english.words import words

USUAL = {
    "alight", "broadcast", "dream", "fit", "forecast", "get", "heave", "knit", "lean", "lie", "light", "mimic",
    "rappel", "ski", "smell", "spoil", "sting", "tango",
}  # fmt: skip
"""Verbs of which lemminflect lists only another usual form ("gotten"), or a wrong one ("mimicing", "ski'd")."""
FORMS: list[tuple[str, Callable[[str], str]]] = [
    ("VBZ", third),
    ("VBD", past),
    ("VBN", participle),
    ("VBG", gerund),
]
UNLISTED = words(
    "resend overhang prepay proofread reoccur reformat babysit bootstrap render reckon corner covet collar"
)
VERBS = sorted(BASES | PREFIXED | {entry.partition(":")[0] for entry in RARE})


def test_the_verbs_are_many() -> None:
    assert len(VERBS) > 1500


@pytest.mark.parametrize(("tag", "form"), FORMS, ids=[tag for tag, _ in FORMS])
def test_every_verb_of_the_lexicon(tag: str, form: Callable[[str], str]) -> None:
    wrong = {
        verb: form(verb)
        for verb in VERBS
        if verb not in USUAL and form(verb) not in getInflection(verb, tag=tag, inflect_oov=True)
    }
    assert not wrong


def test_verbs_that_no_list_names() -> None:
    """A prefix or a doubled consonant is heard in verbs that users bring."""
    wrong = {
        (verb, form(verb))
        for verb in UNLISTED
        for tag, form in FORMS
        if form(verb) not in getInflection(verb, tag=tag)
        and form(verb) not in ("babysat", "babysitting")  # there it has only "baby-sat"
    }
    assert not wrong
