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
    left = [pool[i] for i in rng.permutation(len(pool))]
    state: dict[tuple[str, ...], float] = defaultdict(float)
    chosen: list[tuple[int, Draft]] = []
    while left and len(chosen) < count:
        best, best_cost = None, np.inf
        for position in range(min(_CANDIDATES, len(left))):
            cost = _cost(state, left[position][1])
            if cost < best_cost:
                best, best_cost = position, cost
        if best is None or best_cost > _allowance(left[best][1]):
            if len(left) <= _CANDIDATES:
                break
            del left[:_CANDIDATES]  # none of these fits: look at the next ones
            continue
        item = left.pop(best)
        for feature, surplus in imbalances(item[1]):
            state[feature] += surplus
        chosen.append(item)
    return [chosen[i] for i in rng.permutation(len(chosen))]


def _cost(state: dict[tuple[str, ...], float], draft: Draft) -> float:
    """Return by how much the sum of squared imbalances would grow."""
    changes: dict[tuple[str, ...], float] = defaultdict(float)
    for feature, surplus in imbalances(draft):
        changes[feature] += surplus
    return sum(2 * state.get(feature, 0.0) * change + change**2 for feature, change in changes.items())


def _allowance(draft: Draft) -> float:
    """Return the cost of a draft in a state of perfect balance: what any first question costs."""
    return _cost({}, draft) * 1.05
