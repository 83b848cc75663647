"""LoRA: low-rank updates of the attention projections of both towers (Hu et al. 2021, arXiv 2106.09685)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from temadapter.errors import check_rules
from temadapter.methods.base import MethodContext
from temadapter.methods.spec import MethodSpec
from temadapter.methods.tower_method import FrameOptions, TowerMethod

LoraTargets = Literal["qv", "qkvo"]


@dataclass(frozen=True)
class LoraOptions(FrameOptions):
    """Options of `lora`, as in Hu et al. 2021.

    Args:
        at_once: See `TowerOptions`.
        training_frames: See `FrameOptions`.
        rank: r of the update.
        alpha: The update is scaled by alpha / rank.
        dropout: On the input of the update.
        targets: `qv`: the query and value projections (what they recommend); `qkvo`: all four.
    """

    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.0
    targets: LoraTargets = "qv"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rules(
            ("rank must be at least 1", self.rank >= 1),
            ("alpha must be above 0", self.alpha > 0),
            ("dropout must be at least 0 and below 1", 0 <= self.dropout < 1),
        )


TARGETS = {"qv": ("q_proj", "v_proj"), "qkvo": ("q_proj", "k_proj", "v_proj", "out_proj")}


class Lora(TowerMethod):
    """W + (alpha / r) · B A in the attention of every block, through `peft`; B starts at zero.

    As the paper recommends, the query and value projections are adapted (section 7.1). The attention that pools a
    SigLIP's patches is no block and stays as it is.

    Args:
        context: With the backbone and the options of `LoraOptions`.
    """

    name = "lora"

    def __init__(self, context: MethodContext) -> None:
        from peft import LoraConfig, inject_adapter_in_model

        from temadapter.methods.towers import Towers

        options = LoraOptions(**context.options)
        towers = Towers(context.backbone, method=self.name, at_once=options.at_once)
        config = LoraConfig(
            r=options.rank,
            lora_alpha=options.alpha,
            lora_dropout=options.dropout,
            target_modules=rf".*\.layers\.\d+\.self_attn\.({'|'.join(TARGETS[options.targets])})",
        )
        inject_adapter_in_model(config, towers)
        super().__init__(towers, context, options)


SPEC = MethodSpec(
    name="lora",
    summary="low-rank updates of the attention projections of both towers",
    needs="frames",
    text="event",
    trainable=True,
    build=Lora,
    encodes_text=True,
    options=LoraOptions,
    order_blind=True,
)
