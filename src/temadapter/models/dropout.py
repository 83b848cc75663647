"""Dropout whose random numbers cost little on a CPU, and attention that uses it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

_LEVELS = 2**16  # a rate is rounded to so many levels: 16 random bits decide about one number


def dropout(values: Tensor, rate: float, training: bool) -> Tensor:
    """Do what `torch.nn.functional.dropout` does, with other random numbers.

    PyTorch draws one number a value, and on a CPU that takes a fifth of a training step. Here 64 random bits decide
    about four values. They follow from PyTorch's generator: the same seed gives the same bits.
    """
    if not training or rate == 0 or values.device.type != "cpu":
        return functional.dropout(values, rate, training)
    dropped: Tensor = _Dropout.apply(values, rate)  # type: ignore[no-untyped-call]
    return dropped


def attend(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, *, rate: float, training: bool
) -> Tensor:
    """Scaled dot-product attention with dropout on the shares.

    Args:
        query: (R, H, Q, W).
        key: (R, H, K, W).
        value: (R, H, K, W).
        mask: True where a query may read a key; fits (R, H, Q, K). Every query may read something.
        rate: Of the dropout.
        training: Whether it acts.

    Returns:
        (R, H, Q, W).
    """
    if not training or rate == 0 or query.device.type != "cpu":
        return functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, dropout_p=rate if training else 0.0
        )
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1)
    if mask is not None:
        barred = torch.zeros(mask.shape, dtype=scores.dtype).masked_fill_(~mask, -torch.inf)
        scores = scores + barred
    return dropout(scores.softmax(-1), rate, training) @ value


class _Dropout(torch.autograd.Function):
    """Zero some values and scale the others up; keeps one byte a value for the way back."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, rate: float) -> Tensor:
        ctx.kept, ctx.scale = _kept(values.shape, rate), 1 / (1 - rate)
        kept: Tensor = (values * ctx.kept).mul_(ctx.scale)
        return kept

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return (gradients[0] * ctx.kept).mul_(ctx.scale), None


def _kept(shape: torch.Size, rate: float) -> Tensor:
    """Return which values stay, a bool tensor."""
    count = shape.numel()
    seed = int(torch.randint(2**62, ()))
    words = np.random.SFC64(seed).random_raw(-(-count // 4))
    bits = torch.from_numpy(words.view(np.int16))[:count]
    return (bits >= round(rate * _LEVELS) - _LEVELS // 2).view(shape)
