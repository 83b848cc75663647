"""What a process computes of a batch, and what that counts in the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from temadapter.errors import ConfigError
from temadapter.models.objective import Losses

if TYPE_CHECKING:
    from temadapter.methods.base import TrainableMethod
    from temadapter.training.batches import QuestionBank
    from temadapter.training.distributed import Processes

WHOLE_BATCHES = (
    "With model.option_pairing=tiled (preset official) an answer depends on the whole batch, so that it cannot be "
    "divided among processes: train with one."
)


@dataclass(frozen=True)
class PartOfBatch:
    """One process's part of a batch.

    A loss is an average: over questions, and over the frames of videos where frames are predicted. The whole
    batch's is the sum of the parts', each weighted by how much of what is averaged it has.

    Args:
        rows: Its questions.
        processes: Who shares the batch.
        questions: Its share of the batch's questions, 0 to 1.
        frames: Its share of the frames of the batch's videos.
    """

    rows: Tensor
    processes: Processes
    questions: float = 1.0
    frames: float = 1.0

    @classmethod
    def of(cls, bank: QuestionBank, rows: Tensor, processes: Processes) -> PartOfBatch:
        """Return the part of the batch of some rows that this process computes."""
        if not processes.several:
            return cls(rows, processes)
        own = processes.share(rows, bank.video[rows.to(bank.video.device)])
        return cls(own, processes, len(own) / len(rows), _frames(bank, own) / _frames(bank, rows))

    def seed(self, seed: int, step: int) -> None:
        """Let this process draw (dropout, frames) otherwise than the others, and alike however often it starts."""
        if self.processes.several:
            number = ((seed * 1_000_003 + step) * 65_537 + self.processes.rank) % 2**63
            # What torch.manual_seed does, but that it prepares devices which are not used, for 2 ms in each step
            torch.default_generator.manual_seed(number)
            if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
                torch.cuda.manual_seed_all(number)

    def weighted(self, method: TrainableMethod, losses: Losses) -> Losses:
        """Return losses whose sum over all processes is that of the whole batch."""
        if not self.processes.several:
            return losses
        objective: Any = getattr(method, "objective", None)
        answering = losses.total if objective is None else objective.answer_weight * losses.qa
        predicting = losses.total - answering
        summed = objective is not None and objective.config.answer_loss == "summed_hinge"
        share = 1.0 if summed else self.questions
        return Losses(
            share * answering + self.frames * predicting,
            share * losses.qa,
            self.frames * losses.autoregressive,
        )


def check_divisible(method: TrainableMethod, processes: Processes) -> None:
    """Refuse to divide batches whose questions cannot be told apart.

    Raises:
        ConfigError: The method pairs a question with other questions' videos.
    """
    model = getattr(getattr(method, "model", None), "config", None)
    if processes.several and getattr(model, "option_pairing", "own") == "tiled":
        raise ConfigError(WHOLE_BATCHES)


def _frames(bank: QuestionBank, rows: Tensor) -> int:
    """Return how many real frames the different videos of some questions have."""
    videos = torch.unique(bank.video[rows.to(bank.video.device)])
    return max(1, int(bank.videos.mask[videos].sum()))
