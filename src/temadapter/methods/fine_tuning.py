"""Total fine-tuning: every weight of both towers is trained (docs/methods.md)."""

from __future__ import annotations

from temadapter.methods.base import MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.tower_method import FrameOptions, TowerMethod


class FineTuning(TowerMethod):
    """All of both towers: embeddings, blocks, norms and projections; the factor on cosines belongs to neither.

    Args:
        context: With the backbone and the options of `FrameOptions`.
    """

    name = "fine-tuning"

    def __init__(self, context: MethodContext) -> None:
        from temadapter.methods.towers import Towers

        options = FrameOptions(**context.options)
        towers = Towers(context.backbone, method=self.name, at_once=options.at_once)
        towers.requires_grad_(True)
        super().__init__(towers, context, options)


SPEC = MethodSpec(
    name="fine-tuning",
    summary="all of both towers",
    needs="frames",
    text="event",
    trainable=True,
    build=FineTuning,
    encodes_text=True,
    options=FrameOptions,
    order_blind=True,
)
