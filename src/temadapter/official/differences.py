"""The eleven differences between the released code and the method (docs/method.md section 7), in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.config.run_config import Config


@dataclass(frozen=True)
class CodeDifference:
    """One row of the table in docs/method.md section 7.

    Args:
        row: Its number there.
        setting: The setting that turns it on.
        consequence: What it means for who uses a run that carries it.
    """

    row: int
    setting: str
    consequence: str

    @property
    def official(self) -> str:
        """The setting's value in preset `official`."""
        return self.value_in(_preset("official"))

    @property
    def paper(self) -> str:
        """The setting's value in preset `paper`."""
        return self.value_in(_preset("paper"))

    def value_in(self, config: Config) -> str:
        """Return the setting's value in a configuration."""
        section, _, name = self.setting.partition(".")
        return str(getattr(getattr(config, section), name))

    def carried_by(self, config: Config) -> bool:
        """Tell whether a configuration has the released code's behaviour here."""
        return self.value_in(config) == self.official


@cache
def _preset(name: str) -> Config:
    from temadapter.config.run_config import load_config

    return load_config(name)


DIFFERENCES = (
    CodeDifference(
        1,
        "model.option_pairing",
        "Option row r of a batch is refined with video r mod B, so nearly every option is refined with "
        "another question's video, and a prediction depends on the batch that it is made in.",
    ),
    CodeDifference(
        2,
        "model.autoregressive_target",
        "The autoregressive task predicts frame t from frames that include frame t: nothing is foreseen.",
    ),
    CodeDifference(
        3,
        "model.memory",
        "The predictor's memory holds all frames, so the future leaks into every prediction.",
    ),
    CodeDifference(
        4,
        "model.similarity",
        "Options are compared by a raw dot product: long vectors win, and probabilities have no scale.",
    ),
    CodeDifference(
        5,
        "objective.answer_loss",
        "The answering loss is summed over the batch with the correct option included (a constant), times "
        "0.01: its weight grows with the batch size.",
    ),
    CodeDifference(
        6,
        "model.empty_options",
        "Empty options compete like real ones and can be chosen.",
    ),
    CodeDifference(
        7,
        "model.positions",
        "Positions of amplitude 1 are added to features as they are, however small those are beside them.",
    ),
    CodeDifference(
        8,
        "model.option_attention",
        "Each option attends to itself alone: the options of a question never see each other, and two weight "
        "matrices get no gradient.",
    ),
    CodeDifference(
        9,
        "objective.gradient_clip",
        "Only the Temporal Aligner's gradients are clipped.",
    ),
    CodeDifference(10, "model.option_count", "Only questions with exactly four options can be answered."),
    CodeDifference(
        11,
        "training.selection",
        "The last epoch's weights are used; no validation questions were held out to choose one.",
    ),
)


def differences_of(config: Config) -> tuple[CodeDifference, ...]:
    """Return the released code's behaviours that a configuration carries, in the table's order."""
    return tuple(difference for difference in DIFFERENCES if difference.carried_by(config))
