"""A control: the plain temporal Transformer that a reader would try first, without the two aligners' tasks."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.options import Pooling, TemporalTransformerOptions
from temadapter.methods.transfer import TransferMethod, Watched, mean_over_time
from temadapter.models.config import ModelConfig
from temadapter.models.positions import Positions, unit_rms
from temadapter.models.tem_adapter import INITIAL_SCALE, MAXIMAL_SCALE


class FrameTransformer(nn.Module):
    """Transformer encoder layers over the frames of a video: post-norm, ReLU, as the Temporal Aligner's one.

    Args:
        config: Sizes, dropout, positions and `identity_start`, as for Tem-Adapter.
        layers: How many.
        pooling: `mean` or `cls`.
    """

    def __init__(self, config: ModelConfig, *, layers: int, pooling: Pooling) -> None:
        super().__init__()
        dim = config.embedding_dim
        self.raw = config.positions == "raw"
        self.positions = Positions(config)
        self.layers = nn.ModuleList(_layer(config) for _ in range(layers))
        self.cls = nn.Parameter(torch.randn(dim) * 0.02) if pooling == "cls" else None
        self.log_scale = nn.Parameter(torch.tensor(math.log(INITIAL_SCALE)))

    def forward(self, frames: Tensor, frame_mask: Tensor | None = None) -> Watched:
        """Return the states of frames (V, F, D) and of the videos; `frame_mask` (V, F) is True for a real frame."""
        frames = frames if self.raw else unit_rms(frames)
        states = frames + self.positions(frames, frame_mask)
        hidden = None if frame_mask is None else ~frame_mask
        if self.cls is not None:
            states = torch.cat([self.cls.expand(len(states), 1, -1), states], dim=1)
            hidden = None if hidden is None else nn.functional.pad(hidden, (1, 0), value=False)
        for layer in self.layers:
            states = layer(states, src_key_padding_mask=hidden)
        if self.cls is not None:
            return Watched(states[:, 1:], states[:, 0])
        return Watched(states, mean_over_time(states, frame_mask))


def _layer(config: ModelConfig) -> nn.TransformerEncoderLayer:
    dim = config.embedding_dim
    hidden = dim * config.temporal_mlp_ratio
    layer = nn.TransformerEncoderLayer(dim, config.heads, hidden, config.temporal_dropout, batch_first=True)
    with torch.no_grad():
        layer.self_attn.out_proj.weight.mul_(config.identity_start)
        layer.linear2.weight.mul_(config.identity_start)
    return layer


class TemporalTransformer(TransferMethod):
    """A Transformer over the frame features against the event descriptions as the backbone made them.

    It is Tem-Adapter without the Semantic Aligner, the autoregressive task and guided pooling, at the size that
    section `model` gives the Temporal Aligner's encoder; unlike the other methods it can see the order of frames.
    Its states leave the backbone's space, so the factor on cosines is learned, from the value that Tem-Adapter's
    starts at (14.3, at most 100).

    Args:
        context: `embedding_dim`, `model` and the options of `TemporalTransformerOptions`.
    """

    name = "temporal-transformer"

    def __init__(self, context: MethodContext) -> None:
        options = TemporalTransformerOptions(**context.options)
        config = context.model or ModelConfig(embedding_dim=context.embedding_dim)
        config = replace(config, embedding_dim=context.embedding_dim)
        self.transformer = FrameTransformer(config, layers=options.layers, pooling=options.pooling)
        super().__init__(self.transformer, context)

    def watch(self, batch: Batch) -> Watched:
        """Let the frames of each video know of each other."""
        watched: Watched = self.transformer(batch.frames, batch.frame_mask)
        return watched

    def read(self, batch: Batch) -> Tensor:
        """Return the options' features as they are stored."""
        return batch.options

    def scale(self) -> Tensor:
        """Return the learned factor on cosines."""
        return self.transformer.log_scale.clamp(max=math.log(MAXIMAL_SCALE)).exp()
