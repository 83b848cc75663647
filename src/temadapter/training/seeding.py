"""One seed for everything random in a run, and the kernels that repeat exactly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils import deterministic


def seed_everything(seed: int) -> None:
    """Seed torch; nothing in training draws from Python's or numpy's generators."""
    torch.manual_seed(seed)


@contextmanager
def repeatable_kernels() -> Iterator[None]:
    """Use kernels that give the same bits every time while the block runs.

    A kernel without a repeatable form warns and is used all the same.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read by cuBLAS when it first starts
    flags: Any = deterministic  # torch does not declare what it offers here
    before = torch.are_deterministic_algorithms_enabled(), flags.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True, warn_only=True)
    flags.fill_uninitialized_memory = False  # for finding bugs; it costs time
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        flags.fill_uninitialized_memory = before[1]


def epoch_order(videos: torch.Tensor, *, seed: int, epoch: int, together: int = 1) -> torch.Tensor:
    """Return the order `(Q,)` in which the questions of an epoch come.

    It depends on the seed and the epoch only, so that a resumed run needs no record of it.

    Args:
        videos: (Q,), the number of each question's video.
        seed: Of the run.
        epoch: From 1.
        together: How many questions about one video follow each other. With 1 the order is a plain shuffle;
            more share one pass over the video's frames, and make batches of fewer different videos.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(len(videos), generator=generator)
    if together == 1:
        return order
    grouped = order[torch.argsort(videos.cpu()[order], stable=True)]  # by video, shuffled within
    lengths = torch.unique_consecutive(videos.cpu()[grouped], return_counts=True)[1].tolist()
    groups = [group for own in torch.split(grouped, lengths) for group in torch.split(own, together)]
    return torch.cat([groups[i] for i in torch.randperm(len(groups), generator=generator).tolist()])


def random_state() -> dict[str, torch.Tensor]:
    """Return the states of torch's generators (processor, and the current CUDA device where there is one)."""
    state = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        state["cuda"] = torch.cuda.get_rng_state()
    return state


def restore_random_state(state: dict[str, torch.Tensor]) -> None:
    """Continue the generators from `state` (of `random_state`)."""
    torch.set_rng_state(state["cpu"].cpu())
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"].cpu())
