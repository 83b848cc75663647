"""How likely it is that none of a question's options is right, learned from validation questions.

Probabilities over the options say which of them fits best, never that none does. So validation questions are asked
again with one option left out, each in turn: without the right one, none fits. A logistic curve over the largest logit
tells the two cases apart. It takes them to be equally common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_QUESTIONS = 50
"""From fewer questions nothing is learned."""

MOST_QUESTIONS = 1000
"""More are not asked again."""

FEW_QUESTIONS = 200
"""More are not asked again of a method that runs a tower for each: a thousand took it longer than half an epoch."""

LEAST_AUC = 0.6
"""Where the largest logit tells the two apart less often than this, nothing is said."""


@dataclass(frozen=True)
class NoneFits:
    """A logistic curve over the largest logit of a question's options.

    Args:
        slope: Its slope, positive.
        middle: The largest logit at which it is as likely as not that none of the options is right.
        auc: How often, of two validation questions, the one without its right option got the smaller largest logit.
        questions: How many questions it was learned from.
    """

    slope: float
    middle: float
    auc: float
    questions: int

    def probability(self, logits: NDArray[np.float64]) -> float:
        """Return how likely it is that none of the options with these logits (N,) is right.

        >>> curve = NoneFits(slope=2.0, middle=1.0, auc=0.9, questions=100)
        >>> [round(curve.probability(np.array(logits)), 2) for logits in ([1.0, -3.0], [3.0, 0.0])]
        [0.5, 0.02]
        """
        return float(_sigmoid(self.slope * (self.middle - logits.max())))

    def to_json(self) -> dict[str, float | int]:
        """Return the fields as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, block: Mapping[str, Any] | None) -> NoneFits | None:
        """Return what `to_json` wrote; None without a block."""
        return None if block is None else cls(**block)


def learn_none_fits(
    largest: NDArray[np.float64], without: NDArray[np.bool_], weights: NDArray[np.float64], *, questions: int
) -> NoneFits | None:
    """Learn the curve.

    Args:
        largest: (S,), the largest logit of a question of which one option was left out.
        without: (S,), whether that was the right one.
        weights: (S,), how much each counts.
        questions: How many questions they are from.

    Returns:
        The curve; None where there are too few questions, or the largest logit does not tell.
    """
    if questions < FEWEST_QUESTIONS:
        return None
    auc = tells_apart(largest, without, weights)
    if auc < LEAST_AUC:
        return None
    slope, middle = _logistic(largest, without, weights)
    return NoneFits(slope, middle, auc, questions)


def _logistic(
    tops: NDArray[np.float64], without: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Return slope and middle of the likeliest curve that falls with `tops`."""
    from scipy.optimize import minimize

    centre, scale = float(tops.mean()), float(tops.std()) or 1.0
    x, sign = (tops - centre) / scale, np.where(without, 1.0, -1.0)

    def surprise(curve: NDArray[np.float64]) -> float:
        margin = sign * (curve[0] - np.exp(curve[1]) * x)
        return float((weights * np.logaddexp(0, -margin)).sum())

    offset, log_slope = minimize(surprise, np.zeros(2)).x
    slope = float(np.exp(log_slope)) / scale
    return slope, centre + float(offset) / slope


def tells_apart(tops: NDArray[np.float64], without: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    """Return how often a question without its right option has the smaller top; a tie counts half."""
    values, place = np.unique(tops, return_inverse=True)
    right = np.bincount(place, weights * ~without, len(values))
    taken = np.bincount(place, weights * without, len(values))
    above = right[::-1].cumsum()[::-1] - right / 2
    return float((taken * above).sum() / (right.sum() * taken.sum()))


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -500, 500))))
