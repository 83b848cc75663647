"""The eleven differences between the released code and the method (docs/method.md section 7), in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.config.run_config import Config


@dataclass(frozen=True)
class CodeDifference:
    """One row of the table in docs/method.md section 7.

    Args:
        row: Its number there.
        setting: The setting that turns it on.
        official: The setting's value in preset `official`.
        paper: Its value in preset `paper`.
        consequence: What it means for who uses a run that carries it.
    """

    row: int
    setting: str
    official: str
    paper: str
    consequence: str

    def carried_by(self, config: Config) -> bool:
        """Tell whether a configuration has the released code's behaviour here."""
        value: Any = config
        for name in self.setting.split("."):
            value = getattr(value, name)
        return bool(value == self.official)


DIFFERENCES = (
    CodeDifference(
        1,
        "model.option_pairing",
        "tiled",
        "own",
        "Option row r of a batch is refined with video r mod B, so nearly every option is refined with "
        "another question's video, and a prediction depends on the batch that it is made in.",
    ),
    CodeDifference(
        2,
        "model.autoregressive_target",
        "same",
        "next",
        "The autoregressive task predicts frame t from frames that include frame t: nothing is foreseen.",
    ),
    CodeDifference(
        3,
        "model.memory",
        "full",
        "causal",
        "The predictor's memory holds all frames, so the future leaks into every prediction.",
    ),
    CodeDifference(
        4,
        "model.similarity",
        "dot",
        "cosine",
        "Options are compared by a raw dot product: long vectors win, and probabilities have no scale.",
    ),
    CodeDifference(
        5,
        "objective.answer_loss",
        "summed_hinge",
        "mean_hinge",
        "The answering loss is summed over the batch with the correct option included (a constant), times "
        "0.01: its weight grows with the batch size.",
    ),
    CodeDifference(
        6,
        "model.empty_options",
        "compete",
        "masked",
        "Empty options compete like real ones and can be chosen.",
    ),
    CodeDifference(
        7,
        "model.positions",
        "raw",
        "scaled",
        "Positions of amplitude 1 are added to features as they are, however small those are beside them.",
    ),
    CodeDifference(
        8,
        "model.option_attention",
        "single",
        "among",
        "Each option attends to itself alone: the options of a question never see each other, and two weight "
        "matrices get no gradient.",
    ),
    CodeDifference(
        9,
        "objective.gradient_clip",
        "temporal",
        "all",
        "Only the Temporal Aligner's gradients are clipped.",
    ),
    CodeDifference(
        10, "model.option_count", "four", "any", "Only questions with exactly four options can be answered."
    ),
    CodeDifference(
        11,
        "training.selection",
        "last",
        "validation",
        "The last epoch's weights are used; no validation questions were held out to choose one.",
    ),
)


def differences_of(config: Config) -> tuple[CodeDifference, ...]:
    """Return the released code's behaviours that a configuration carries, in the table's order."""
    return tuple(difference for difference in DIFFERENCES if difference.carried_by(config))
