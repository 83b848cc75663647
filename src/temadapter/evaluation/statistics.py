"""Accuracy with 95 % intervals, and paired comparisons, where questions of one video are not independent.

Two questions about one video tend to be right or wrong together, so a question is no independent sample; a
video is. Everything here uses the cluster-robust variance of a mean (the "sandwich" with the factor
`G / (G - 1)` for G videos). Where every video has one question it is the ordinary variance of a mean.

Videos of one source (a camera, a recording; the column `group`) are no more independent of each other, so there the
source is the cluster.

Where something was trained with several seeds, videos and seeds are both a sample: to the variance over videos (of each
question's mean over the seeds) comes that of the seeds' means. What both share is counted twice, so that intervals
are rather too wide than too narrow; the degrees of freedom are Welch's and Satterthwaite's.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import DataError

CONFIDENCE = 0.95
METHOD = (
    "95 % Wilson interval at the effective sample size, with cluster-robust variance by video (by source, where "
    "questions name a `group`) "
    "and Student's t quantile; where there are several seeds, their variance is added"
)


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval.

    Args:
        value: The mean, 0 to 1.
        low: Lower end of the 95 % interval.
        high: Upper end.
        questions: How many questions it rests on.
        videos: How many videos (clusters).
    """

    value: float
    low: float
    high: float
    questions: int
    videos: int

    def to_json(self) -> dict[str, float | int]:
        """Return the fields as JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True)
class Difference:
    """How much better one method is than another on the same questions.

    Args:
        value: Mean of (first - second), -1 to 1.
        low: Lower end of the 95 % interval.
        high: Upper end.
        p_value: Two-sided; the probability of so large a difference if the methods were equal.
        questions: How many questions both answered.
        videos: How many videos (clusters).
    """

    value: float
    low: float
    high: float
    p_value: float
    questions: int
    videos: int

    def to_json(self) -> dict[str, float | int]:
        """Return the fields as JSON-ready values."""
        return asdict(self)


class Clustered(Protocol):
    """A question, or an answered one."""

    @property
    def id(self) -> str:
        """Of the question."""

    @property
    def video(self) -> str:
        """The video that it is about."""

    @property
    def cluster(self) -> str:
        """Its source, or else its video."""


def clusters_of(asked: Iterable[Clustered]) -> dict[str, str]:
    """Return by question id what intervals are clustered by: the source where there are several, or else the video."""
    everyone = list(asked)
    by_source = len({one.cluster for one in everyone}) > 1
    return {one.id: one.cluster if by_source else one.video for one in everyone}


def cluster_variance(scores: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Return the cluster-robust variance of the mean of `scores`.

    `G / (G - 1) · Σ_g (Σ_{i in g} (y_i - mean))² / n²`; infinite for a single cluster, which says nothing
    about how much videos differ.

    Args:
        scores: One number a question `(n,)`.
        clusters: 0-based number of each question's video `(n,)`.
    """
    count = int(clusters.max()) + 1
    if count < 2:
        return math.inf
    sums = np.bincount(clusters, weights=scores - scores.mean(), minlength=count)
    return float(count / (count - 1) * np.sum(sums**2) / len(scores) ** 2)


def accuracy(scores: Sequence[float] | Sequence[Sequence[float]], videos: Sequence[Hashable]) -> Estimate:
    """Return the mean of `scores` with a 95 % interval clustered by video, and over seeds.

    The interval is Wilson's, at the sample size that would have the cluster-robust variance if questions were
    independent (all right or all wrong: the number of videos).
    Unlike mean ± 1.96 standard errors it stays within 0 and 1 and does not shrink to a point there.

    Args:
        scores: 1 for a right answer and 0 for a wrong one `(n,)`, or a row for each seed `(S, n)`.
        videos: The video of each question `(n,)`.

    Raises:
        DataError: No questions, or not one video for each.

    >>> estimate = accuracy([1, 1, 0, 1], ["a", "b", "c", "d"])
    >>> round(estimate.value, 2), round(estimate.low, 2), round(estimate.high, 2)
    (0.75, 0.16, 0.98)
    """
    rows, clusters = _checked(scores, videos)
    values, mean = rows.mean(axis=0), float(rows.mean())
    total, count = len(values), int(clusters.max()) + 1
    if count < 2:  # one video: no interval can be given
        return Estimate(mean, 0.0, 1.0, total, count)
    over_videos, over_seeds = _robust_variance(values, clusters), _seed_variance(rows)
    variance = over_videos + over_seeds
    # so many independent questions, of variance mean · (1 - mean) / (n - 1), would have told as much
    size = count if variance == 0 else 1 + mean * (1 - mean) / variance
    freedom = _freedom(over_videos, count, over_seeds, len(rows))
    low, high = _wilson(mean, size, _t_quantile(0.5 + CONFIDENCE / 2, freedom))
    return Estimate(mean, low, high, total, count)


