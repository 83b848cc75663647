"""Dropout whose random numbers cost little on a CPU, and attention that uses it.

Both go through their values in blocks that fit into a processor's cache. NumPy multiplies by bools: PyTorch would first
make a tensor of numbers of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_LEVELS = 2**16  # a rate is rounded to so many levels: 16 random bits decide about one number
_BLOCK = 2**18  # values that a core works on at a time
_BITS = {torch.float32: torch.int32, torch.bfloat16: torch.int16, torch.float16: torch.int16}


def dropout(values: Tensor, rate: float, training: bool) -> Tensor:
    """Do what `torch.nn.functional.dropout` does, with other random numbers.

    PyTorch draws one number a value, and on a CPU that takes a fifth of a training step. Here 64 random bits decide
    about four values. They follow from PyTorch's generator: the same seed gives the same bits.
    """
    if not _acts(values, rate, training):
        return functional.dropout(values, rate, training)
    dropped: Tensor = _Dropout.apply(values, rate)  # type: ignore[no-untyped-call]
    return dropped


class Dropout(nn.Dropout):
    """`dropout` as a layer."""

    def forward(self, values: Tensor) -> Tensor:
        """Return the values, in training some of them zero and the others scaled up."""
        return dropout(values, self.p, self.training)


def relu_dropout(values: Tensor, rate: float, training: bool) -> Tensor:
    """Return `dropout(relu(values))`, in one pass, and with nothing kept for the way back but what is returned."""
    if not _acts(values, rate, training):
        return functional.dropout(functional.relu(values), rate, training)
    dropped: Tensor = _ReluDropout.apply(values, rate)  # type: ignore[no-untyped-call]
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
    if not _acts(query, rate, training):
        return functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, dropout_p=rate if training else 0.0
        )
    if torch.is_autocast_enabled("cpu"):  # as it does with the operands of a matrix product
        dtype = torch.get_autocast_dtype("cpu")
        query, key, value = query.to(dtype), key.to(dtype), value.to(dtype)
    barred = None
    if mask is not None:
        barred = torch.zeros(mask.shape, dtype=query.dtype).masked_fill_(~mask, -torch.inf)
    read: Tensor = _Attention.apply(query * query.shape[-1] ** -0.5, key, value, barred, rate)  # type: ignore[no-untyped-call]
    return read


def _acts(values: Tensor, rate: float, training: bool) -> bool:
    return training and rate > 0 and values.device.type == "cpu" and values.dtype in _BITS


class _Dropout(torch.autograd.Function):
    """Zero some values and scale the others up; keeps one byte a value for the way back."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, rate: float) -> Tensor:
        ctx.kept, ctx.scale = _kept(values.numel(), rate), 1 / (1 - rate)
        return _scaled(values, ctx.kept, ctx.scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return _scaled(gradients[0], ctx.kept, ctx.scale), None


class _ReluDropout(torch.autograd.Function):
    """A value that is above zero afterwards was above zero before, and was kept."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, rate: float) -> Tensor:
        ctx.scale = 1 / (1 - rate)
        dropped = _scaled(values, _kept(values.numel(), rate), ctx.scale, positive=True)
        ctx.save_for_backward(dropped)
        return dropped

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (dropped,) = ctx.saved_tensors
        given = gradients[0].contiguous().view(-1)
        gradient = torch.empty_like(given)
        for block in _blocks(given.numel()):
            torch.ops.aten.threshold_backward.grad_input(
                given[block], dropped.view(-1)[block], 0, grad_input=gradient[block]
            )
            gradient[block].mul_(ctx.scale)
        return gradient.view_as(dropped), None


class _Attention(torch.autograd.Function):
    """Attention with dropout, some rows (videos) at a time: their scores stay in the cache.

    Queries are scaled already. `barred` is added to the scores: 0 or -inf.
    """

    @staticmethod
    def forward(
        ctx: Any, query: Tensor, key: Tensor, value: Tensor, barred: Tensor | None, rate: float
    ) -> Tensor:
        rows, heads, asked, width = query.shape
        shares = query.new_empty(rows, heads, asked, key.shape[2])
        scale, kept = 1 / (1 - rate), _kept(shares.numel(), rate).reshape(shares.shape)
        read = query.new_empty(rows, asked, heads, width).transpose(1, 2)  # heads side by side in memory
        with torch.autocast("cpu", enabled=False):
            for block in _blocks(rows, shares[0].numel()):
                scores = _part(query, block) @ _part(key, block).transpose(-2, -1)
                if barred is not None:
                    scores += barred[block] if barred.dim() == 4 and len(barred) == rows else barred
                torch.softmax(scores, -1, out=shares[block])
                _mask(shares[block], kept[block], scores)
                read[block] = (scores @ _part(value, block)).mul_(scale)
        ctx.save_for_backward(query, key, value, shares)
        ctx.kept, ctx.scale = kept, scale
        return read

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        query, key, value, shares = ctx.saved_tensors
        to_query, to_key, to_value = (torch.empty_like(each) for each in (query, key, value))
        for block in _blocks(len(query), shares[0].numel()):
            share, kept, given = shares[block], ctx.kept[block], _part(gradients[0], block) * ctx.scale
            wanted = given @ _part(value, block).transpose(-2, -1)
            _mask(wanted, kept, wanted)
            scores = torch._softmax_backward_data(wanted, share, -1, share.dtype)
            to_query[block] = scores @ _part(key, block)
            to_key[block] = scores.transpose(-2, -1) @ _part(query, block)
            _mask(share, kept, wanted)
            to_value[block] = wanted.transpose(-2, -1) @ given
        return to_query, to_key, to_value, None, None


def _part(heads: Tensor, block: slice) -> Tensor:
    """Return some rows of (R, H, Q, W) side by side in memory: products of others are slow in bfloat16."""
    return heads[block].contiguous()


def _blocks(rows: int, values: int = 1) -> Iterator[slice]:
    """Divide `rows` of some values each into slices, so that each core has a block at a time."""
    step = max(1, _BLOCK * torch.get_num_threads() // values)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def _kept(count: int, rate: float) -> NDArray[np.bool_]:
    """Return which of `count` values stay."""
    seed = int(torch.randint(2**62, ()))
    words = np.random.SFC64(seed).random_raw(-(-count // 4))
    kept: NDArray[np.bool_] = words.view(np.int16)[:count] >= round(rate * _LEVELS) - _LEVELS // 2
    return kept


def _scaled(values: Tensor, kept: NDArray[np.bool_], scale: float, *, positive: bool = False) -> Tensor:
    """Return what is kept of `values`, times `scale`; with `positive`, only what is above zero."""
    flat = values.contiguous().view(-1)
    scaled = torch.empty_like(flat)
    for block in _blocks(flat.numel()):
        _mask(flat[block], kept[block], scaled[block])
        if positive:
            scaled[block].clamp_min_(0)
        scaled[block].mul_(scale)
    return scaled.view(values.shape)


def _mask(values: Tensor, kept: NDArray[np.bool_], out: Tensor) -> None:
    """Write `values` to `out`, 0 where they are not kept: bits times 1 or 0."""
    bits = _BITS[values.dtype]
    np.multiply(values.view(bits).numpy(), kept, out=out.view(bits).numpy())
