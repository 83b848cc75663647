"""How an option compares with the other options of its question: the kind of leak that no single word shows.

Where three wrong options are made from the right one by changing a part, the right one is the option that shares most
with the others. A reader that never saw the video finds it by counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def comparisons(asked: Sequence[str], options: Sequence[str]) -> list[list[str]]:
    """Return for each of N options the names of what is true of it beside the others.

    Args:
        asked: Words of the question; its first two stand for what kind of question it is.
        options: The N options.

    Returns:
        N lists of feature names: ranks by words shared, by words of its own, by length and by likeness to the closest
        other option, and how many of its words stand in 0, 1, 2 ... of the others, each alone and in pairs.
    """
    words = [frozenset(option.lower().split()) for option in options]
    spread = Counter(word for own in words for word in own)
    shared = [sum(spread[word] - 1 for word in own) for own in words]
    alone = [sum(spread[word] == 1 for word in own) for own in words]
    length = [len(option.split()) for option in options]
    close = [
        max((len(own & other) for j, other in enumerate(words) if j != i), default=0)
        for i, own in enumerate(words)
    ]
    opening = " ".join(asked[:2])
    found = []
    for i, own in enumerate(words):
        ranks = [
            f"{name}{_rank(values, i)}"
            for name, values in (("shared", shared), ("alone", alone), ("length", length), ("close", close))
        ]
        counts = Counter(spread[word] - 1 for word in own)
        facts = [
            *ranks,
            *(f"{a} {b}" for n, a in enumerate(ranks) for b in ranks[n + 1 :]),
            *(f"in {others}: {min(count, 8)}" for others, count in counts.items()),
        ]
        found.append([f"c {kind}|{fact}" for fact in facts for kind in ("", opening)])
    return found


def _rank(values: Sequence[int], place: int) -> str:
    """Return how many values are larger and how many are equal: "0/1" is the largest together with one other."""
    own = values[place]
    return f"{sum(value > own for value in values)}/{sum(value == own for value in values) - 1}"
