"""CLIP's two towers (Radford et al. 2021, arXiv 2103.00020), with the parameter names of transformers' `CLIPModel`.

Its own file imports two seconds of other things; a checkpoint of one is a checkpoint of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.backbones.clip_config import HIGHEST, ClipConfig, TextConfig, TowerConfig, VisionConfig
from temadapter.backbones.quick_gelu import QuickGELU

_TANH = partial(nn.GELU, approximate="tanh")
_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "quick_gelu": QuickGELU,
    "gelu": nn.GELU,
    **dict.fromkeys(("gelu_new", "gelu_fast", "gelu_pytorch_tanh"), _TANH),
    "relu": nn.ReLU,
    **dict.fromkeys(("silu", "swish"), nn.SiLU),
}


FEW_TOKENS = 72
"""Up to here plain products are faster without gradients (65 tokens took half the time, 77 a quarter more)."""


class Pooled(NamedTuple):
    """What a tower returns, by the name that transformers' models give it."""

    pooler_output: Tensor


class Attention(nn.Module):
    """Self-attention with several heads."""

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads, self.dropout = config.num_attention_heads, config.attention_dropout
        self.k_proj = nn.Linear(width, width)  # this order: LoRA draws its weights in it
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, states: Tensor, *, causal: bool) -> Tensor:
        """Mix states (n, L, width); if causal, each with those before it only."""
        query, key, value = (
            projection(states).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for projection in (self.q_proj, self.k_proj, self.v_proj)
        )
        dropout = self.dropout if self.training else 0.0
        if _plain_is_faster(query):
            mixed = _attend(query, key, value, causal=causal, dropout=dropout)
        else:
            mixed = functional.scaled_dot_product_attention(
                query, key, value, dropout_p=dropout, is_causal=causal
            )
        out: Tensor = self.out_proj(mixed.transpose(1, 2).flatten(2))
        return out


def _plain_is_faster(query: Tensor) -> bool:
    """Tell whether plain products are faster than PyTorch's fused attention, for queries (n, heads, L, width).

    In bfloat16 on a CPU they are: 2 to 6 times with gradients, twice without for few tokens; in float32 they are not
    (one core of an AMD EPYC; L of 20 to 257).
    """
    if query.device.type != "cpu" or query.dtype != torch.bfloat16:
        return False
    return torch.is_grad_enabled() or query.shape[2] <= FEW_TOKENS


def _attend(query: Tensor, key: Tensor, value: Tensor, *, causal: bool, dropout: float) -> Tensor:
    """Return attention as plain products: three times (n, heads, L, width) to one."""
    scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    if causal:
        length = scores.shape[-1]
        later = torch.ones(length, length, dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(later, -torch.inf)
    weights = scores.softmax(-1, dtype=torch.float32).to(query.dtype)
    return functional.dropout(weights, dropout) @ value


class MLP(nn.Module):
    """The two layers after an attention."""

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        self.activation_fn = _ACTIVATIONS[config.hidden_act]()
        self.fc1 = nn.Linear(config.hidden_size, config.intermediate_size)
        self.fc2 = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, states: Tensor) -> Tensor:
        """Map states (n, L, width)."""
        out: Tensor = self.fc2(self.activation_fn(self.fc1(states)))
        return out


class Block(nn.Module):
    """Attention and MLP, each on normed states and added to them."""

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.layer_norm1 = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.mlp = MLP(config)
        self.layer_norm2 = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, states: Tensor, *, causal: bool) -> Tensor:
        """Map states (n, L, width)."""
        states = states + self.self_attn(self.layer_norm1(states), causal=causal)
        out: Tensor = states + self.mlp(self.layer_norm2(states))
        return out


class Encoder(nn.Module):
    """The blocks."""

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))

    def forward(self, states: Tensor, *, causal: bool) -> Tensor:
        """Map states (n, L, width)."""
        for layer in self.layers:
            states = layer(states, causal=causal)
        return states


class TextEmbeddings(nn.Module):
    """A vector for each token and for each place."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position_embedding = nn.Embedding(config.max_position_embeddings, config.hidden_size)

    def forward(self, ids: Tensor) -> Tensor:
        """Embed token ids (n, L): (n, L, width)."""
        out: Tensor = self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]
        return out


class TextTower(nn.Module):
    """A causal Transformer, read at the token that ends a sentence; what fills a row up lies behind it."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = TextEmbeddings(config)
        self.encoder = Encoder(config)
        self.final_layer_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, input_ids: Tensor) -> Pooled:
        """Read token ids (n, L): (n, width)."""
        states = self.final_layer_norm(self.encoder(self.embeddings(input_ids), causal=True))
        end = self.config.eos_token_id
        at = (input_ids if end == HIGHEST else (input_ids == end).int()).argmax(dim=-1)
        return Pooled(states[torch.arange(len(states), device=states.device), at])


class VisionEmbeddings(nn.Module):
    """A vector for each patch and one in front of them, and a vector for each place."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        width, side = config.hidden_size, config.patch_size
        self.class_embedding = nn.Parameter(torch.randn(width))
        self.patch_embedding = nn.Conv2d(config.num_channels, width, side, stride=side, bias=False)
        self.position_embedding = nn.Embedding((config.image_size // side) ** 2 + 1, width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed pixels (n, 3, S, S): (n, 1 + patches, width)."""
        patches = self.patch_embedding(pixels).flatten(2).transpose(1, 2)
        first = self.class_embedding.expand(len(patches), 1, -1)
        out: Tensor = torch.cat([first, patches], dim=1) + self.position_embedding.weight
        return out


class VisionTower(nn.Module):
    """A Transformer over patches, read at the vector in front of them."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = VisionEmbeddings(config)
        self.pre_layrnorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.encoder = Encoder(config)
        self.post_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, pixel_values: Tensor) -> Pooled:
        """Read pixels (n, 3, S, S): (n, width)."""
        states = self.encoder(self.pre_layrnorm(self.embeddings(pixel_values)), causal=False)
        return Pooled(self.post_layernorm(states[:, 0]))


class ClipModel(nn.Module):
    """Both towers and their projections into one space; called as transformers' models are.

    Args:
        config: Sizes and settings.
    """

    def __init__(self, config: ClipConfig) -> None:
        super().__init__()
        self.config = config
        text, vision = config.text_config, config.vision_config
        self.text_model, self.vision_model = TextTower(text), VisionTower(vision)
        self.visual_projection = nn.Linear(vision.hidden_size, config.projection_dim, bias=False)
        self.text_projection = nn.Linear(text.hidden_size, config.projection_dim, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(config.logit_scale_init_value))

    def get_image_features(self, pixel_values: Tensor) -> Pooled:
        """Embed pixels (n, 3, S, S): (n, D), not normalised."""
        return Pooled(self.visual_projection(self.vision_model(pixel_values).pooler_output))

    def get_text_features(self, input_ids: Tensor) -> Pooled:
        """Embed token ids (n, L), filled up behind their end: (n, D), not normalised."""
        return Pooled(self.text_projection(self.text_model(input_ids).pooler_output))
