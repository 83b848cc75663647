"""The random weights that a CLIP starts from (Radford et al. 2021, arXiv 2103.00020, and the code beside it)."""

from __future__ import annotations

import torch
from torch import nn

from temadapter.backbones.clip import Block, ClipModel, TextTower, VisionTower

EMBEDDING_STD = 0.02


@torch.no_grad()
def draw_weights(model: ClipModel) -> None:
    """Draw all weights of both towers anew, in place; biases are 0, norms 1.

    The spread of a layer's weights falls with its width, and of those that write into the sum over blocks with the
    number of blocks too.
    """
    for tower, projection in (
        (model.text_model, model.text_projection),
        (model.vision_model, model.visual_projection),
    ):
        _draw_embeddings(tower)
        for block in tower.encoder.layers:
            assert isinstance(block, Block)
            _draw_block(block, len(tower.encoder.layers))
        nn.init.normal_(projection.weight, std=projection.in_features**-0.5)


def _draw_embeddings(tower: TextTower | VisionTower) -> None:
    nn.init.normal_(tower.embeddings.position_embedding.weight, std=EMBEDDING_STD)
    if isinstance(tower, TextTower):
        nn.init.normal_(tower.embeddings.token_embedding.weight, std=EMBEDDING_STD)
    else:
        first = tower.embeddings.class_embedding
        nn.init.normal_(first, std=len(first) ** -0.5)
        nn.init.normal_(tower.embeddings.patch_embedding.weight, std=EMBEDDING_STD)


def _draw_block(block: Block, blocks: int) -> None:
    attention, mlp = block.self_attn, block.mlp
    width = mlp.fc1.in_features
    inner = width**-0.5 * (2 * blocks) ** -0.5
    spreads = {
        attention.q_proj: inner,
        attention.k_proj: inner,
        attention.v_proj: inner,
        attention.out_proj: width**-0.5,
        mlp.fc1: (2 * width) ** -0.5,
        mlp.fc2: inner,
    }
    for layer, std in spreads.items():
        nn.init.normal_(layer.weight, std=std)
        nn.init.zeros_(layer.bias)
