"""What "anyone" and "any car" become in a statement: "someone", "no car"."""

from __future__ import annotations

import re

from temadapter.descriptions.english.noun_phrases import article, is_plural

_ANY = re.compile(r"any(?P<kind>(?:one|body|thing|where)\b|(?= ))(?P<rest>.*)", re.IGNORECASE)


def some_or_none(phrase: str, *, negative: bool) -> str:
    """Return what "anyone", "any of the cars" or "any bus" is in a statement.

    >>> some_or_none("anyone", negative=True), some_or_none("any of the cars", negative=False)
    ('no one', 'some of the cars')
    """
    whole = _ANY.match(phrase)
    if whole is None:
        return phrase
    kind, rest = whole["kind"].lower(), whole["rest"]
    if kind in ("one", "body", "thing", "where"):
        return f"{'no ' if negative and kind == 'one' else 'no' if negative else 'some'}{kind}{rest}"
    if rest.startswith(" of "):
        return f"{'none' if negative else 'some'}{rest}"
    number = "some" if is_plural(rest.split(" with ")[0]) else article(rest.strip())
    return f"{'no' if negative else number}{rest}"
