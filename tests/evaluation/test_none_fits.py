from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from temadapter.evaluation.none_fits import FEWEST_QUESTIONS, NoneFits, learn_none_fits

Left = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]


def left_out(count: int, *, slope: float = 2.0, middle: float = 1.0, seed: int = 0) -> Left:
    """Draw largest logits, and by the curve whether the right option was left out."""
    generator = np.random.default_rng(seed)
    largest = generator.normal(middle, 2.0, count)
    without = generator.random(count) < 1 / (1 + np.exp(-slope * (middle - largest)))
    return largest, without, np.ones(count)


def test_the_curve_is_found() -> None:
    curve = learn_none_fits(*left_out(4000), questions=2000)
    assert curve is not None
    assert curve.slope == pytest.approx(2.0, abs=0.2)
    assert curve.middle == pytest.approx(1.0, abs=0.1)
    assert curve.probability(np.array([1.0, -5.0])) == pytest.approx(0.5, abs=0.05)
    assert curve.probability(np.array([-1000.0, -1001.0])) == 1
    assert curve.probability(np.array([1000.0, 0.0])) == pytest.approx(0, abs=1e-12)


def test_the_same_logits_at_another_scale_give_the_same_probabilities() -> None:
    largest, without, weights = left_out(2000)
    curve = learn_none_fits(largest, without, weights, questions=1000)
    other = learn_none_fits(1000 * largest + 7, without, weights, questions=1000)
    assert curve is not None
    assert other is not None
    assert other.auc == pytest.approx(curve.auc)
    for top in (-1.0, 0.5, 3.0):
        expected = curve.probability(np.array([top]))
        assert other.probability(np.array([1000 * top + 7])) == pytest.approx(expected, abs=1e-3)


def test_weights_count_and_ties_count_half() -> None:
    largest = np.array([0.0, 1.0, 1.0, 2.0])
    without = np.array([True, True, False, False])
    curve = learn_none_fits(largest, without, np.array([1.0, 3.0, 1.0, 1.0]), questions=100)
    assert curve is not None
    assert curve.auc == pytest.approx((1 * 2 + 3 * 1.5) / (4 * 2))


def test_too_few_questions_or_logits_that_do_not_tell_give_nothing() -> None:
    largest, without, weights = left_out(4000)
    assert learn_none_fits(largest, without, weights, questions=FEWEST_QUESTIONS - 1) is None
    assert learn_none_fits(-largest, without, weights, questions=2000) is None
    assert learn_none_fits(0 * largest, without, weights, questions=2000) is None


def test_it_is_kept_as_json() -> None:
    curve = NoneFits(slope=1.5, middle=-0.5, auc=0.8, questions=60)
    assert NoneFits.from_json(curve.to_json()) == curve
    assert NoneFits.from_json(None) is None
