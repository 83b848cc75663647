"""Partial fine-tuning: the last k blocks and the projections of both towers (docs/methods.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, check_rules
from temadapter.methods.base import MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.tower_method import FrameOptions, TowerMethod

if TYPE_CHECKING:
    from torch import nn

    from temadapter.methods.towers import Towers


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
        from temadapter.methods.towers import Towers, blocks

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
    from torch import nn

    projection: nn.Module = towers.get_submodule(f"{kind}_projection")
    if isinstance(projection, nn.Identity):
        return towers.get_submodule(f"{kind}.head")
    return projection


SPEC = MethodSpec(
    name="partial-fine-tuning",
    summary="the last k blocks and the projections of both towers",
    needs="frames",
    text="event",
    trainable=True,
    build=PartialFineTuning,
    encodes_text=True,
    options=PartialFineTuningOptions,
    order_blind=True,
)
