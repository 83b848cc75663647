"""Multi-layer adapters: a bottleneck after the MLP of every block (Houlsby et al. 2019, arXiv 1902.00751)."""

from __future__ import annotations

from dataclasses import dataclass

from temadapter.errors import check_rules
from temadapter.methods.base import MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.tower_method import FrameOptions, TowerMethod


@dataclass(frozen=True)
class MultiLayerAdapterOptions(FrameOptions):
    """Options of `multi-layer-adapter`, as in Houlsby et al. 2019.

    Args:
        at_once: See `TowerOptions`.
        training_frames: See `FrameOptions`.
        width: Of the bottleneck; they tried 8, 64 and 256.
    """

    width: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(("width must be at least 1", self.width >= 1))


class MultiLayerAdapter(TowerMethod):
    """An adapter in every block of both towers; nothing else is trained.

    The paper's text asks for one after the MLP; Houlsby et al. have a second one after the attention, and
    train the layer norms too.

    Args:
        context: With the backbone and the options of `MultiLayerAdapterOptions`.
    """

    name = "multi-layer-adapter"

    def __init__(self, context: MethodContext) -> None:
        from temadapter.methods.towers import Towers, blocks
        from temadapter.models.adapted_mlp import AdaptedMLP

        options = MultiLayerAdapterOptions(**context.options)
        towers = Towers(context.backbone, method=self.name, at_once=options.at_once)
        for tower in (towers.image, towers.text):
            for block in blocks(tower):
                adapted = AdaptedMLP(block.get_submodule("mlp"), tower.config.hidden_size, options.width)
                adapted.down.requires_grad_(True)
                adapted.up.requires_grad_(True)
                block.mlp = adapted
        super().__init__(towers, context, options)


SPEC = MethodSpec(
    name="multi-layer-adapter",
    summary="a bottleneck adapter after the MLP of every block of both towers",
    needs="frames",
    text="event",
    trainable=True,
    build=MultiLayerAdapter,
    encodes_text=True,
    options=MultiLayerAdapterOptions,
    order_blind=True,
)
