"""What tells the Temporal Aligner when a frame was seen (docs/method.md section 4, and row 7 of section 7)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.models.config import ModelConfig

ANCHORS = 32
"""Points of the learned curve; a video of any number of frames reads between them."""


def sinusoid(count: int, dim: int, *, device: torch.device | None = None) -> Tensor:
    """Return the usual sinusoids (count, dim): sine at even channels, cosine at odd ones, base 10000."""
    time = torch.arange(count, device=device, dtype=torch.float32)[:, None]
    channel = torch.arange(0, dim, 2, device=device, dtype=torch.float32)
    angle = time * torch.exp(channel * (-math.log(10000.0) / dim))  # (count, dim / 2)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


def unit_rms(features: Tensor) -> Tensor:
    """Scale every feature (..., D) to root mean square 1; its direction, hence every cosine, stays."""
    return functional.normalize(features, dim=-1) * math.sqrt(features.shape[-1])


class Positions(nn.Module):
    """Gives each moment of a video its code.

    Args:
        config: `positions` selects the kind, `position_amplitude` its size relative to the features.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.kind = config.positions
        self.amplitude = config.position_amplitude
        if self.kind == "learned":
            start = _centred(sinusoid(ANCHORS, config.embedding_dim)[None])[0]
            self.anchors = nn.Parameter(start * self.amplitude)

    def forward(self, frames: Tensor, frame_mask: Tensor | None = None) -> Tensor:
        """Return the codes to add to `frames` (B, F, D), of shape (1 or B, F, D).

        Args:
            frames: Only their number, size and device matter.
            frame_mask: (B, F), True for a real frame, real frames first. A learned curve spans the real ones.
        """
        count, dim = frames.shape[1], frames.shape[2]
        if self.kind == "learned":
            return self._learned(frames, frame_mask)
        codes = sinusoid(count, dim, device=frames.device)[None]
        return codes if self.kind == "raw" else _centred(codes, frame_mask) * self.amplitude

    def _learned(self, frames: Tensor, frame_mask: Tensor | None) -> Tensor:
        """Read the learned curve at each frame's relative time; (1 or B, F, D)."""
        index = torch.arange(frames.shape[1], device=frames.device, dtype=torch.float32)[None]
        last = index[:, -1:]
        if frame_mask is not None:
            last = frame_mask.sum(dim=1, keepdim=True).float() - 1
        place = (index / last.clamp(min=1)).clamp(max=1) * (ANCHORS - 1)  # (1 or B, F), 0 .. ANCHORS - 1
        below = place.floor().clamp(max=ANCHORS - 2)
        share = (place - below)[..., None]
        left = below.long()
        return self.anchors[left] * (1 - share) + self.anchors[left + 1] * share


def _centred(codes: Tensor, frame_mask: Tensor | None = None) -> Tensor:
    """Take the mean over the real frames off codes (1, F, D) and scale what is left to root mean square 1.

    Most sinusoids hardly move in the length of a video: as they are they tell no time, but add the same large
    vector to every frame, which buries what the frames have in common with the text.
    """
    weight = torch.ones_like(codes[..., :1]) if frame_mask is None else frame_mask[..., None].to(codes.dtype)
    count = weight.sum(dim=1, keepdim=True).clamp(min=1)
    codes = codes - (codes * weight).sum(dim=1, keepdim=True) / count
    size = ((codes * weight).square().sum(dim=(1, 2), keepdim=True) / (count * codes.shape[2])).sqrt()
    return codes / size.clamp(min=1e-6)  # a single frame: zero
