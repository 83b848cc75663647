"""A control: the plain temporal Transformer that a reader would try first, without the two aligners' tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from temadapter.errors import check_rules
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.transfer import EncodedVideo, TransferMethod
from temadapter.models.config import ModelConfig

if TYPE_CHECKING:
    from torch import Tensor

Pooling = Literal["mean", "cls"]


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


class TemporalTransformer(TransferMethod):
    """A Transformer over the frame features against the event descriptions as the backbone made them.

    It is Tem-Adapter without the Semantic Aligner, the autoregressive task and guided pooling, at the size that
    section `model` gives the Temporal Aligner's encoder; unlike the other methods it can see the order of frames.
    Its states leave the backbone's space, so the factor on cosines is learned, from the value that Tem-Adapter's
    starts at (14.3, at most 100).

    Args:
        context: `embedding_dim`, `model` and the options of `TemporalTransformerOptions`.
    """

    name = "temporal-transformer"

    def __init__(self, context: MethodContext) -> None:
        from temadapter.models.frame_transformer import FrameTransformer

        options = TemporalTransformerOptions(**context.options)
        config = context.model or ModelConfig(embedding_dim=context.embedding_dim)
        config = replace(config, embedding_dim=context.embedding_dim)
        self.transformer = FrameTransformer(config, layers=options.layers, pooling=options.pooling)
        super().__init__(self.transformer, context)

    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Let the frames of each video know of each other."""
        return EncodedVideo(*self.transformer(batch.frames, batch.frame_mask))

    def encode_options(self, batch: Batch) -> Tensor:
        """Return the options' features as they are stored."""
        return batch.options

    def scale(self) -> Tensor:
        """Return the learned factor on cosines."""
        import math

        from temadapter.models.tem_adapter import MAXIMAL_SCALE

        return self.transformer.log_scale.clamp(max=math.log(MAXIMAL_SCALE)).exp()


SPEC = MethodSpec(
    name="temporal-transformer",
    summary="a control: a plain temporal Transformer over the frames, without the aligners' tasks",
    needs="features",
    text="event",
    trainable=True,
    build=TemporalTransformer,
    options=TemporalTransformerOptions,
)
