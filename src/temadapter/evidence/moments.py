"""Which moments of a video an answer rests on.

A moment counts where four things come together:

- the answer hangs on it: it gains as a copy of the video that stops there goes on past it, it loses as a copy that
  starts there starts past it, and a copy that stands still there says more than a typical one (`held_still`),
- something happens: the picture changes,
- what the answer names is in the picture,
- and, where it names several things, they are together (`followed`).

The evidence is their product, each to a power; the moment that halves it comes first. A question about something that
stands still has its evidence where its subject is there and does not move.

There is no evidence where the words say that no moment shows what is asked (`temadapter.descriptions.timing`), nor
where a typical frame alone says about as much as the whole video. A method that judges frames one by one has its
evidence in the frames that say more than a typical one.

Powers and bounds were chosen on Crossroads' training and validation questions; `benchmarks/evidence.py` measures how
near the first moment is to what happened. The measure is log odds, which do not saturate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from temadapter.answer import Evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from temadapter.descriptions.timing import Timing
    from temadapter.evidence.followed import Followed, Subjects
    from temadapter.evidence.held_still import HeldStill

EVIDENCE = 3
"""How many moments an answer names at most."""

DECIDES = 1.0
"""Log odds by which the video must say more than a typical frame."""

LEAST_SHARE = 0.25
"""Of several moments, each holds at least so much of the evidence within a tenth of the video."""

LEAST_HALVING_SHARE = 0.2
"""The same for the moment that halves the evidence: between two events there may be nothing."""

GAINS, LOSES, ALONE, CHANGES, THERE, TOGETHER = 0.1, 0.1, 0.25, 1.0, 2.5, 1.0
"""Powers of what makes a moment count."""

FLOOR = 0.1
"""Added to each factor, whose mean is 1, so that none of them alone rules a moment out."""

STANDS = 0.5
"""How surely a subject must be there and not move, somewhere, for a question about standing still."""

STILLNESS = 2.0
"""How fast that falls with its motion."""


class Scores(NamedTuple):
    """What a method says of one question.

    Attributes:
        logits: (N,) of the whole video.
        frames: (F, N) of single frames.
        held: The video held still; None for a method that judges frames one by one.
        followed: What happens in the video; None for such a method.
    """

    logits: NDArray[np.float64]
    frames: NDArray[np.float64]
    held: HeldStill | None = None
    followed: Followed | None = None


def find_evidence(
    times: NDArray[np.float64], scores: Scores, timing: Timing = "event"
) -> tuple[Evidence, ...]:
    """Return the moments that the most probable option rests on, the weightiest first; often there is none.

    Args:
        times: (F,) seconds.
        scores: What the method says.
        timing: What the words of the question tell about when it happens.
    """
    if timing == "outside":
        return ()
    index = int(scores.logits.argmax())
    if scores.held is None or scores.followed is None:
        alone = log_odds(scores.frames, index)
        above = np.maximum(alone - np.median(alone), 0)
        return _moments(times, above if above.max() >= DECIDES else 0 * above)
    if timing == "lasting":
        return ()
    subjects = scores.followed.subjects
    if timing == "standing" and subjects is not None:
        standing = _standing(subjects)
        return _moments(times, standing**1.5 if standing.max() >= STANDS else 0 * standing)
    if log_odds(scores.logits, index) - np.median(log_odds(scores.held.alone, index)) < DECIDES:
        return ()
    spread = np.zeros(len(times))
    spread[scores.held.places] = _weight(index, scores.held, scores.followed)
    return _moments(times, spread)


def _weight(index: int, held: HeldStill, followed: Followed) -> NDArray[np.float64]:
    """Return the evidence (T,) at the places where the video was held still."""
    alone = log_odds(held.alone, index)
    weight = (
        _factor(_slope(log_odds(held.until, index))) ** GAINS
        * _factor(-_slope(log_odds(held.onwards, index))) ** LOSES
        * _factor(alone - np.median(alone)) ** ALONE
        * _factor(followed.change[held.places]) ** CHANGES
    )
    subjects = followed.subjects
    if subjects is not None:
        weight *= _factor(subjects.there[held.places]) ** THERE
        weight *= np.exp(-TOGETHER * subjects.apart[held.places])
    return np.asarray(weight)


def _standing(subjects: Subjects) -> NDArray[np.float64]:
    """Return how surely the subjects are there and do not move, (F,), 0 to 1."""
    return np.asarray(subjects.there * np.exp(-STILLNESS * subjects.moving))


def log_odds(logits: NDArray[np.float64], index: int) -> NDArray[np.float64]:
    """Return the log odds (...) of an option against all others, from logits (..., N)."""
    others = np.delete(logits, index, axis=-1)
    most = others.max(axis=-1)
    against = most + np.log(np.exp(others - most[..., None]).sum(axis=-1))
    return np.asarray(logits[..., index] - against)


def _moments(times: NDArray[np.float64], spread: NDArray[np.float64]) -> tuple[Evidence, ...]:
    """Return the moments of a spread (F,): the frame that halves it, and those around which much of the rest lies.

    Each holds what lies nearest to it. The shares add up to 1, and the largest comes first.
    """
    if not spread.any():
        return ()
    spread = spread / spread.sum()
    gap = float(times.max() - times.min()) / 10
    near = np.asarray([float(spread[np.abs(times - time) <= gap].sum()) for time in times])
    chosen = [int(np.searchsorted(spread.cumsum(), 0.5))]
    for frame in np.argsort(-near, kind="stable").tolist():
        apart = all(abs(times[frame] - times[other]) > 3 * gap for other in chosen)
        if apart and near[frame] >= LEAST_SHARE and len(chosen) < EVIDENCE:
            chosen.append(frame)
    if len(chosen) > 1 and near[chosen[0]] < LEAST_HALVING_SHARE:
        del chosen[0]
    nearest = np.abs(times[:, None] - times[chosen]).argmin(axis=1)
    shares = [float(spread[nearest == place].sum()) for place in range(len(chosen))]
    order = np.argsort(-np.asarray(shares), kind="stable").tolist()
    return tuple(
        Evidence(chosen[place], float(times[chosen[place]]), min(1.0, shares[place])) for place in order
    )


def _slope(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the change (T,) from the moment before to the one after; the ends are repeated."""
    padded = np.pad(values, 1, mode="edge")
    return np.asarray(padded[2:] - padded[:-2])


def _factor(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale what is positive to a mean of 1, and add `FLOOR`."""
    positive = np.maximum(values, 0)
    mean = float(positive.mean())
    return np.asarray(positive / mean + FLOOR if mean > 0 else np.full(len(values), FLOOR))
