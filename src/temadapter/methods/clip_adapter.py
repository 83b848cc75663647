"""CLIP-Adapter: residual bottleneck MLPs on the pooled embeddings (Gao et al. 2021, arXiv 2110.04544)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import check_rules
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.transfer import EncodedVideo, TransferMethod

if TYPE_CHECKING:
    from torch import Tensor


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


class ClipAdapter(TransferMethod):
    """CLIP-Adapter with both its adapters, on stored features.

    What the paper leaves open for video: the visual adapter works on the mean over time of the normalised frame
    features, as the paper's works on a picture's. Text is the event description. Nothing here sees an order of frames.

    Args:
        context: `embedding_dim`, `logit_scale` and the options of `ClipAdapterOptions`.
    """

    name = "clip-adapter"

    def __init__(self, context: MethodContext) -> None:
        from torch import nn

        from temadapter.models.bottleneck import Bottleneck

        options = ClipAdapterOptions(**context.options)
        dim, reduction = context.embedding_dim, options.reduction
        self.image = Bottleneck(dim, reduction=reduction, ratio=options.image_ratio)
        self.words = Bottleneck(dim, reduction=reduction, ratio=options.text_ratio)
        super().__init__(nn.ModuleDict({"image": self.image, "text": self.words}), context)

    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Pool the frames, then adapt the video's feature (and, for evidence, each frame's)."""
        from torch.nn import functional

        from temadapter.models.pooling import mean_over_time

        frames = functional.normalize(batch.frames, dim=-1)
        return EncodedVideo(self.image(frames), self.image(mean_over_time(frames, batch.frame_mask)))

    def encode_options(self, batch: Batch) -> Tensor:
        """Adapt the options' features."""
        adapted: Tensor = self.words(batch.options)
        return adapted


SPEC = MethodSpec(
    name="clip-adapter",
    summary="residual bottleneck MLPs on the pooled image and text embeddings",
    needs="features",
    text="event",
    trainable=True,
    build=ClipAdapter,
    options=ClipAdapterOptions,
    order_blind=True,
)
