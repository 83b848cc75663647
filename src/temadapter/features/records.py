"""What the feature store gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class VideoFeatures:
    """What is stored of one video.

    Attributes:
        features: float32 `(F, D)`, not normalised; stored as float16, unless they were written as exact.
        times: float64 `(F,)`, each frame's time in seconds.
        damage: What was broken in the file, in words; empty for a sound one.
    """

    features: Tensor
    times: Tensor
    damage: tuple[str, ...] = ()


class FeatureTable(NamedTuple):
    """The features of many videos in memory, filled up to the longest."""

    features: Tensor
    """`(V, F, D)`, zero where there is no frame."""
    frame_mask: Tensor
    """bool `(V, F)`, True where there is a frame."""
    times: Tensor
    """float64 `(V, F)` seconds, 0 where there is no frame."""


@dataclass(frozen=True)
class Failure:
    """A video that could not be encoded, and why."""

    video_id: str
    path: str
    reason: str

    def __str__(self) -> str:
        return self.reason if self.path in self.reason else f"{self.path}: {self.reason}"
