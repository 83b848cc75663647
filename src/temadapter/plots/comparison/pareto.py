"""Which entries no other beats on both cost and accuracy."""

from __future__ import annotations

from collections.abc import Sequence


def pareto_front(costs: Sequence[float], values: Sequence[float]) -> list[int]:
    """Return which entries no other beats: none is both at most as costly and better, or cheaper and as good.

    Args:
        costs: The less, the better.
        values: The more, the better.

    Returns:
        Their places, from the cheapest to the best.

    >>> pareto_front([0, 5, 5, 9], [0.5, 0.6, 0.7, 0.7])
    [0, 2]
    """
    front: list[int] = []
    for index in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        if not front or values[index] > values[front[-1]]:
            front.append(index)
    return front