def paired_difference(
    first: Sequence[Mapping[str, float]],
    second: Sequence[Mapping[str, float]],
    videos: Mapping[str, Hashable],
) -> Difference:
    """Compare two methods question by question, clustered by video, and over seeds.

    With one question a video and one seed the test is McNemar's, with the sample's variance in place of the null's.

    Args:
        first: For each seed, the score of each question id (1 right, 0 wrong).
        second: The same for the other method, with the same seeds.
        videos: Video of each question id.

    Returns:
        first - second, its 95 % interval and p-value (cluster-robust variance by video, to which the variance over
        seeds is added; Student's t).

    Raises:
        DataError: The two did not answer the same questions, or not with as many seeds.
    """
    ids = _same_questions(first, second)
    differences = [[mine[i] - its[i] for i in ids] for mine, its in zip(first, second, strict=True)]
    gaps, clusters = _checked(differences, [videos[i] for i in ids])
    mean, count = float(gaps.mean()), int(clusters.max()) + 1
    if count < 2:
        return Difference(mean, -1.0, 1.0, 1.0, len(ids), count)
    over_videos, over_seeds = cluster_variance(gaps.mean(axis=0), clusters), _seed_variance(gaps)
    freedom = _freedom(over_videos, count, over_seeds, len(gaps))
    error = math.sqrt(over_videos + over_seeds)
    reach = _t_quantile(0.5 + CONFIDENCE / 2, freedom) * error
    p_value = 1.0 if mean == 0 else 0.0  # where every video and seed shows the same difference
    if error > 0:
        p_value = 2 * _t_below(-abs(mean) / error, freedom)
    low, high = max(-1.0, mean - reach), min(1.0, mean + reach)
    return Difference(mean, low, high, p_value, len(ids), count)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number (Holm 1979): the chance of any false alarm among them stays 5 %.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    count, highest = len(p_values), 0.0
    corrected = [0.0] * count
    for rank, index in enumerate(sorted(range(count), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (count - rank) * p_values[index]))
        corrected[index] = highest
    return corrected


# scipy.stats gives the same bits, but takes longer to import than everything else here together.
def _t_quantile(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t distribution with `freedom` degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))


def _t_below(value: float, freedom: float) -> float:
    """Return the probability that Student's t with `freedom` degrees of freedom is below `value`."""
    from scipy.special import stdtr

    return float(stdtr(freedom, value))


def _checked(
    scores: Sequence[float] | Sequence[Sequence[float]], videos: Sequence[Hashable]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return scores as rows of seeds (S, n), and the number of each question's video (n,)."""
    rows = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    if rows.shape[1] != len(videos):
        raise DataError(
            f"{rows.shape[1]} scores came with {len(videos)} videos; each question has one of both."
        )
    if not rows.size:
        raise DataError("There are no answered questions to average.")
    numbers: dict[Hashable, int] = {}
    clusters = np.array([numbers.setdefault(video, len(numbers)) for video in videos], dtype=np.int64)
    return rows, clusters


def _same_questions(first: Sequence[Mapping[str, float]], second: Sequence[Mapping[str, float]]) -> list[str]:
    if len(first) != len(second) or not first:
        raise DataError(
            f"Two methods are compared seed by seed, but one came with {len(first)}, the other with {len(second)}."
        )
    ids = first[0].keys()
    for mine, its in zip(first, second, strict=True):
        if mine.keys() != its.keys() or mine.keys() != ids:
            only_first, only_second = len(mine.keys() - its.keys()), len(its.keys() - mine.keys())
            raise DataError(
                "Two methods are compared on the same questions, but these differ: "
                f"{only_first} only in the first, {only_second} only in the second. Evaluate both on one split."
            )
    return sorted(ids)


def _robust_variance(scores: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Return the variance of the mean over videos.

    Videos whose questions happen to balance each other are no reason to be surer than independent questions allow,
    hence the maximum.
    """
    plain = cluster_variance(scores, np.arange(len(scores), dtype=np.int64))
    return max(plain, cluster_variance(scores, clusters))


def _seed_variance(rows: NDArray[np.float64]) -> float:
    """Return the variance of the mean over seeds of rows (S, n); 0 for one seed, which says nothing about it."""
    return float(rows.mean(axis=1).var(ddof=1) / len(rows)) if len(rows) > 1 else 0.0


def _freedom(over_videos: float, videos: int, over_seeds: float, seeds: int) -> float:
    """Return the degrees of freedom of the sum of two variances (Welch 1947, Satterthwaite 1946)."""
    if over_seeds == 0:
        return videos - 1
    return (over_videos + over_seeds) ** 2 / (over_videos**2 / (videos - 1) + over_seeds**2 / (seeds - 1))


def _wilson(mean: float, size: float, quantile: float) -> tuple[float, float]:
    """Return Wilson's interval of a share `mean` seen in `size` independent questions."""
    square = quantile**2 / size
    centre = (mean + square / 2) / (1 + square)
    reach = math.sqrt(mean * (1 - mean) * square + square**2 / 4) / (1 + square)
    return max(0.0, centre - reach), min(1.0, centre + reach)
