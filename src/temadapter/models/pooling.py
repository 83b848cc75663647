"""How the frame states of a video become one answer: their mean, or a mean that the event description guides."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

WAVES = 8
"""Cosines over relative time from which the weights of the frames are made; the slowest runs from + to -."""


class GuidedPooling(nn.Module):
    """Tells, from an event description alone, which moments of a video speak for it and which against it.

    "came from the north" holds if the vehicle is in the north early *and not* late, so weights may be negative. They
    are a smooth curve over relative time, 1 / F plus a sum of `WAVES` cosines whose coefficients a small network
    reads from the description; at the start all coefficients are zero and the pooling is the plain mean of
    docs/method.md section 5. Few parameters see the words and none the video: the little that has to be learned about
    words of time is shared by all vehicles and places.

    Args:
        dim: D.
        width: Of the hidden layer.
    """

    def __init__(self, dim: int, *, width: int = 64) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.hidden = nn.Linear(dim, width)
        self.coefficients = nn.Linear(width, WAVES)
        nn.init.zeros_(self.coefficients.weight)
        nn.init.zeros_(self.coefficients.bias)

    def forward(self, options: Tensor, count: int, frame_mask: Tensor | None = None) -> Tensor:
        """Return the weight of each frame for each option.

        Args:
            options: (B, N, D), the refined event descriptions.
            count: F, the number of frames.
            frame_mask: (B, F), True for a real frame, real frames first; time runs over the real ones.

        Returns:
            (B, N, F); every row adds up to about 1, a padded frame weighs nothing.
        """
        waves = self.coefficients(functional.gelu(self.hidden(self.norm(options))))  # (B, N, WAVES)
        index = torch.arange(count, device=options.device, dtype=torch.float32)[None] + 0.5
        real = index.new_ones((1, count)) if frame_mask is None else frame_mask.float()
        length = real.sum(dim=1, keepdim=True)
        wave = torch.arange(1, WAVES + 1, device=options.device, dtype=torch.float32)
        curve = torch.cos(math.pi * wave * (index / length)[..., None])  # (1 or B, F, WAVES)
        weights: Tensor = (
            1 + torch.einsum("bnk,bfk->bnf", waves, curve.expand(len(options), -1, -1))
        ) / length[:, None]
        return weights if frame_mask is None else weights * frame_mask[:, None]


def mean_over_time(states: Tensor, mask: Tensor | None) -> Tensor:
    """Average states (V, F, D) over the real frames of the mask (V, F), or over all: (V, D)."""
    if mask is None:
        return states.mean(dim=1)
    weight = mask[..., None].to(states.dtype)
    return (states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)
