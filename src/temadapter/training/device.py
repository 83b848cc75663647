"""Where training runs, and in which number format."""

from __future__ import annotations

from typing import Literal

import torch

from temadapter.errors import ConfigError

Dtype = Literal["auto", "float32", "bfloat16"]


def choose_device(name: str) -> torch.device:
    """Return the device called `name`; `auto` is CUDA where there is one.

    Raises:
        ConfigError: CUDA was asked for and there is none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise ConfigError("There is no CUDA device here: set training.device=cpu, or auto.")
    return torch.device(name)


def choose_dtype(name: Dtype, device: torch.device) -> Dtype:
    """Return the number format of matrix products in training; `auto` is the fastest that was measured."""
    if name != "auto":
        return name
    del device
    return "float32"
