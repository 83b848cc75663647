"""Small things that are done to words: cleaning, capital letters, full stops, yes and no."""

from __future__ import annotations

import re
from functools import lru_cache

_OWNER = re.compile(r"(?<=[a-z]) s (?=[a-z])")
_IS = re.compile(r"^(what|who|where|how|which)(?:'s| s)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should|ca|wo)(?:n't| nt|nt)\b", re.IGNORECASE
)
_SHORT = {"ca": "can", "wo": "will"}
_TYPOS = re.compile(r"^(.{0,8}?)\b(deos|ddi|whta|waht|hwo|happpened|currenlty|curently|currenty)\b")
_MEANT = {
    "deos": "does",
    "dose": "does",
    "ddi": "did",
    "whta": "what",
    "waht": "what",
    "hwo": "how",
    "happpened": "happened",
    "currenlty": "currently",
    "curently": "currently",
    "currenty": "currently",
}
_COMMA_BEFORE_TIME = re.compile(
    r"(?<=\w),(?= (?:after|before|when|while|as|once|until|during)\b[^,\"]*(?:\"[^\"]*\"[^,\"]*)*$)"
)
_DOES_BEHIND = re.compile(
    r"^(what (?:did|does|will) [^,]+?) does(?= (?:after|before|when|while|as|with|at|in)\b|$)", re.IGNORECASE
)
_LIKE_TOO_MANY = re.compile(r"^(how (?:do|does|did) .+ (?:look|sound|smell|taste|feel)) like$", re.IGNORECASE)
_HAIRSTYLE = re.compile(r"^what (hair ?style|haircut) (is|are) (?=the|a|his|her|this|that)", re.IGNORECASE)
_TWICE = re.compile(
    r"\b(after|before|the|a|an|to|in|of|is|are|was|were|did|does|when|while|wear) \1\b", re.IGNORECASE
)
PROPER = frozenset(("English", "Spanish", "French", "German", "Chinese", "Japanese", "Korean", "Italian", "Arabic",
                    "Hindi", "Russian", "Portuguese", "Dutch", "Turkish", "Greek", "American", "British", "Indian",
                    "Mexican", "African", "European", "Asian", "Christmas", "Halloween", "Easter", "Monday", "Tuesday",
                    "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "April", "June",
                    "July", "August", "September", "October", "November", "December"))  # fmt: skip
"""Words that have a capital wherever they stand."""

