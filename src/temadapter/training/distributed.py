"""Training on several devices: every process computes its part of each batch, and all take the same step.

The parts' gradients are added with the weights that they have in the whole batch, so that the result is that of
one process (within rounding). `torchrun` starts the processes and tells each which one it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, nn

from temadapter.errors import ConfigError, FollowerError
from temadapter.progress import hide_bars

PATIENCE = timedelta(hours=24)  # processes wait for each other while videos are encoded
Value = TypeVar("Value")


@dataclass(frozen=True)
class Processes:
    """The processes that train one run together.

    Args:
        rank: Which one this is, from 0.
        count: How many there are.
    """

    rank: int = 0
    count: int = 1

    @property
    def several(self) -> bool:
        """Whether there are others."""
        return self.count > 1

    @property
    def writes(self) -> bool:
        """Whether this one writes the run's files: only the first does."""
        return self.rank == 0

    def share(self, rows: Tensor, videos: Tensor) -> Tensor:
        """Return this process's part of a batch: about as many questions as the others', whole videos.

        Questions about one video stay together: methods read its frames once, and predict them once.

        Args:
            rows: (B,), the questions of the batch.
            videos: (B,), the video of each.
        """
        if not self.several:
            return rows
        _, own, sizes = torch.unique(videos.cpu(), return_inverse=True, return_counts=True)
        middle = sizes.cumsum(0) - sizes / 2
        process = (middle * self.count / len(rows)).long().clamp(max=self.count - 1)
        return rows[process[own] == self.rank]

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Replace each tensor by its sum over all processes."""
        if not self.several or not tensors:
            return
        from torch import distributed

        flat = torch.cat([tensor.detach().reshape(-1).float() for tensor in tensors])
        distributed.all_reduce(flat)
        totals = torch.split(flat, [tensor.numel() for tensor in tensors])
        for tensor, total in zip(tensors, totals, strict=True):
            tensor.detach().copy_(total.view_as(tensor))

    def add_gradients(self, parameters: Iterable[nn.Parameter], numbers: Tensor) -> None:
        """Replace gradients and some numbers by their sums over all processes; no gradient counts as zero."""
        if not self.several:
            return
        gradients = []
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            gradients.append(parameter.grad)
        self.add([*gradients, numbers])

    def same(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by the first process's."""
        if self.several:
            from torch import distributed

            for tensor in tensors:
                distributed.broadcast(tensor.detach(), src=0)

    def first(self, work: Callable[[], Value]) -> Value:
        """Let the first process work while the others wait, and return its result everywhere.

        Raises:
            TemAdapterError: The work did, in the first process; the others say so too.
        """
        if not self.several:
            return work()
        from torch import distributed

        told: list[tuple[Value | None, str | None]] = [(None, None)]
        failure: Exception | None = None
        if self.writes:
            try:
                told = [(work(), None)]
            except Exception as error:
                failure, told = error, [(None, str(error))]
        distributed.broadcast_object_list(told, src=0)
        if failure is not None:
            raise failure
        value, reason = told[0]
        if reason is not None:
            raise FollowerError(reason)
        return value  # type: ignore[return-value]


ALONE = Processes()


@contextmanager
def processes(device: torch.device) -> Iterator[Processes]:
    """Join the processes that torchrun started, if it did; leave them at the end.

    Args:
        device: Where this process computes (see `own_device`).

    Raises:
        ConfigError: What torchrun says cannot be understood, or the processes do not find each other.
    """
    count = _number("WORLD_SIZE", 1)
    if count <= 1 or "RANK" not in os.environ:
        yield ALONE
        return
    if is_follower():
        hide_bars()
    from torch import distributed

    joined = distributed.is_initialized()
    if not joined:
        backend = "nccl" if device.type == "cuda" else "gloo"
        if device.type == "cuda":
            torch.cuda.set_device(device)
        try:
            distributed.init_process_group(backend, timeout=PATIENCE)
        except (RuntimeError, ValueError) as error:
            raise ConfigError(f"The {count} processes of torchrun do not find each other: {error}") from error
    try:
        yield Processes(distributed.get_rank(), distributed.get_world_size())
    finally:
        if not joined:
            distributed.destroy_process_group()


def own_device(device: torch.device) -> torch.device:
    """Return the device of this process: of several GPUs, the one that torchrun's LOCAL_RANK counts."""
    if device.type != "cuda" or device.index is not None or _number("WORLD_SIZE", 1) <= 1:
        return device
    index, there = _number("LOCAL_RANK", 0), torch.cuda.device_count()
    if index >= there:
        raise ConfigError(
            f"torchrun starts more processes than there are GPUs here ({there}): lower --nproc-per-node."
        )
    return torch.device("cuda", index)


def is_follower() -> bool:
    """Tell whether torchrun started this process, and it is not the first: it shows and writes nothing."""
    return _number("WORLD_SIZE", 1) > 1 and _number("RANK", 0) > 0


def _number(name: str, usual: int) -> int:
    text = os.environ.get(name, "")
    if text == "":
        return usual
    if not text.isdecimal():
        raise ConfigError(f"{name}={text[:40]!r} is not a number; start with torchrun, or unset it.")
    return int(text)
