"""How regular verbs are spelled: doubled consonants, "ies" and "ied", a dropped "e".

Spelling is British: "travelled". In a verb of several syllables a last consonant is doubled only behind a
stressed vowel ("admitted", "visited"), which no rule can see in the letters, so the stress is listed.
"""

from __future__ import annotations

import re

from temadapter.descriptions.english.words import words

STRESSED_AT_THE_END = words("""
abet abhor abut acquit admit allot annul appal aver commit compel concur confer confab control debar debug defer demur
deter disbar disinter dispel distil embed emit enrol entrap enthral equip excel expel extol format fulfil
imbed impel incur infer instil inter intermit occur omit patrol permit propel rebel
recur refer regret remit repel submit transfer transmit transship
backdrop backlog backstop bobsled bootleg bootstrap cobweb costar deprogram
eavesdrop giftwrap handicap hobnob humbug kidnap leapfrog nonplus
outfit program retrofit sandbag sidestep skinny-dip underpin worship zigzag
""")
"""Verbs of several syllables whose last consonant is doubled; the second part: compounds that do as their last word."""

SILENT_E_STAYS = words("singe tinge binge whinge dye eye")
"""Verbs that keep their "e" before "-ing", to be told from others ("singeing", "singing")."""

_PREFIX = re.compile(
    r"(?:baby|back|be|brow|fore|for|ghost|hand|inter|in|joy|lip|mis|off|out|over|pre|proof|re|spoon|sub|type|under|un|up"
    r"|with)-?(?=[a-z]{2})"
)
_NO_PREFIX = words("beaver behave belay belie beware interleave interpret relay")
"""Verbs that only look like one with a prefix: not "have", not "lay"."""

_ONSET = r"(?:[bcfgp][lr]|[dt]r|s[chklmnpqtw]|s[cp][lr]|str|shr|thr|[cpstw]h|wr|kn|gn|tw|vl|[bcdfghjklmnprstvwyz])?"
_ONE_SHORT_SYLLABLE = re.compile(rf"(?:{_ONSET}|s?qu)[aeiouy][^aeiouwxy]")
_WITH_ES = re.compile(r"(?:s|x|z|ch|sh|go|do|echo|veto|zero|lasso|mosquito)$")
_UNSTRESSED_L = re.compile(r"[^aeiou][aeiou]l$|(?:ia|ue)l$")  # "travel", "dial", "fuel", not "sail"
_NOT_BRITISH_L = words("parallel reveal heal deal seal steal conceal appeal")


def behind_prefix(verb: str) -> str:
    """Return the verb behind a prefix, whose forms those of the whole are; "" where there is none.

    >>> behind_prefix("rewrite"), behind_prefix("babysit"), behind_prefix("behave"), behind_prefix("open")
    ('write', 'sit', '', '')
    """
    found = None if verb in _NO_PREFIX else _PREFIX.match(verb)
    return verb[found.end() :] if found is not None else ""


def third_person(verb: str) -> str:
    """Return the regular form for "he": "tries", "passes", "shoos".

    >>> third_person("try"), third_person("echo"), third_person("shoo"), third_person("quiz")
    ('tries', 'echoes', 'shoos', 'quizzes')
    """
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    if re.search(r"[^z]z$", verb):
        return _doubled(verb) + "es"
    return verb + ("es" if _WITH_ES.search(verb) and verb != "stomach" else "s")


def past_tense(verb: str) -> str:
    """Return the regular past, which is the past participle, too.

    >>> past_tense("admit"), past_tense("visit"), past_tense("unwrap"), past_tense("mimic")
    ('admitted', 'visited', 'unwrapped', 'mimicked')
    """
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return _doubled(verb) + ("d" if verb.endswith("e") else "ed")


def ing_form(verb: str) -> str:
    """Return the form with -ing.

    >>> ing_form("untie"), ing_form("drive"), ing_form("see"), ing_form("permit"), ing_form("open")
    ('untying', 'driving', 'seeing', 'permitting', 'opening')
    """
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if re.search(r"[^eoy]e$", verb) and verb != "be" and verb not in SILENT_E_STAYS:
        return verb[:-1] + "ing"
    return _doubled(verb) + "ing"


def _doubled(verb: str) -> str:
    """Return what "-ed" and "-ing" are added to: "stopp", "panick", "open"."""
    if re.search(r"[aeiou]c$", verb):
        return verb + "k"
    return verb + verb[-1] if _doubles(verb) else verb


def _doubles(verb: str) -> bool:
    if _ONE_SHORT_SYLLABLE.fullmatch(verb) or verb in STRESSED_AT_THE_END:
        return True
    if _UNSTRESSED_L.search(verb) and verb not in _NOT_BRITISH_L:
        return True
    if "-" in verb:  # "gift-wrap" does as "wrap" does
        return _doubles(verb.rpartition("-")[2])
    made_of = behind_prefix(verb)  # "reoccur", "unzip"
    return made_of in STRESSED_AT_THE_END or (
        len(made_of) > 2 and _ONE_SHORT_SYLLABLE.fullmatch(made_of) is not None
    )
