"""Building modules for their shapes alone: no memory is taken and no value is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode


@contextmanager
def without_values() -> Iterator[None]:
    """Give every tensor that is made inside a shape and a number format, and nothing else (PyTorch's `meta` device).

    >>> with without_values():
    ...     layer = torch.nn.Embedding(10**12, 512)
    >>> layer.weight.shape, layer.weight.device.type
    (torch.Size([1000000000000, 512]), 'meta')
    """
    with torch.device("meta"), _NothingComputed():
        yield


_SCALING = (Tensor.mul, Tensor.mul_, Tensor.__mul__, Tensor.__rmul__, Tensor.div, Tensor.__truediv__)


class _NothingComputed(TorchFunctionMode):
    """Leaves out what building a module computes most: on `meta` that imports `torch._dynamo`, for a second."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = dict(kwargs or {})
        if func is torch.randn:
            given.pop("generator", None)
            return torch.empty(*args, **given)
        if func is torch.eye:
            return torch.empty((args * 2)[:2], **given)
        if func is torch.nn.init.normal_:
            return given.get("tensor", *args[:1])
        scaled = func in _SCALING and args[0].is_floating_point() and isinstance(args[-1], int | float)
        return args[0] if scaled or func is Tensor.normal_ else func(*args, **given)
