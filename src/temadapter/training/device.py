"""Where training runs, in which number format, and with whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import torch

from temadapter.config.training_config import TrainingConfig
from temadapter.devices import choose_device, native_bfloat16
from temadapter.training.distributed import ALONE, Processes, own_device, processes
from temadapter.training.trainer import check_tensorboard

Dtype = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Place:
    """Where a run is trained.

    Args:
        device: The one of this process.
        dtype: The number format of matrix products.
        together: The processes that train it.
    """

    device: torch.device
    dtype: Dtype
    together: Processes = ALONE


def place_of(config: TrainingConfig) -> Place:
    """Return where this process trains by itself.

    Raises:
        ConfigError: The device is not here, or TensorBoard is asked for and not installed.
    """
    check_tensorboard(config)
    device = own_device(choose_device(config.device))
    return Place(device, choose_dtype(config.dtype, device))


@contextmanager
def shared_place(config: TrainingConfig) -> Iterator[Place]:
    """Join the processes that torchrun started, if it did, and yield where this one trains.

    Raises:
        ConfigError: As `place_of` and `processes` do.
    """
    place = place_of(config)
    with processes(place.device) as together:
        yield replace(place, together=together)


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
