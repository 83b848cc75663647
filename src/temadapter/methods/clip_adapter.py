"""CLIP-Adapter: residual bottleneck MLPs on the pooled embeddings (Gao et al. 2021, arXiv 2110.04544)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.options import ClipAdapterOptions
from temadapter.methods.transfer import TransferMethod, Watched, mean_over_time
from temadapter.models.positions import unit_rms


class Bottleneck(nn.Module):
    """`ratio · ReLU(f W1) W2 + (1 - ratio) · f`, equations 4 to 7 of the paper, without biases.

    Args:
        dim: D.
        reduction: The bottleneck is D / reduction wide.
        ratio: How much of the result is the adapter's.
    """

    def __init__(self, dim: int, *, reduction: int, ratio: float) -> None:
        super().__init__()
        width = max(1, dim // reduction)
        self.ratio = ratio
        self.down = nn.Linear(dim, width, bias=False)
        self.up = nn.Linear(width, dim, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        """Adapt features (..., D), which are scaled to root mean square 1 first: about the size of CLIP's own."""
        features = unit_rms(features)
        adapted: Tensor = self.up(functional.relu(self.down(features)))
        return self.ratio * adapted + (1 - self.ratio) * features


class ClipAdapter(TransferMethod):
    """CLIP-Adapter with both its adapters, on stored features.

    What the paper leaves open for video: the visual adapter works on the mean over time of the normalised frame
    features, as the paper's works on a picture's. Text is the event description. Nothing here sees an order of frames.

    Args:
        context: `embedding_dim`, `logit_scale` and the options of `ClipAdapterOptions`.
    """

    name = "clip-adapter"

    def __init__(self, context: MethodContext) -> None:
        options = ClipAdapterOptions(**context.options)
        dim, reduction = context.embedding_dim, options.reduction
        self.image = Bottleneck(dim, reduction=reduction, ratio=options.image_ratio)
        self.words = Bottleneck(dim, reduction=reduction, ratio=options.text_ratio)
        super().__init__(nn.ModuleDict({"image": self.image, "text": self.words}), context)

    def watch(self, batch: Batch) -> Watched:
        """Pool the frames, then adapt the video's feature (and, for evidence, each frame's)."""
        frames = functional.normalize(batch.frames, dim=-1)
        return Watched(self.image(frames), self.image(mean_over_time(frames, batch.frame_mask)))

    def read(self, batch: Batch) -> Tensor:
        """Adapt the options' features."""
        adapted: Tensor = self.words(batch.options)
        return adapted
