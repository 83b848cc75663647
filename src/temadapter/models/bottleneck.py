"""The residual bottleneck of CLIP-Adapter (Gao et al. 2021, arXiv 2110.04544)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

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
