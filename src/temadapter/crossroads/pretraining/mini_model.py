"""The two towers of `mini`: a small CLIP, how it is fed in pretraining, and how it is saved."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.backbones.clip import ClipModel
from temadapter.backbones.clip_config import ClipConfig, TextConfig, VisionConfig
from temadapter.crossroads.pretraining.initial_weights import draw_weights
from temadapter.crossroads.pretraining.vocabulary import CONTEXT_LENGTH, END, START
from temadapter.files import atomic_path, write_text_atomic

IMAGE_MEAN, IMAGE_STD = (0.42, 0.44, 0.42), (0.22, 0.22, 0.22)


@dataclass(frozen=True)
class Round:
    """One image stage and one text stage: updates, and the learning rate at their peak. No updates: left out."""

    image_steps: int
    image_rate: float
    text_steps: int = 0
    text_rate: float = 0.0


@dataclass(frozen=True)
class PretrainConfig:
    """How `mini` is made. The defaults are the shipped one."""

    stills: int = 64_000
    held_out: int = 2_000
    rounds: tuple[Round, ...] = (Round(5_000, 1e-3), Round(3_000, 5e-4, 2_400, 2e-3))
    image_batch: int = 32
    text_batch: int = 256
    groups: int = 64
    group_size: int = 4
    warmup: int = 100
    weight_decay: float = 0.05
    recall_weight: float = 0.1
    image_size: int = 64
    patch_size: int = 8
    embedding_dim: int = 256
    vision_width: int = 192
    vision_layers: int = 4
    text_width: int = 192
    text_layers: int = 3
    mlp_ratio: int = 2
    seed: int = 0
    checkpoint_every: int = 250


def build_clip(config: PretrainConfig, vocabulary_size: int, end: int) -> ClipModel:
    """Return a freshly initialised CLIP of the size of `mini`."""
    vision = VisionConfig(
        hidden_size=config.vision_width,
        intermediate_size=config.mlp_ratio * config.vision_width,
        num_hidden_layers=config.vision_layers,
        num_attention_heads=config.vision_width // 64,
        image_size=config.image_size,
        patch_size=config.patch_size,
    )
    text = TextConfig(
        vocab_size=vocabulary_size,
        hidden_size=config.text_width,
        intermediate_size=config.mlp_ratio * config.text_width,
        num_hidden_layers=config.text_layers,
        num_attention_heads=config.text_width // 64,
        max_position_embeddings=CONTEXT_LENGTH,
        eos_token_id=end,
    )
    model = ClipModel(ClipConfig(text, vision, projection_dim=config.embedding_dim))
    draw_weights(model)
    return model


class WordRecall(nn.Module):
    """Reads back, from a text embedding (n, D), the word at each of the first `positions` places."""

    def __init__(
        self, embedding_dim: int, vocabulary_size: int, positions: int = 14, width: int = 64
    ) -> None:
        super().__init__()
        self.positions = positions
        self.places = nn.Linear(embedding_dim, positions * width)
        self.words = nn.Linear(width, vocabulary_size)

    def forward(self, texts: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the mean cross-entropy of the words `ids` (n, L), where `mask` (n, L) says which are words."""
        length = min(self.positions, ids.shape[1] - 1)
        places = self.places(texts).unflatten(1, (self.positions, -1))[:, :length]
        logits = self.words(functional.gelu(places)).flatten(0, 1)
        losses = functional.cross_entropy(logits, ids[:, 1 : length + 1].flatten(), reduction="none")
        weight = mask[:, 1 : length + 1].flatten().float()
        return (losses * weight).sum() / weight.sum()


class Towers(nn.Module):
    """The CLIP and what only the training of its text tower needs: a bias for the sigmoid term, the word recall."""

    def __init__(self, config: PretrainConfig, tokenizer: Any) -> None:
        super().__init__()
        size = tokenizer.get_vocab_size()
        self.clip = build_clip(config, size, tokenizer.token_to_id(END))
        self.clip.logit_scale.data.fill_(math.log(10.0))
        self.bias = nn.Parameter(torch.tensor(-4.0))
        self.recall = WordRecall(config.embedding_dim, size)
        self.end = tokenizer.token_to_id(END)

    def images(self, pixels: Tensor) -> Tensor:
        """(B, S, S, 3) uint8 -> (B, D)."""
        mean, std = torch.tensor(IMAGE_MEAN) * 255, torch.tensor(IMAGE_STD) * 255
        values = ((pixels.float() - mean) / std).permute(0, 3, 1, 2)
        return self.clip.get_image_features(values).pooler_output

    def texts(self, ids: Tensor) -> Tensor:
        """(n, L) token ids -> (n, D)."""
        return self.clip.get_text_features(ids).pooler_output

    def image_parameters(self) -> list[nn.Parameter]:
        """What the image stage trains."""
        return [*self.clip.vision_model.parameters(), *self.clip.visual_projection.parameters()]

    def text_parameters(self) -> list[nn.Parameter]:
        """What the text stage trains."""
        text = [*self.clip.text_model.parameters(), *self.clip.text_projection.parameters()]
        return [*text, *self.recall.parameters(), self.bias, self.clip.logit_scale]


def encode_ids(tokenizer: Any, texts: list[str]) -> tuple[Tensor, Tensor]:
    """Return token ids and mask, (n, L) each, padded to the longest text."""
    rows = [encoding.ids[:CONTEXT_LENGTH] for encoding in tokenizer.encode_batch(texts)]
    length = max(len(row) for row in rows)
    end = tokenizer.token_to_id(END)
    ids = torch.tensor([row + [end] * (length - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])
    return ids, mask


def export(model: Towers, config: PretrainConfig, tokenizer: Any, output: Path) -> None:
    """Write the towers as fp16 safetensors with config and preprocessing, as transformers reads them."""
    from safetensors.torch import save

    weights = model.clip.half().state_dict()
    model.clip.float()  # and rounded, as it is saved
    with atomic_path(output / "model.safetensors") as temporary:
        temporary.write_bytes(save(weights, metadata={"format": "pt"}))
    start, end = (tokenizer.token_to_id(token) for token in (START, END))
    own = model.clip.config
    special = {"bos_token_id": start, "pad_token_id": end}
    settings = {
        "architectures": ["CLIPModel"],
        "dtype": "float16",
        "logit_scale_init_value": own.logit_scale_init_value,
        "model_type": own.model_type,
        "projection_dim": own.projection_dim,
        "text_config": own.text_config.to_dict() | special | {"model_type": "clip_text_model"},
        "vision_config": own.vision_config.to_dict() | {"model_type": "clip_vision_model"},
    }
    write_text_atomic(output / "config.json", json.dumps(settings, indent=2) + "\n")
    preprocessing = {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": config.image_size},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": config.image_size, "width": config.image_size},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": IMAGE_MEAN,
        "image_std": IMAGE_STD,
        "do_convert_rgb": True,
    }
    write_text_atomic(output / "preprocessor_config.json", json.dumps(preprocessing, indent=2) + "\n")
