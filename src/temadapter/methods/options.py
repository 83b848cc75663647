"""The options of every method (`--set method_options.NAME=VALUE`), as plain dataclasses that load no networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from temadapter.errors import check_rules

LoraTargets = Literal["qv", "qkvo"]
Pooling = Literal["mean", "cls"]


@dataclass(frozen=True)
class NoOptions:
    """A method that has nothing to choose, or has its options in sections of its own."""


@dataclass(frozen=True)
class ClipAdapterOptions:
    """Options of `clip-adapter`; the defaults are those of Gao et al. 2021 for ImageNet.

    Args:
        reduction: The bottleneck is D / reduction wide.
        image_ratio: How much of the video's feature is the adapter's output; the rest is the backbone's.
        text_ratio: The same for the options' features.
    """

    reduction: int = 4
    image_ratio: float = 0.2
    text_ratio: float = 0.2

    def __post_init__(self) -> None:
        check_rules(
            ("reduction must be at least 1", self.reduction >= 1),
            ("image_ratio must be between 0 and 1", 0 <= self.image_ratio <= 1),
            ("text_ratio must be between 0 and 1", 0 <= self.text_ratio <= 1),
        )


@dataclass(frozen=True)
class TemporalTransformerOptions:
    """Options of `temporal-transformer`; its sizes are those of section `model`.

    Args:
        layers: How many encoder layers; the Temporal Aligner has one.
        pooling: What stands for the video: the `mean` of the frame states, or a learned `cls` token's state.
    """

    layers: int = 1
    pooling: Pooling = "mean"

    def __post_init__(self) -> None:
        check_rules(("layers must be at least 1", self.layers >= 1))


@dataclass(frozen=True)
class TowerOptions:
    """Options of every method that runs the towers themselves.

    Args:
        at_once: So many frames (or sentences) pass a tower at once. A batch with more of them is divided, and what
            their gradients need is computed a second time: memory is bounded at the price of one more forward
            pass. None: so many that what their gradients need takes about 1 GiB.
    """

    at_once: int | None = None

    def __post_init__(self) -> None:
        check_rules(("at_once must be at least 1, or null", self.at_once is None or self.at_once >= 1))


@dataclass(frozen=True)
class FrameOptions(TowerOptions):
    """Options of every method that changes the image tower.

    Args:
        at_once: See `TowerOptions`.
        training_frames: Of each video a training step sees so many frames, drawn anew: one from each of so many equal
            parts (sparse sampling, Lei et al. 2021, arXiv 2102.06183). Validation, test and answers see all of them.
            None: training too.
    """

    training_frames: int | None = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        enough = self.training_frames is None or self.training_frames >= 1
        check_rules(("training_frames must be at least 1, or null", enough))


@dataclass(frozen=True)
class PartialFineTuningOptions(FrameOptions):
    """Options of `partial-fine-tuning`.

    Args:
        at_once: See `TowerOptions`.
        training_frames: See `FrameOptions`.
        blocks: k, how many of the last blocks of each tower are trained.
    """

    blocks: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(("blocks must be at least 1", self.blocks >= 1))


@dataclass(frozen=True)
class LoraOptions(FrameOptions):
    """Options of `lora`, as in Hu et al. 2021.

    Args:
        at_once: See `TowerOptions`.
        training_frames: See `FrameOptions`.
        rank: r of the update.
        alpha: The update is scaled by alpha / rank.
        dropout: On the input of the update.
        targets: `qv`: the query and value projections (what they recommend); `qkvo`: all four.
    """

    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.0
    targets: LoraTargets = "qv"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(
            ("rank must be at least 1", self.rank >= 1),
            ("alpha must be above 0", self.alpha > 0),
            ("dropout must be at least 0 and below 1", 0 <= self.dropout < 1),
        )


@dataclass(frozen=True)
class MultiLayerAdapterOptions(FrameOptions):
    """Options of `multi-layer-adapter`, as in Houlsby et al. 2019.

    Args:
        at_once: See `TowerOptions`.
        training_frames: See `FrameOptions`.
        width: Of the bottleneck; they tried 8, 64 and 256.
    """

    width: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(("width must be at least 1", self.width >= 1))


@dataclass(frozen=True)
class PromptOptions(TowerOptions):
    """Options of `prompt-kept` and `prompt-changed`, as in CoOp (Zhou et al. 2021).

    Args:
        at_once: See `TowerOptions`.
        context: M, the number of learned context vectors.
    """

    context: int = 16

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(("context must be at least 1", self.context >= 1))
