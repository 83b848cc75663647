"""The settings of the objective (docs/method.md section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from temadapter.errors import ConfigError

AnswerLoss = Literal["mean_hinge", "summed_hinge", "cross_entropy"]
GradientClip = Literal["all", "temporal"]
STANDARD_WEIGHTS = {"mean_hinge": 1.0, "summed_hinge": 0.01, "cross_entropy": 1.0}


@dataclass(frozen=True, kw_only=True)
class ObjectiveConfig:
    """The configuration of the objective; the defaults are preset `paper`.

    Attributes:
        answer_loss: Row 5 of docs/method.md section 7. `mean_hinge`: averaged over a question's wrong options, then
            over the batch. `summed_hinge`: summed over batch and options, the correct one included (a constant
            `margin` without gradient). `cross_entropy`: over a question's options.
        answer_weight: Weight of the answering loss; None for its own standard (1.0, 0.01 and 1.0).
        autoregressive_weight: Weight λ of the autoregressive error; 0 leaves the task out.
        gradient_clip: Row 9. Over which parameters the gradient norm is taken and clipped.
        clip_norm: The largest gradient norm.
        margin: By how much the correct option is to lead.

    Raises:
        ConfigError: Naming every field that is out of range.
    """

    answer_loss: AnswerLoss = "mean_hinge"
    answer_weight: float | None = None
    autoregressive_weight: float = 1.0
    gradient_clip: GradientClip = "all"
    clip_norm: float = 12.0
    margin: float = 1.0

    def __post_init__(self) -> None:
        problems = [
            f"objective.{name} must be {' or '.join(get_args(kind))}, not {getattr(self, name)!r}"
            for name, kind in (("answer_loss", AnswerLoss), ("gradient_clip", GradientClip))
            if getattr(self, name) not in get_args(kind)
        ]
        for name, least in (("answer_weight", 0.0), ("autoregressive_weight", 0.0), ("margin", 0.0)):
            value = getattr(self, name)
            if value is not None and not value >= least:
                problems.append(f"objective.{name} ({value}) must be at least {least:g}")
        if not self.clip_norm > 0:
            problems.append(f"objective.clip_norm ({self.clip_norm}) must be positive")
        if problems:
            raise ConfigError("The objective's configuration is wrong: " + "; ".join(problems) + ".")
