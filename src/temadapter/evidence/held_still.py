"""A video that is held still: what a method says of copies that stop, start or stand still at each of some moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from temadapter.methods.base import Batch, Method

MOST_MOMENTS = 32
"""So many moments are tried, evenly spread, so that the work grows with the length of a video and no faster."""

MOST_FRAMES = 512
"""Of longer videos, frames are judged alone."""


@dataclass(frozen=True, eq=False)
class HeldStill:
    """Logits of a video that is held still at some of its frames.

    Args:
        places: (T,), which frames.
        until: (T, N), the video stops there: every later frame is that one.
        onwards: (T, N), the video starts there: every earlier frame is that one.
        alone: (T, N), the video stands still there: every frame is that one.
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
