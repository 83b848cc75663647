"""Everything that a run needs to go on as if it had never stopped, in one file that is never half written."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from temadapter.errors import DataError
from temadapter.files import atomic_path
from temadapter.tensor_files import load_plain

FILE = "state.pt"


@dataclass
class Progress:
    """Where a run stands.

    Args:
        epoch: The epoch in progress, from 1; `epochs + 1` when all are done.
        step: How many of its steps are done.
        sums: Sums over the epoch's steps so far, for its averages.
        history: What was logged of every finished epoch.
        best_epoch: The epoch whose weights would be kept now; 0 before the first.
        best_score: Its validation accuracy.
        best_weights: Its weights (those that answering needs).
        seconds: Time spent training, over all the times that the run was started.
        finished: Whether the last epoch is done.
    """

    epoch: int = 1
    step: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int = 0
    best_score: float = -1.0
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    seconds: float = 0.0
    finished: bool = False


def save_checkpoint(
    folder: Path,
    *,
    progress: Progress,
    model: dict[str, Any],
    optimizer: dict[str, Any],
    random: dict[str, Tensor],
) -> None:
    """Write `folder/state.pt` in one step: a reader (or a power cut) meets the old state or the new one.

    Args:
        folder: The run's `checkpoint/`.
        progress: Where the run stands.
        model: State dict of everything that is trained.
        optimizer: State dict of the optimizer.
        random: Of `seeding.random_state`.
    """
    state = {key.name: getattr(progress, key.name) for key in fields(progress)}
    with atomic_path(folder / FILE) as temporary, temporary.open("wb") as file:
        torch.save({"progress": state, "model": model, "optimizer": optimizer, "random": random}, file)


def load_checkpoint(folder: Path) -> tuple[Progress, dict[str, Any]] | None:
    """Return where a run stood and its other states, or None where it saved none.

    Raises:
        DataError: The file is not one that `save_checkpoint` wrote.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        state = load_plain(path)
        return Progress(**state.pop("progress")), state
    except DataError as error:
        raise DataError(f"{error} Start over with --overwrite.") from error
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise DataError(
            f"{path} is not a checkpoint of this version ({error}). Start over with --overwrite."
        ) from error