_ASKED_WITHIN = re.compile(r"\w (?:why|how|where|when|what|who) $")
_BEFORE_STOP = re.compile(r"\s+([,;:.])")
_YES_NO = re.compile(r"^(?P<sign>yes|no)(?:\s*[,;:.]\s*(?P<reason>.+))?$", re.IGNORECASE)
_ECHO = re.compile(
    r"^(?:it|they|he|she|there|i|we|you) (?:\w+n't|(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|may|might|must)(?: not)?|cannot)$",
    re.IGNORECASE,
)  # "it can"
_NAMES = re.compile(r"[A-Z][a-z]+,? (?:[A-Z][a-z]+,? )*and [A-Z][a-z]+\b")
_VERBS = (
    r"is|are|was|were|isn't|aren't|wasn't|weren't|will|would|can|could|cannot|has|have|had|does|did|do"
    r"|happens?|happened|collided|collides|crashed|occurred|receive[sd]?|needs?|helps?|skidded|swerved|turned"
    r"|stopped|braked|yielded|overtook|ran|drove|went|came|fell|lost|failed|hits?|stops|turns|changed|entered"
)
_STATEMENT = re.compile(
    r"^(?:(?:it|they|he|she|we|you) \w|(?:he|she|they|we|you|i)'(?:s|re|ll|d|ve|m) \w|"
    r"(?:there|this|that|these|those|the|an?|all|both|some|no|nobody|nothing|my|its|his|her|their)\b"
    rf"(?:(?!\b(?:that|which|who|where|whose)\b)[^,])*?\b(?:{_VERBS})\b)",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """Collapse runs of white space, drop what surrounds the text, and read "vehicle(s)" as "vehicles".

    >>> clean("  What   happened ")
    'What happened'
    """
    return " ".join(text.split()).replace("(s)", "s")


@lru_cache(maxsize=4096)
def repaired(text: str) -> str:
    """Put back the apostrophes that annotation files have lost, and write "did not" for "didn't" in questions.

    >>> repaired("why does nt the boy hold the dog s paw")
    'why does not the boy hold the dog's paw'
    """
    text = _OWNER.sub("'s ", text) if " s " in text else text
    text = text.replace(" 's ", "'s ")
    text = _TYPOS.sub(lambda match: match[1] + _MEANT[match[2]], text)
    text = _IS.sub(r"\1 is", text)
    text = _HAIRSTYLE.sub(r"what \2 the \1 of ", text) if "hair" in text else text
    if "nt" not in text and "n't" not in text:
        return text
    parts = text.split('"')  # what somebody says stays as it is
    return '"'.join(_NOT.sub(_in_full, part) if at % 2 == 0 else part for at, part in enumerate(parts))


def _in_full(match: re.Match[str]) -> str:
    if "'" in match[0] and _ASKED_WITHIN.search(match.string[: match.start()]):
        return match[0]  # "asked him why didn't he tell him"
    return f"{_SHORT.get(match[1].lower(), match[1])} not"


def clean_question(question: str) -> str:
    """Return `question` with single spaces and exactly one question mark at its end.

    >>> clean_question("who caused it  ??")
    'who caused it?'
    """
    text = _COMMA_BEFORE_TIME.sub("", clean(question).rstrip(" ?.!"))
    text = _DOES_BEHIND.sub(r"\1 do", _TWICE.sub(r"\1", text))
    text = _LIKE_TOO_MANY.sub(r"\1", text)  # "how does the person look like"
    return repaired(text) + "?"


def clean_option(option: str) -> str:
    """Return `option` with single spaces and without punctuation at its end.

    >>> clean_option("No accident happened. ")
    'No accident happened'
    """
    return clean(option).rstrip(" .;:,!?")


def capitalised(text: str) -> str:
    """Return `text` with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """Return `text` fit for the middle of a sentence: a first capital is lowered, an acronym or `I` stays.

    >>> uncapitalised("Speeding vehicle"), uncapitalised("POV car")
    ('speeding vehicle', 'POV car')
    """
    first = text.split(" ", 1)[0]
    keep = first in ("I", "I'm") or first in PROPER or any(letter.isupper() for letter in first[1:])
    return text if keep else text[:1].lower() + text[1:]


def with_name(text: str, question: str, option: str) -> str:
    """Give a name that begins an option its capital back: one that the question writes so, or one of several.

    >>> with_name("He ran because leonard fell.", "Why did he run after Leonard's fall?", "Leonard fell")
    'He ran because Leonard fell.'
    """
    if not option[:1].isupper():
        return text
    first = option.partition(" ")[0]
    bare = first.removesuffix(",").removesuffix("'s")
    if not bare.istitle() or not bare.isalpha():
        return text
    letter = len(bare) == 1 and bare not in ("A", "I")  # "C": whoever wears the camera
    title = " " in option and all(word.istitle() and word.isalpha() for word in option.split())
    if not (letter or title or _names_in(question, bare) or _NAMES.match(option)):
        return text
    lower, behind = bare.lower(), option[len(bare) :]
    for known in (behind[:8], behind[: len(first) - len(bare)]):
        found = re.search(rf"\b{lower}\b(?={re.escape(known)})", text)
        if found is not None:
            return text[: found.start()] + bare + text[found.end() :]
    return text


def _names_in(question: str, word: str) -> bool:
    """Tell whether a question writes a word with a capital where it is not the first."""
    return f" {word}" in question and re.search(rf"\w,? {word}\b", question) is not None


def sentence(text: str) -> str:
    """Make a sentence of `text`: single spaces, a capital at the start, one full stop at the end.

    >>> sentence("the red car is  fast")
    'The red car is fast.'
    """
    if not text:
        return ""
    body = _BEFORE_STOP.sub(r"\1", clean(text).rstrip(" .;:,?!"))
    return capitalised(body) + "." if body else ""


def is_statement(option: str) -> bool:
    """Tell whether an option is a full sentence by itself ("No accident happened"), not a phrase.

    >>> is_statement("There is no accident in this video"), is_statement("The car from behind")
    (True, False)
    """
    return _STATEMENT.match(option) is not None


def yes_no_parts(option: str) -> tuple[bool, str] | None:
    """Split "Yes, there was time" into (True, "there was time"); None when it begins with neither word.

    Only a bare yes or no, or one followed by punctuation, counts: "No accident" is not a "no".
    """
    match = _YES_NO.match(clean_option(option))
    if match is None:
        return None
    return match["sign"].lower() == "yes", match["reason"] or ""


def yes_no(option: str, *, yes: str, no: str, link: str = ", because ") -> str:
    """Write the statement that a yes or a no makes, with the reason that follows it.

    Args:
        option: "Yes", "No", or either with a reason ("No, there was no space").
        yes: What is the case when the answer is yes.
        no: What is the case when the answer is no.
        link: What joins the statement and the reason.

    Returns:
        The statement, "" when the option is neither a yes nor a no (the next rule then gets its turn).

    >>> yes_no("No, there was no space", yes="it could stop", no="it could not stop")
    'it could not stop, because there was no space'
    """
    parts = yes_no_parts(option)
    if parts is None:
        return ""
    positive, reason = parts
    reason = "" if _ECHO.match(reason) else reason
    statement = yes if positive else no
    return f"{statement}{link}{uncapitalised(reason)}" if reason else statement
