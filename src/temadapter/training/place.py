"""Which process this is of those that train a run together, and where they meet."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError

if TYPE_CHECKING:
    import torch


def _nothing() -> None:
    """Wait for nobody."""


def unknown() -> str:
    """Say of another process that is gone what everybody knows."""
    return "it ended, or the connection broke"


@dataclass(frozen=True)
class Place:
    """Which of the processes that train a run together this one is, and how it finds the others.

    Args:
        rank: Which one, from 0.
        count: How many there are.
        local_rank: Which one of those on this machine.
        address: Where they meet, as `torch.distributed.init_process_group` takes it.
        wait: Called before they meet; returns when all are ready to.
        why_lost: Says why another process is gone.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    address: str = "env://"
    wait: Callable[[], None] = _nothing
    why_lost: Callable[[], str] = unknown

    @classmethod
    def of_torchrun(cls) -> Place:
        """Return what torchrun says; alone, where it did not start this process.

        Raises:
            ConfigError: It cannot be understood.
        """
        count = _number("WORLD_SIZE", 1)
        if count <= 1 or "RANK" not in os.environ:
            return cls()
        return cls(_number("RANK", 0), count, _number("LOCAL_RANK", 0))


def own_device(device: torch.device, place: Place) -> torch.device:
    """Return the device of a process: of several GPUs, the one of its number on this machine."""
    if device.type != "cuda" or device.index is not None or place.count <= 1:
        return device
    import torch

    there = torch.cuda.device_count()
    if place.local_rank >= there:
        raise ConfigError(
            f"More processes are started than there are GPUs here ({there}): lower --nproc-per-node, or --processes."
        )
    return torch.device("cuda", place.local_rank)


def is_follower() -> bool:
    """Tell whether torchrun started this process, and it is not the first: it prints and writes nothing."""
    return _number("WORLD_SIZE", 1) > 1 and _number("RANK", 0) > 0


def _number(name: str, usual: int) -> int:
    text = os.environ.get(name, "")
    if text == "":
        return usual
    if not text.isdecimal():
        raise ConfigError(f"{name}={text[:40]!r} is not a number; start with torchrun, or unset it.")
    return int(text)
