"""A plain Transformer encoder over the frames of a video."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

from temadapter.models.config import ModelConfig
from temadapter.models.pooling import mean_over_time
from temadapter.models.positions import Positions, unit_rms
from temadapter.models.tem_adapter import INITIAL_SCALE


class FrameTransformer(nn.Module):
    """Transformer encoder layers over the frames of a video: post-norm, ReLU, as the Temporal Aligner's one.

    Args:
        config: Sizes, dropout, positions and `identity_start`, as for Tem-Adapter.
        layers: How many.
        pooling: `mean` or `cls`.
    """

    def __init__(self, config: ModelConfig, *, layers: int, pooling: Literal["mean", "cls"]) -> None:
        super().__init__()
        dim = config.embedding_dim
        self.raw = config.positions == "raw"
        self.positions = Positions(config)
        self.layers = nn.ModuleList(_layer(config) for _ in range(layers))
        self.cls = nn.Parameter(torch.randn(dim) * 0.02) if pooling == "cls" else None
        self.log_scale = nn.Parameter(torch.tensor(math.log(INITIAL_SCALE)))

    def forward(self, frames: Tensor, frame_mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the states of frames (V, F, D) and of videos (V, D); `frame_mask` (V, F) is True for a real frame."""
        frames = frames if self.raw else unit_rms(frames)
        states = frames + self.positions(frames, frame_mask)
        hidden = None if frame_mask is None else ~frame_mask
        if self.cls is not None:
            states = torch.cat([self.cls.expand(len(states), 1, -1), states], dim=1)
            hidden = None if hidden is None else nn.functional.pad(hidden, (1, 0), value=False)
        for layer in self.layers:
            states = layer(states, src_key_padding_mask=hidden)
        if self.cls is not None:
            return (states[:, 1:], states[:, 0])
        return (states, mean_over_time(states, frame_mask))


def _layer(config: ModelConfig) -> nn.TransformerEncoderLayer:
    dim = config.embedding_dim
    hidden = dim * config.temporal_mlp_ratio
    layer = nn.TransformerEncoderLayer(dim, config.heads, hidden, config.temporal_dropout, batch_first=True)
    with torch.no_grad():
        layer.self_attn.out_proj.weight.mul_(config.identity_start)
        layer.linear2.weight.mul_(config.identity_start)
    return layer
