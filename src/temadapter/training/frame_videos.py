"""Videos as frames in a cache on disk, read batch by batch: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from temadapter.evaluation.apply_control import apply_control
from temadapter.features.frame_store import FrameStore

AVERAGING = "text_only"
"""The control that shows the average over all videos; every other one looks at one video at a time."""


@dataclass(frozen=True)
class FrameVideos:
    """The sampled frames of every video, in place of `Videos` for a method that needs frames.

    Args:
        store: Where they lie.
        names: V videos.
        mask: (V, F), True for a real frame.
        rows: The row of each video, by the name that questions call it.
        control: What is left of the videos, see `evaluation.apply_control`.
        seed: Of the control.
        average: (S, S, 3) uint8, the mean of all real frames, for the control that shows it.
    """

    store: FrameStore
    names: tuple[str, ...]
    mask: Tensor
    rows: Mapping[str, int]
    control: str = "none"
    seed: int = 0
    average: Tensor | None = None

    @classmethod
    def load(cls, store: FrameStore, names: Sequence[str]) -> FrameVideos:
        """Find out how many frames each video has; no frame is read."""
        counts = torch.tensor([store.count(name) for name in names])
        mask = torch.arange(int(counts.max()))[None] < counts[:, None]
        return cls(store, tuple(names), mask, {name: row for row, name in enumerate(names)})

    def to(self, device: torch.device) -> FrameVideos:
        """Return the same videos, whose frames will come on `device`."""
        return replace(self, mask=self.mask.to(device))

    def controlled(self, control: str, *, seed: int) -> FrameVideos:
        """Return what a control leaves of the videos."""
        if control == "none":
            return self
        average = self._average() if control == AVERAGING else None
        return replace(self, control=control, seed=seed, average=average)

    def select(self, rows: Tensor, longest: int) -> Tensor:
        """Return the first `longest` frames of some videos, uint8 (len(rows), longest, S, S, 3)."""
        size = self.store.image_size
        names = [self.names[row] for row in rows.tolist()]
        frames = torch.zeros(len(names), longest, size, size, 3, dtype=torch.uint8)
        for own, name in zip(frames, names, strict=True):
            stored = self.store.frames(name)
            own[: len(stored)] = stored
        if self.average is not None:
            frames[:] = self.average
        elif self.control != "none":
            mask = self.mask[rows, :longest].cpu()
            frames = apply_control(self.control, frames, mask=mask, videos=names, seed=self.seed)
        return frames.to(self.mask.device)

    def _average(self) -> Tensor:
        total = torch.zeros(self.store.image_size, self.store.image_size, 3, dtype=torch.float64)
        for name in self.names:
            total += self.store.frames(name).double().sum(0)
        return (total / self.mask.sum().cpu()).round().to(torch.uint8)
