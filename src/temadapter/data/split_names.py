"""What splits are called, and the other words for them that files hold."""

from __future__ import annotations

from temadapter.data.question import RowError
from temadapter.errors import closest, shown

SPLITS = ("train", "val", "test")

FILE_WORDS = {
    "train": "train",
    "test": "test",
    "val": "val",
    "valid": "val",
    "validate": "val",
    "validation": "val",
    "dev": "val",
}
"""Words in a file's name that tell the split of all its rows."""

_WORDS = {**FILE_WORDS, "training": "train", "testing": "test"}  # of a file's name these would say too little


def split_name(text: str) -> str:
    """Return the split that a cell means: `train`, `val` or `test`; letter case and space around it do not matter.

    Raises:
        RowError: It means none. A guess could put a question on the wrong side, so there is none.

    >>> split_name(" Validation"), split_name("TEST")
    ('val', 'test')
    """
    word = text.strip().casefold()
    if word not in _WORDS:
        near = closest(word, _WORDS)
        hint = f" (did you mean {near!r}?)" if near else ""
        raise RowError(f"the split is {shown(text)}, but it must be train, val or test{hint}", kind="split")
    return _WORDS[word]
