"""What happens in a video, frame by frame: how much the picture changes, and what the answer's subjects do.

A method that follows what a description names (`TrackingMethod`, such as `plus`) tells for every frame how well each
subject fits sentences about stills ("the red car in the crossing"). From that follows whether the subjects are there,
how far apart they are, and whether they stand still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from temadapter.methods.base import Batch, Method

SURE = 1.5
"""A score, in standard deviations, at which a subject is as likely there as not."""

STEEPNESS = 1.5
"""How fast that becomes sure."""


@dataclass(frozen=True, eq=False)
class Subjects:
    """What the subjects of an answer do.

    Args:
        there: (F,), how surely all of them are in each frame, 0 to 1.
        apart: (F,), how differently sentences about places fit them, in standard deviations; 0 for one subject.
        moving: (F,), how much the sentences that fit them change around each frame, in standard deviations.
    """

    there: NDArray[np.float64]
    apart: NDArray[np.float64]
    moving: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Followed:
    """What happens in a video.

    Args:
        change: (F,), how much the frame features change around each frame.
        subjects: What the answer's subjects do; None where it names none, or the method follows none.
    """

    change: NDArray[np.float64]
    subjects: Subjects | None = None


def follow(method: Method, batch: Batch, chosen: list[int]) -> list[Followed]:
    """Tell what happens in the videos of B questions.

    Args:
        method: Any method.
        batch: The questions; no frame is padded.
        chosen: (B,), the option of each whose subjects are followed.
    """
    from torch.nn import functional

    from temadapter.methods.base import TrackingMethod

    frames = functional.normalize(batch.frames.double(), dim=-1)
    steps = (frames[:, 1:] - frames[:, :-1]).norm(dim=-1).numpy(force=True)  # (V, F - 1)
    found = []
    for question, option in enumerate(chosen):
        row = question if batch.videos is None else int(batch.videos[question])
        subjects = None
        if isinstance(method, TrackingMethod):
            tracks = method.tracks(batch.only(question, option))
            subjects = subjects_of([scores.double().numpy(force=True) for name, _, scores in tracks if name])
        found.append(Followed(around(steps[row]), subjects))
    return found


def subjects_of(tracks: list[NDArray[np.float64]]) -> Subjects | None:
    """Return what E subjects do, from how well K sentences fit each of them in F frames, E times (F, K).

    The first sentence only names the subject; the others tell where it is. None without subjects.
    """
    if not tracks:
        return None
    there = [1 / (1 + np.exp(-STEEPNESS * (scores.max(axis=1) - SURE))) for scores in tracks]
    told = [scores[:, 1:] / np.sqrt(max(1, scores.shape[1] - 1)) for scores in tracks]
    pairs = [(one, other) for place, one in enumerate(told) for other in told[place + 1 :]]
    apart = [np.linalg.norm(one - other, axis=1) for one, other in pairs] or [np.zeros(len(there[0]))]
    moving = [around(np.linalg.norm(np.diff(own, axis=0), axis=1)) for own in told]
    return Subjects(np.exp(np.log(there).mean(axis=0)), np.mean(apart, axis=0), np.mean(moving, axis=0))


def around(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each of F frames the mean of the steps (F - 1,) to the frames beside it; the ends have one."""
    if not len(steps):
        return np.zeros(1)
    padded = np.pad(steps, 1, mode="edge")
    return np.asarray((padded[1:] + padded[:-1]) / 2)
