"""CoOp: learned context vectors before the words, a frozen tower (Zhou et al. 2021, arXiv 2109.01134)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import check_rules
from temadapter.methods.base import Batch, MethodContext, Text
from temadapter.methods.spec import MethodSpec
from temadapter.methods.tower_method import TowerOptions, distinct_texts
from temadapter.methods.transfer import EncodedVideo, TransferMethod

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class CoOpOptions(TowerOptions):
    """Options of `coop` and `coop-description`; 16 as in Zhou et al. 2021.

    Args:
        at_once: See `TowerOptions`.
        context: M, the number of learned context vectors.
    """

    context: int = 16

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(("context must be at least 1", self.context >= 1))


class _ContextLearning(TransferMethod):
    """CoOp on stored video features: M vectors, the same for every question, are all that is trained.

    As in CoOp they are 16, drawn from a normal distribution with standard deviation 0.02, and stand in front. The
    video is the mean over time of its normalised frame features; nothing here sees an order of frames.

    Args:
        context: With the backbone and the options of `CoOpOptions`.
    """

    def __init__(self, context: MethodContext) -> None:
        from temadapter.methods.prompted_text import PromptedText
        from temadapter.methods.towers import Towers

        options = CoOpOptions(**context.options)
        towers = Towers(context.backbone, method=self.name, at_once=options.at_once, image=False)
        self.prompted = PromptedText(towers, options.context)
        super().__init__(self.prompted, context)

    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Average the stored features."""
        from torch.nn import functional

        from temadapter.models.pooling import mean_over_time

        unit = functional.normalize(batch.frames, dim=-1)
        return EncodedVideo(unit, mean_over_time(unit, batch.frame_mask))

    def encode_options(self, batch: Batch) -> Tensor:
        """Let each distinct sentence pass the text tower behind the learned vectors."""
        sentences, index = distinct_texts(batch, self.name)
        embedded: Tensor = self.prompted(sentences)
        return embedded[index.to(embedded.device)]


class CoOp(_ContextLearning):
    """The vectors, then the option as it is: what CoOp does with a class name.

    They take the place of the question's words ("prompt learning, words changed" of the paper), so one prompt serves
    every question, and what was asked must be guessed from the options.
    """

    name = "coop"
    text: Text = "raw"


class CoOpDescription(_ContextLearning):
    """The vectors, then the event description ("prompt learning, words kept" of the paper)."""

    name = "coop-description"
    text: Text = "event"


DESCRIPTION_SPEC = MethodSpec(
    name="coop-description",
    summary="context vectors in front of the event description",
    needs="features",
    text="event",
    trainable=True,
    build=CoOpDescription,
    encodes_text=True,
    options=CoOpOptions,
    order_blind=True,
)

SPEC = MethodSpec(
    name="coop",
    summary="context vectors in place of the question's words, then the option",
    needs="features",
    text="raw",
    trainable=True,
    build=CoOp,
    encodes_text=True,
    options=CoOpOptions,
    order_blind=True,
)
