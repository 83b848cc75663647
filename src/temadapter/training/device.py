"""Where training runs, and in which number format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from temadapter.config.training_config import TrainingConfig
from temadapter.devices import choose_device, native_bfloat16
from temadapter.training.place import Place, own_device
from temadapter.training.trainer import check_tensorboard

Dtype = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Compute:
    """What a process computes with.

    Args:
        device: The one of this process.
        dtype: The number format of matrix products.
    """

    device: torch.device
    dtype: Dtype


def compute_on(config: TrainingConfig, place: Place) -> Compute:
    """Return what a process trains with.

    Args:
        config: The settings of training.
        place: Which process this is.

    Raises:
        ConfigError: The device is not here, or TensorBoard is asked for and not installed.
    """
    check_tensorboard(config)
    device = own_device(choose_device(config.device), place)
    return Compute(device, choose_dtype(config.dtype, device))


def choose_dtype(name: Dtype, device: torch.device) -> Dtype:
    """Return the number format of matrix products in training.

    `auto`, by measurement (`benchmarks/training_dtype.py`; a step with batch 128, the optimizer included): on a
    processor that multiplies bfloat16 natively (AMD EPYC with AVX512-BF16), bfloat16 was 1.6 times as fast as
    float32 at D = 256 with 24 frames, and 1.9 times at D = 512 with 16. Eight epochs on Crossroads ended with
    the same losses within 0.2 % and the same test accuracy (51.1 and 51.0 %). Other processors emulate bfloat16,
    and CUDA has not been measured: float32 there.
    """
    if name != "auto":
        return name
    return "bfloat16" if device.type == "cpu" and native_bfloat16() else "float32"
