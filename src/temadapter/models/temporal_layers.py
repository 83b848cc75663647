"""The temporal layers' training pass for causal memory: the same functions as PyTorch's, with less work.

The encoder reads the frames twice, once whole and once causally: queries, keys and values are the same in both and
are computed once. Dropout draws its numbers more cheaply (`temadapter.models.dropout`).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.models.dropout import attend, dropout, relu_dropout

Heads = tuple[Tensor, Tensor, Tensor]
"""Queries, keys and values, (B, H, F, D / H) each."""


def encode_twice(
    layer: nn.TransformerEncoderLayer, frames: Tensor, frame_mask: Tensor | None, causal: Tensor
) -> tuple[Tensor, Tensor]:
    """Return what `layer` makes of `frames` (B, F, D), whole and read causally.

    Args:
        layer: Post-norm, ReLU.
        frames: With positions.
        frame_mask: (B, F), True for a real frame.
        causal: (F, F), True where a frame (row) may see another (column).
    """
    heads = _project(layer.self_attn, frames)
    whole = None if frame_mask is None else frame_mask[:, None, None, :]
    seen = causal if frame_mask is None else causal & frame_mask[:, None, None, :]
    return _encode(layer, frames, heads, whole), _encode(layer, frames, heads, seen)


def decode(
    layer: nn.TransformerDecoderLayer,
    inputs: Tensor,
    memory: Tensor,
    causal: Tensor,
    *,
    learned: int | None = None,
) -> Tensor:
    """Return what `layer` makes of `inputs` (B, F, D) and `memory` (B, F, D), both read causally.

    Args:
        layer: Post-norm, ReLU.
        inputs: With positions.
        memory: What the encoder made of the frames.
        causal: (F, F), True where a frame (row) may see another (column).
        learned: How many inputs, from the first, want a gradient: start tokens are learned, frames are given. None for
            all.
    """
    rate = layer.dropout.p
    own = _attend(layer.self_attn, _project(layer.self_attn, inputs, learned), causal)
    inputs = layer.norm1(inputs + dropout(own, rate, True))
    read = _attend(layer.multihead_attn, _cross(layer.multihead_attn, inputs, memory), causal)
    inputs = layer.norm2(inputs + dropout(read, rate, True))
    decoded: Tensor = layer.norm3(inputs + _mlp(layer, inputs))
    return decoded


def _encode(layer: nn.TransformerEncoderLayer, frames: Tensor, heads: Heads, mask: Tensor | None) -> Tensor:
    frames = layer.norm1(frames + dropout(_attend(layer.self_attn, heads, mask), layer.dropout.p, True))
    encoded: Tensor = layer.norm2(frames + _mlp(layer, frames))
    return encoded


def _mlp(layer: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer, frames: Tensor) -> Tensor:
    hidden = relu_dropout(layer.linear1(frames), layer.dropout.p, True)
    return dropout(layer.linear2(hidden), layer.dropout.p, True)


def _project(attention: nn.MultiheadAttention, tokens: Tensor, learned: int | None = None) -> Heads:
    """Return queries, keys and values of `tokens` (B, F, D), of which the first `learned` want a gradient."""
    weights = (attention.in_proj_weight, attention.in_proj_bias)
    if learned is None:
        packed = functional.linear(tokens, *weights)
    else:
        operands: tuple[Tensor, ...] = (tokens.detach(), tokens[:, :learned], *weights)
        if torch.is_autocast_enabled(tokens.device.type):
            dtype = torch.get_autocast_dtype(tokens.device.type)
            operands = tuple(operand.to(dtype) for operand in operands)
        packed = _FirstLearned.apply(*operands)  # type: ignore[no-untyped-call]
    query, key, value = (_split(part, attention.num_heads) for part in packed.chunk(3, dim=-1))
    return query, key, value


class _FirstLearned(torch.autograd.Function):
    """A linear layer whose input gradient is computed for the first tokens only: a third of its work is saved."""

    @staticmethod
    def forward(ctx: Any, tokens: Tensor, first: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(tokens, weight)
        ctx.count = first.shape[1]
        return functional.linear(tokens, weight, bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, Tensor, Tensor, Tensor]:
        tokens, weight = ctx.saved_tensors
        given = gradients[0].flatten(0, 1)
        return None, gradients[0][:, : ctx.count] @ weight, given.T @ tokens.flatten(0, 1), given.sum(0)


def _cross(attention: nn.MultiheadAttention, tokens: Tensor, memory: Tensor) -> Heads:
    """Return queries of `tokens` (B, F, D), keys and values of `memory` (B, F, D)."""
    width = tokens.shape[-1]
    weights, biases = attention.in_proj_weight, attention.in_proj_bias
    query = functional.linear(tokens, weights[:width], biases[:width])
    packed = functional.linear(memory, weights[width:], biases[width:])
    key, value = packed.chunk(2, dim=-1)
    return (
        _split(query, attention.num_heads),
        _split(key, attention.num_heads),
        _split(value, attention.num_heads),
    )


def _split(tokens: Tensor, heads: int) -> Tensor:
    rows, count, width = tokens.shape
    return tokens.view(rows, count, heads, width // heads).transpose(1, 2)


def _attend(attention: nn.MultiheadAttention, heads: Heads, mask: Tensor | None) -> Tensor:
    read = attend(*heads, mask, rate=attention.dropout, training=True)
    mixed: Tensor = attention.out_proj(read.transpose(1, 2).flatten(2))
    return mixed
