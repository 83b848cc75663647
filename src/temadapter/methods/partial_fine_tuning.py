"""Partial fine-tuning: the last k blocks and the projections of both towers (METHOD.md section 6)."""

from __future__ import annotations

from torch import nn

from temadapter.errors import ConfigError
from temadapter.methods.base import MethodContext
from temadapter.methods.options import PartialFineTuningOptions
from temadapter.methods.tower_method import TowerMethod
from temadapter.methods.towers import Towers, blocks


class PartialFineTuning(TowerMethod):
    """The last k blocks and the projection of each tower; the norm between them stays as it is.

    The paper does not say its k; 1 is the usual default (Partial-1 of Jia et al. 2022, arXiv 2203.12119). A SigLIP has
    no image projection: the attention that pools its patches stands in that place and is trained instead.

    Args:
        context: With the backbone and the options of `PartialFineTuningOptions`.

    Raises:
        ConfigError: A tower has fewer than k blocks.
    """

    name = "partial-fine-tuning"

    def __init__(self, context: MethodContext) -> None:
        options = PartialFineTuningOptions(**context.options)
        towers = Towers(context.backbone, method=self.name, at_once=options.at_once)
        for kind, tower in (("image", towers.image), ("text", towers.text)):
            layers = blocks(tower)
            if options.blocks > len(layers):
                raise ConfigError(
                    f"method_options.blocks={options.blocks}, but the {kind} tower has {len(layers)} blocks."
                )
            for layer in list(layers)[-options.blocks :]:
                layer.requires_grad_(True)
            _projection(towers, kind).requires_grad_(True)
        super().__init__(towers, context, options)


def _projection(towers: Towers, kind: str) -> nn.Module:
    """Return what leads from the last block to the shared space: CLIP's projection, or SigLIP's head."""
    projection: nn.Module = towers.get_submodule(f"{kind}_projection")
    if isinstance(projection, nn.Identity):
        return towers.get_submodule(f"{kind}.head")
    return projection
