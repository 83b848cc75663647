"""Word lists, as they are written in this package: words with blanks and line breaks between them."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set.

    >>> sorted(words("left  right"))
    ['left', 'right']
    """
    return frozenset(text.split())
