"""LoRA: low-rank updates of the attention projections of both towers (Hu et al. 2021, arXiv 2106.09685)."""

from __future__ import annotations

from temadapter.methods.base import MethodContext
from temadapter.methods.options import LoraOptions
from temadapter.methods.tower_method import TowerMethod
from temadapter.methods.towers import Towers

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
