"""Choose questions so that nothing but the video tells the answer.

A text-only reader could learn which options tend to be right. Here every option, every word of an option (given
its family and the question's wording) and every single-frame cue is kept right as often as chance: drafts are taken
one by one, each time the one of a few candidates that leaves the smallest imbalance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from temadapter.crossroads.questions.base import Draft

_CANDIDATES = 24
_CUE_WEIGHT = 3.0


def imbalances(draft: Draft) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield (feature, how much more often than chance it is right) for one question.

    Features are options, words of options, and cues; an option's word weighs less because several share it.
    """
    chance = 1 / len(draft.options)
    for index, option in enumerate(draft.options):
        surplus = (1.0 if index == draft.answer else 0.0) - chance
        yield (draft.family, "option", option.lower()), surplus
        yield (draft.family, "place", str(len(draft.options)), str(index)), surplus * 0.5
        for position, word in enumerate(option.lower().split()):
            yield (draft.family, "word", word), surplus
            yield (draft.family, "word at", str(position), word), surplus * 0.7
    for word in draft.text.lower().rstrip("?.").split():
        for index, option in enumerate(draft.options):
            if len(draft.options) == 2:
                surplus = (1.0 if index == draft.answer else 0.0) - chance
                yield (draft.family, "word, option", word, option.lower()), surplus * 0.5
    for cue, right in draft.cues:
        yield (draft.family, "cue", cue), _CUE_WEIGHT * ((1.0 if right else 0.0) - chance)


def balanced(
    pool: Sequence[tuple[int, Draft]], count: int, rng: np.random.Generator
) -> list[tuple[int, Draft]]:
    """Return up to `count` of the (video, draft) pairs of one family, chosen for balance, in random order.

    Stops early when every candidate left would tip the balance by more than it holds.
    """
    number: defaultdict[tuple[str, ...], int] = defaultdict(lambda: len(number))
    left = [(pool[i], _changes(pool[i][1], number)) for i in rng.permutation(len(pool))]
    state = [0.0] * len(number)
    chosen: list[tuple[int, Draft]] = []
    while left and len(chosen) < count:
        costs = [_cost(state, changes) for _, changes in left[:_CANDIDATES]]
        best = min(range(len(costs)), key=costs.__getitem__)
        if costs[best] > _allowance(left[best][1]):
            if len(left) <= _CANDIDATES:
                break
            del left[:_CANDIDATES]  # none of these fits: look at the next ones
            continue
        item, _ = left.pop(best)
        for feature, surplus in imbalances(item[1]):
            state[number[feature]] += surplus
        chosen.append(item)
    return [chosen[i] for i in rng.permutation(len(chosen))]


_Changes = list[tuple[int, float, float]]
"""A feature's number, by how much one question changes its balance, and the square of that."""


def _changes(draft: Draft, number: dict[tuple[str, ...], int]) -> _Changes:
    changes: dict[int, float] = {}
    for feature, surplus in imbalances(draft):
        index = number[feature]
        changes[index] = changes.get(index, 0.0) + surplus
    return [(index, change, change**2) for index, change in changes.items()]


def _cost(state: Sequence[float], changes: _Changes) -> float:
    """Return by how much the sum of squared imbalances would grow."""
    return sum([2 * state[index] * change + square for index, change, square in changes])


def _allowance(changes: _Changes) -> float:
    """Return the cost of a draft in a state of perfect balance: what any first question costs."""
    return sum([square for _, _, square in changes]) * 1.05
