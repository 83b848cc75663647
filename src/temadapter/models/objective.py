"""What Tem-Adapter is trained for: the right answer, and the next frame (docs/method.md section 6)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from temadapter.models.objective_config import STANDARD_WEIGHTS, ObjectiveConfig
from temadapter.models.tem_adapter import TemAdapterOutput

__all__ = ["Losses", "Objective", "ObjectiveConfig"]


class Losses(NamedTuple):
    """An objective's value and its parts, each a scalar.

    Attributes:
        total: What is minimised.
        qa: The answering loss, before its weight.
        autoregressive: The autoregressive error, before its weight; 0 where nothing was predicted.
    """

    total: Tensor
    qa: Tensor
    autoregressive: Tensor


class Objective:
    """`answer_weight` · answering loss + `autoregressive_weight` · mean squared error of predicted frames.

    Options with logit -inf never count; nor do questions whose correct option is masked.

    Args:
        config: See `ObjectiveConfig`.
    """

    def __init__(self, config: ObjectiveConfig) -> None:
        self.config = config
        weight = config.answer_weight
        self.answer_weight = STANDARD_WEIGHTS[config.answer_loss] if weight is None else weight

    @property
    def gradient_clip(self) -> str:
        """Over which parameters the gradient norm is clipped: `all` or `temporal`."""
        return self.config.gradient_clip

    @property
    def clip_norm(self) -> float:
        """The largest gradient norm."""
        return self.config.clip_norm

    @property
    def predicts(self) -> bool:
        """Whether the autoregressive task has any weight."""
        return self.config.autoregressive_weight > 0

    def __call__(
        self,
        output: TemAdapterOutput,
        *,
        frames: Tensor,
        answers: Tensor,
        option_mask: Tensor | None = None,
        frame_mask: Tensor | None = None,
    ) -> Losses:
        """Compute the losses of one batch.

        Args:
            output: Of the model, called with the answers.
            frames: (B, F, D) or (B, C, F, D), the model's input. The target of the predictions, unless the
                output has `target_frames` (normalised frames).
            answers: (B,), index of the correct option.
            option_mask: (B, N), True for a real option. Not read by `summed_hinge`, as released: there only a
                logit of -inf takes an option out.
            frame_mask: (B, F) or (B, C, F), True for a real frame.

        Returns:
            The total, the answering loss and the autoregressive error, the latter two before their weights.
        """
        qa = self._answer_loss(output.logits, answers, option_mask)
        autoregressive = qa.new_zeros(())
        if output.predicted_frames is not None:
            target = frames if output.target_frames is None else output.target_frames
            autoregressive = _frame_error(output.predicted_frames, target, frame_mask)
        total = self.answer_weight * qa + self.config.autoregressive_weight * autoregressive
        return Losses(total, qa, autoregressive)

    def _answer_loss(self, logits: Tensor, answers: Tensor, option_mask: Tensor | None) -> Tensor:
        """Dispatch on `answer_loss`; (B, N) logits to a scalar."""
        kind = self.config.answer_loss
        counts = ~torch.isneginf(logits)
        if option_mask is not None and kind != "summed_hinge":
            counts = counts & option_mask
        if kind == "cross_entropy":
            return _cross_entropy(logits, answers, counts)
        return _hinge(logits, answers, counts, self.config.margin, summed=kind == "summed_hinge")


def _hinge(logits: Tensor, answers: Tensor, counts: Tensor, margin: float, *, summed: bool) -> Tensor:
    """Multi-class margin loss over the options that count; see `ObjectiveConfig.answer_loss`."""
    counts = counts & counts.gather(1, answers[:, None])
    logits = logits.masked_fill(~counts, 0.0)  # -inf - -inf would be nan
    margins = functional.relu(margin + logits - logits.gather(1, answers[:, None]))  # (B, N)
    if summed:
        return margins.masked_fill(~counts, 0.0).sum()
    wrong = counts.scatter(1, answers[:, None], False)
    per_question = margins.masked_fill(~wrong, 0.0).sum(dim=1) / wrong.sum(dim=1).clamp(min=1)
    asked = wrong.any(dim=1)
    return per_question.sum() / asked.sum().clamp(min=1)


def _cross_entropy(logits: Tensor, answers: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy over the options that count, averaged over the questions whose answer counts."""
    asked = counts.gather(1, answers[:, None])[:, 0]
    safe = logits.masked_fill(~counts & asked[:, None], -torch.inf).masked_fill(~asked[:, None], 0.0)
    losses = functional.cross_entropy(safe, answers, reduction="none")
    return losses.masked_fill(~asked, 0.0).sum() / asked.sum().clamp(min=1)


def _frame_error(predicted: Tensor, target: Tensor, frame_mask: Tensor | None) -> Tensor:
    """Mean squared error over the real frames' channels; any (B, ..., D)."""
    squared = (predicted - target.detach().reshape(predicted.shape)).square()
    if frame_mask is None:
        return squared.mean()
    weight = frame_mask.reshape(predicted.shape[:2]).to(squared.dtype)
    return (squared.mean(dim=-1) * weight).sum() / weight.sum().clamp(min=1)
