"""Which moments of a video an answer rests on: what it gains, and what it loses, when the video is held still.

The method is asked again about three sorts of copies of the video, for each moment:

- the video stops there: every later frame is that moment's,
- the video starts there: every earlier frame is that moment's,
- the video stands still: every frame is that moment's.

A moment counts by how much the answer gains as the first goes on past it, by how much it loses as the second starts
past it, and by how much more its frame alone says than a typical frame. Each is a share of 1; their mean is the
evidence, and the moment that halves it comes first. `benchmarks/evidence.py` measures how near that is to what
happened.

The measure is log odds, which do not saturate. Where a typical frame alone says about as much as the whole video (the
weather, a colour), no moment decides, and there is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from temadapter.answer import Evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from temadapter.methods.base import Batch, Method

EVIDENCE = 3
"""How many moments an answer names at most."""

DECIDES = 1.0
"""Log odds by which the video must say more than a typical frame. Chosen on Crossroads' validation questions."""

LEAST_SHARE = 0.2
"""A second and a third moment hold at least so much of the evidence."""

MOST_MOMENTS = 32
"""So many moments are tried, evenly spread, so that the work grows with the length of a video and no faster."""

MOST_FRAMES = 512
"""Of longer videos, frames are judged alone."""


@dataclass(frozen=True, eq=False)
class HeldStill:
    """Logits of a video that is held still at some of its frames.

    Args:
        places: (T,), which frames.
        until: (T, N), the video stops there.
        onwards: (T, N), the video starts there.
        alone: (T, N), the video stands still there.
    """

    places: NDArray[np.int64]
    until: NDArray[np.float64]
    onwards: NDArray[np.float64]
    alone: NDArray[np.float64]


def can_hold_still(method: Method, frames: int) -> bool:
    """Tell whether a method looks at frames together, and is quick enough to be asked again about copies."""
    return method.needs == "features" and method.trainable and 2 <= frames <= MOST_FRAMES


def hold_still(method: Method, batch: Batch, *, at_once: int) -> list[HeldStill]:
    """Score the copies of the videos of B questions.

    Args:
        method: One that reads features.
        batch: The questions; no frame is padded.
        at_once: How many questions the method may be asked in one batch.
    """
    import torch

    count = batch.frames.shape[1]
    places = np.unique(np.linspace(0, count - 1, min(count, MOST_MOMENTS)).round().astype(int))
    index = torch.arange(count)
    kept = [rule for p in places.tolist() for rule in (index.clamp(max=p), index.clamp(min=p), index * 0 + p)]
    questions = len(batch.options)
    step = max(1, at_once // questions)
    scores = []
    for first in range(0, len(kept), step):
        copies = torch.stack([batch.frames[:, rule] for rule in kept[first : first + step]])
        scores.append(method.score(batch.repeated(copies)).reshape(-1, *batch.option_mask.shape))
    found = torch.cat(scores).double().numpy(force=True)  # (3 T, B, N)
    return [
        HeldStill(places, *(found[sort::3, question] for sort in range(3))) for question in range(questions)
    ]


def find_evidence(
    times: NDArray[np.float64],
    logits: NDArray[np.float64],
    frame_logits: NDArray[np.float64],
    held: HeldStill | None,
) -> tuple[Evidence, ...]:
    """Return the moments that decide for the most probable option, the first of them first; often there is none.

    Args:
        times: (F,) seconds.
        logits: (N,) of the whole video.
        frame_logits: (F, N) of single frames, for a method that judges them one by one.
        held: The video held still; None for such a method.
    """
    index = int(logits.argmax())
    if held is None:
        alone = log_odds(frame_logits, index)
        above = np.maximum(alone - np.median(alone), 0)
        return _moments(times, _shares(above) if above.max() >= DECIDES else 0 * above)
    until, onwards = log_odds(held.until, index), log_odds(held.onwards, index)
    alone = log_odds(held.alone, index)
    if log_odds(logits, index) - np.median(alone) < DECIDES:
        return ()
    gained, lost = _shares(np.maximum(_slope(until), 0)), _shares(np.maximum(-_slope(onwards), 0))
    above = _shares(np.maximum(alone - np.median(alone), 0))
    spread = np.zeros(len(times))
    spread[held.places] = _shares(gained + lost + above)
    return _moments(times, spread)


def log_odds(logits: NDArray[np.float64], index: int) -> NDArray[np.float64]:
    """Return the log odds (...) of an option against all others, from logits (..., N)."""
    others = np.delete(logits, index, axis=-1)
    most = others.max(axis=-1)
    against = most + np.log(np.exp(others - most[..., None]).sum(axis=-1))
    return np.asarray(logits[..., index] - against)


def _moments(times: NDArray[np.float64], spread: NDArray[np.float64]) -> tuple[Evidence, ...]:
    """Return the frame that halves a spread (F,), then those around which most of the rest lies, apart from it."""
    if not spread.any():
        return ()
    gap = float(times.max() - times.min()) / 10
    share = [float(spread[np.abs(times - time) <= gap].sum()) for time in times]
    first = int(np.searchsorted(spread.cumsum(), spread.sum() / 2))
    chosen = [first]
    for frame in np.argsort(-np.asarray(share), kind="stable").tolist():
        apart = all(abs(times[frame] - times[other]) > 2 * gap for other in chosen)
        if apart and share[frame] >= LEAST_SHARE and len(chosen) < EVIDENCE:
            chosen.append(frame)
    return tuple(Evidence(frame, float(times[frame]), min(1.0, share[frame])) for frame in chosen)


def _slope(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the change (T,) from the moment before to the one after; the ends are repeated."""
    padded = np.pad(values, 1, mode="edge")
    return np.asarray(padded[2:] - padded[:-2])


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale non-negative values to a sum of 1; all zeros stay."""
    total = values.sum()
    return values / total if total > 0 else values
