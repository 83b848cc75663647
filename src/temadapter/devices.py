"""Devices: their names, told without PyTorch, and what this machine has of them."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "cuda:1", "mps")


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_device_name(name: str) -> bool:
    """Tell whether `name` names a device, here or elsewhere.

    >>> is_device_name("cuda:1"), is_device_name("gpu")
    (True, False)
    """
    return re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,3})?", name) is not None


def check_device_name(name: str) -> None:
    """Refuse what names no device.

    Raises:
        ConfigError: It lists what does.
    """
    if not is_device_name(name):
        raise unknown_name("device", name, DEVICES)


def choose_device(device: str) -> torch.device:
    """Return the device that `device` ("auto", "cpu", "cuda", "cuda:1", "mps") stands for; auto is CUDA if it is there.

    Raises:
        ConfigError: The name is unknown, or the device is not here.
    """
    import torch

    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    check_device_name(device)
    kind, _, index = device.partition(":")
    if kind == "cuda" and not torch.cuda.is_available():
        raise ConfigError("There is no CUDA device here: use --device cpu (training.device=cpu), or auto.")
    if kind == "cuda" and index and int(index) >= torch.cuda.device_count():
        last = torch.cuda.device_count() - 1
        raise ConfigError(f"There is no device {device} here: the CUDA devices are cuda:0 to cuda:{last}.")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise ConfigError(
            "There is no Apple GPU (mps) here: use --device cpu (training.device=cpu), or auto."
        )
    return torch.device(device)


@cache
def native_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Return whether this processor multiplies bfloat16 natively (known on Linux; False elsewhere)."""
    try:
        words = set(cpuinfo.read_text().split())
    except OSError:
        return False
    return bool(words & {"amx_bf16", "avx512_bf16"})
