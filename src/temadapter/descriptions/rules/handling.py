"""What somebody does with something: "put down" of "with the broom" is "put down the broom"."""

from __future__ import annotations

import re

from temadapter.descriptions.english.inflection import form_of, stem
from temadapter.descriptions.english.lexicon import PARTICLES, PREPOSITIONS
from temadapter.descriptions.english.words import words as word_set

_IT = re.compile(r"(?<=\w) (?:it|them)(?= |$)")
WITH = re.compile(
    r"(?: next)? (?P<to>with|to) (?P<what>(?:the|a|an|his|her|their|its) [\w/-]+(?: [\w/-]+)?)"
    r"(?= next| after | before | when | while | as | at the | in the | near the | towards the |$)"
)
_HANDLING = word_set(
    "take put throw open close hold tidy wash eat drink drop catch lift carry pick fold shake"
)
_PUTTING = word_set("put place give pass hold throw hide tie lay lean hang stick")
WITHOUT_OBJECT = word_set(
    "smile walk talk wave point run go look listen speak sing jump bow laugh nod crawl come fall sit stand"
)


def handled(tail: str, words: str) -> str:
    """Read "put down" as an answer to "with the broom": the person put down the broom."""
    found = WITH.match(tail)
    if found is None:
        return ""
    verb, *particles = words.split()
    if found["to"] == "to":
        return _handled_to(found["what"], words)
    if _IT.search(words) and form_of(verb) is not None:
        return about_it(tail, words)
    if stem(verb) in _PUTTING and len(particles) > 1 and particles[0] in PREPOSITIONS - PARTICLES:
        return f"{verb} {found['what']} {' '.join(particles)}"  # "put under arm"
    if stem(verb) not in _HANDLING or not all(word in PARTICLES for word in particles):
        return words if found["what"].split()[-1] in words.split() else ""
    return f"{words} {found['what']}"


def about_it(tail: str, words: str) -> str:
    """Say what "it" is that somebody did something with: "threw it away" is "threw the soup away"."""
    found = WITH.match(tail)
    return words if found is None or found["to"] != "with" else _IT.sub(f" {found['what']}", words, count=1)


def _handled_to(what: str, words: str) -> str:
    """Read "closed", "put down" and "pet it" as answers to "what did X do to the book"."""
    verb, *others = words.split()
    if form_of(verb) in (None, "gerund"):
        return ""
    if (not others and stem(verb) not in WITHOUT_OBJECT) or (
        stem(verb) in _HANDLING and all(word in PARTICLES for word in others)
    ):
        return f"{words} {what}"
    return (
        f"{verb} {what} {' '.join(others[1:])}".strip() if others[:1] in (["it"], ["him"], ["them"]) else ""
    )
