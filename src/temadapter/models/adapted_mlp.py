"""A bottleneck adapter after the MLP of a Transformer block (Houlsby et al. 2019, arXiv 1902.00751)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

INITIAL_STD = 0.01


class AdaptedMLP(nn.Module):
    """The MLP of a block and an adapter on its output, before the block adds what the MLP was given.

    The adapter is `h + GELU(h W1 + b1) W2 + b2`, close to the identity at the start: weights from a normal
    distribution with standard deviation 0.01, cut off at two of them.

    Args:
        mlp: The block's own.
        dim: Width of the tower.
        width: Of the bottleneck.
    """

    def __init__(self, mlp: nn.Module, dim: int, width: int) -> None:
        super().__init__()
        self.mlp = mlp
        self.down = nn.Linear(dim, width)
        self.up = nn.Linear(width, dim)
        for layer in (self.down, self.up):
            nn.init.trunc_normal_(layer.weight, std=INITIAL_STD, a=-2 * INITIAL_STD, b=2 * INITIAL_STD)
            nn.init.zeros_(layer.bias)

    def forward(self, states: Tensor) -> Tensor:
        """Return what is added to states (n, L, dim)."""
        hidden: Tensor = self.mlp(states)
        return hidden + self.up(functional.gelu(self.down(hidden)))  # type: ignore[no-any-return]
