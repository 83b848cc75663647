"""A method as another package would bring it: the example of docs/methods.md, to the letter."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.transfer import EncodedVideo, TransferMethod
from temadapter.models.pooling import mean_over_time


@dataclass(frozen=True)
class Options:
    """Options, each with a default: `--set method_options.start=0.5`."""

    start: float = 1.0


class ScaledOptions(TransferMethod):
    """Learns one factor for each channel of the options' features."""

    name = "scaled-options"

    def __init__(self, context: MethodContext) -> None:
        options = Options(**context.options)
        self.factors = nn.Parameter(torch.full((context.embedding_dim,), options.start))
        super().__init__(nn.ParameterDict({"factors": self.factors}), context)

    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Return the frames' features and their mean."""
        return EncodedVideo(batch.frames, mean_over_time(batch.frames, batch.frame_mask))

    def encode_options(self, batch: Batch) -> Tensor:
        """Return the options' features, scaled."""
        return batch.options * self.factors


SPEC = MethodSpec(
    name="scaled-options",
    summary="one factor for each channel of the options",
    needs="features",
    text="event",
    trainable=True,
    build=ScaledOptions,
    options=Options,
)
