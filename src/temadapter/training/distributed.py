"""Training on several devices: every process computes its part of each batch, and all take the same step.

The parts' gradients are added with the weights that they have in the whole batch, so that the result is that of
one process (within rounding). `torchrun` starts the processes and tells each which one it is, or `training.team` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, nn

from temadapter.errors import ConfigError, FollowerError, TemAdapterError
from temadapter.training.place import Place, unknown

PATIENCE = timedelta(hours=24)  # processes wait for each other while videos are encoded
FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.05  # seconds between two looks whether the others are there
Value = TypeVar("Value")


@dataclass(frozen=True)
class Processes:
    """The processes that train one run together.

    Args:
        rank: Which one this is, from 0.
        count: How many there are.
        why_lost: Says why another one is gone.
    """

    rank: int = 0
    count: int = 1
    why_lost: Callable[[], str] = unknown

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
        with self._connected():
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

            with self._connected():
                _meet()
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
        with self._connected():
            _meet()
            distributed.broadcast_object_list(told, src=0)
        if failure is not None:
            raise failure
        value, reason = told[0]
        if reason is not None:
            raise FollowerError(reason)
        return value  # type: ignore[return-value]

    def in_turn(self, work: Callable[[], Value]) -> Value:
        """Let the first process work, then the others do the same: they find on disk what it wrote.

        Raises:
            TemAdapterError: The work did, in the first process; the others say so too.
        """
        done: list[Value] = []
        self.first(lambda: done.append(work()))
        return done[0] if done else work()

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Say in the block why another process does not answer any more."""
        try:
            yield
        except RuntimeError as error:
            reason = (
                f"One of the {self.count} processes that train together is gone: {self.why_lost()}. The same command "
                "with --resume goes on where the run stopped."
            )
            raise (TemAdapterError if self.writes else FollowerError)(reason) from error


ALONE = Processes()


def _meet() -> None:
    """Wait until all processes are here, in Python: an interruption ends the wait, and it takes no processor time."""
    from torch import distributed

    meeting, pause = distributed.barrier(async_op=True), FIRST_PAUSE
    while not meeting.is_completed():
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    meeting.wait()  # raises where the connection broke


@contextmanager
def processes(device: torch.device, place: Place) -> Iterator[Processes]:
    """Join the processes that train together, if there are several; leave them at the end.

    Args:
        device: Where this process computes (see `own_device`).
        place: Which one this is.

    Raises:
        ConfigError: The processes do not find each other.
    """
    if place.count <= 1:
        yield ALONE
        return
    from torch import distributed

    joined = distributed.is_initialized()
    if not joined:
        place.wait()
        _join(device, place)
    try:
        yield Processes(distributed.get_rank(), distributed.get_world_size(), place.why_lost)
    finally:
        if not joined:
            distributed.destroy_process_group()


def _join(device: torch.device, place: Place) -> None:
    from torch import distributed

    backend = "nccl" if device.type == "cuda" else "gloo"
    if device.type == "cuda":
        torch.cuda.set_device(device)
    by_torchrun = place.address == "env://"
    rank, count = (-1, -1) if by_torchrun else (place.rank, place.count)  # -1: as the environment says
    try:
        distributed.init_process_group(
            backend, init_method=place.address, timeout=PATIENCE, rank=rank, world_size=count
        )
    except (RuntimeError, ValueError) as error:
        whose = " of torchrun" if by_torchrun else ""
        raise ConfigError(f"The {place.count} processes{whose} do not find each other: {error}") from error
