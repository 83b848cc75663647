"""A linear model of what the frames of a video are on average, how much they differ and how much they change."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.models.pooling import mean_over_time
from temadapter.models.positions import unit_rms

STATISTICS = ("mean", "deviation", "change")


class RunningScale(nn.Module):
    """Standardise columns with the mean and variance of all rows that training has shown so far (`take_in`).

    Batch normalisation would use each batch's own statistics; a batch of eight videos has none worth the name, and a
    batch of one has no variance.

    Args:
        columns: How many.
    """

    count: Tensor
    total: Tensor
    squares: Tensor

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros((), dtype=torch.float64))
        self.register_buffer("total", torch.zeros(columns, dtype=torch.float64))
        self.register_buffer("squares", torch.zeros(columns, dtype=torch.float64))

    def take_in(self, rows: Tensor) -> None:
        """Add rows (..., C) to the mean and variance."""
        own = rows.detach().double().flatten(0, -2)
        self.count += len(own)
        self.total += own.sum(0)
        self.squares += own.square().sum(0)

    def forward(self, rows: Tensor) -> Tensor:
        """Return rows (..., C) with about mean 0 and variance 1 in each column; as they are before any training."""
        if not self.count:
            return rows
        mean = self.total / self.count
        deviation = (self.squares / self.count - mean.square()).clamp(min=0).sqrt()
        # a column that never changes (one video so far) stays at zero instead of being divided by nothing
        return ((rows - mean.float()) / deviation.float().clamp(min=1e-4)).clamp(-10, 10)


class StatisticsClassifier(nn.Module):
    """Logistic regression on frame statistics and an option's text: `scale · cos(mean, t) + xᵀ W t`.

    x are the standardised statistics of a video, t is the unit embedding of an option's text. W starts at zero, so
    the model starts as CLIP with event descriptions, and it is linear in everything it reads: the loss has one minimum.

    Args:
        dim: D.
        change: Whether standard deviation and mean absolute frame-to-frame change are read beside the mean.
        logit_scale: The backbone's factor on cosines; not trained.
    """

    def __init__(self, dim: int, *, change: bool, logit_scale: float) -> None:
        super().__init__()
        columns = dim * (len(STATISTICS) if change else 1)
        self.change, self.logit_scale = change, logit_scale
        self.standardise = RunningScale(columns)
        self.weight = nn.Parameter(torch.zeros(columns, dim))
        # one step of Adam moves a logit by about the learning rate times this, whatever D is
        self.gain = 1 / math.sqrt(columns)

    def statistics(self, frames: Tensor, frame_mask: Tensor | None = None) -> Tensor:
        """Return (V, D) or (V, 3 D): mean, standard deviation and mean absolute change of frames (V, F, D)."""
        frames = unit_rms(frames)
        mean = mean_over_time(frames, frame_mask)
        if not self.change:
            return mean
        spread = mean_over_time((frames - mean[:, None]).square(), frame_mask).clamp(min=0).sqrt()
        steps = frames.diff(dim=1).abs()  # (V, F - 1, D)
        if not steps.shape[1]:  # one frame: nothing changes
            return torch.cat([mean, spread, torch.zeros_like(mean)], dim=-1)
        both = None if frame_mask is None else frame_mask[:, 1:] & frame_mask[:, :-1]
        return torch.cat([mean, spread, mean_over_time(steps, both)], dim=-1)

    def frame_statistics(self, frames: Tensor, frame_mask: Tensor | None = None) -> Tensor:
        """Return (V, F, C): a frame itself, how far it is from the mean, how much has changed since the one before."""
        frames = unit_rms(frames)
        if not self.change:
            return frames
        spread = (frames - mean_over_time(frames, frame_mask)[:, None]).abs()
        change = functional.pad(frames.diff(dim=1).abs(), (0, 0, 1, 0))
        return torch.cat([frames, spread, change], dim=-1)

    def forward(self, statistics: Tensor, options: Tensor) -> Tensor:
        """Compare statistics (B, T, C) with options (B, N, D): logits (B, T, N)."""
        dim = options.shape[-1]
        texts = functional.normalize(options.float(), dim=-1)  # (B, N, D)
        mean = functional.normalize(statistics[..., :dim], dim=-1)  # (B, T, D)
        learned = self.gain * (self.standardise(statistics) @ self.weight)  # (B, T, D)
        logits: Tensor = (self.logit_scale * mean + math.sqrt(dim) * learned) @ texts.transpose(1, 2)
        return logits
