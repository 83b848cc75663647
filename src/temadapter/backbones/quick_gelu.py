"""CLIP's activation in few passes over its input, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from temadapter.backbones.clip import MLP, ClipModel

SLOPE = 1.702
"""QuickGELU(x) = x · sigmoid(1.702 x) = SiLU(1.702 x) / 1.702."""


class QuickGELU(nn.Module):
    """The same bits as transformers' activation; one new tensor instead of three where no gradient is wanted."""

    def forward(self, values: Tensor) -> Tensor:
        """Return x · sigmoid(1.702 x) of any tensor."""
        if torch.is_grad_enabled():
            return values * torch.sigmoid(SLOPE * values)
        return (SLOPE * values).sigmoid_().mul_(values)


def fold_quick_gelu(model: ClipModel) -> None:
    """Move the activation's two factors into the weights around it, in both towers: SiLU is left, one pass.

    The outputs differ by rounding only. Texts took 18 to 38 % less time so in bfloat16 (ViT-B/32's text tower, AMX).

    Args:
        model: In float32, so that each weight is rounded once.
    """
    with torch.no_grad():
        for mlp in _with_quick_gelu(model):
            mlp.fc1.weight.mul_(SLOPE)
            mlp.fc1.bias.mul_(SLOPE)
            mlp.fc2.weight.div_(SLOPE)
            mlp.activation_fn = nn.SiLU(inplace=True)


def _with_quick_gelu(model: ClipModel) -> Iterator[MLP]:
    """Yield the MLPs of both towers that have this activation."""
    for tower in (model.text_model, model.vision_model):
        for layer in tower.encoder.layers:
            mlp: MLP = layer.get_submodule("mlp")  # type: ignore[assignment]
            if isinstance(mlp.activation_fn, QuickGELU):
                yield mlp
