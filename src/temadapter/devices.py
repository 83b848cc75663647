"""The names of devices, told without PyTorch."""

from __future__ import annotations

import os
import re

from temadapter.errors import unknown_name

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
