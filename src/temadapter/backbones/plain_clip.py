"""CLIP's two towers in plain PyTorch: the bits of transformers, without the seconds that importing it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from temadapter.backbones.completeness import CONFIG, read_json

WEIGHTS_FILE = "model.safetensors"
OLD_END = 2
"""An `eos_token_id` that old configurations hold by mistake: the end is then the highest token id."""

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
    "gelu": functional.gelu,
}


@dataclass(frozen=True)
class Tower:
    """What the weights of a tower do not tell.

    Args:
        prefix: Of its weights' names.
        width: Inner width.
        mlp: Hidden width of the MLPs.
        layers: Number of layers.
        heads: Attention heads.
        activation: Of the MLPs.
        epsilon: Of the layer norms.
    """

    prefix: str
    width: int
    mlp: int
    layers: int
    heads: int
    activation: str
    epsilon: float

    @classmethod
    def read(cls, prefix: str, config: Mapping[str, Any]) -> Tower:
        """Take the tower's settings out of its part of config.json; a KeyError if one is left out there."""
        return cls(
            prefix=prefix,
            width=config["hidden_size"],
            mlp=config["intermediate_size"],
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            activation=config["hidden_act"],
            epsilon=config["layer_norm_eps"],
        )

    def shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield the name and shape of every weight of the layers."""
        width, mlp = self.width, self.mlp
        linear = {f"self_attn.{name}_proj": (width, width) for name in ("q", "k", "v", "out")}
        linear |= {"mlp.fc1": (mlp, width), "mlp.fc2": (width, mlp)}
        for layer in range(self.layers):
            where = f"{self.prefix}.encoder.layers.{layer}"
            for name, (rows, columns) in linear.items():
                yield f"{where}.{name}.weight", (rows, columns)
                yield f"{where}.{name}.bias", (rows,)
            for norm in ("layer_norm1", "layer_norm2"):
                yield f"{where}.{norm}.weight", (width,)
                yield f"{where}.{norm}.bias", (width,)


class PlainClip:
    """A frozen CLIP that embeds pictures and sentences exactly as transformers' `CLIPModel` does.

    Args:
        vision: The image tower's settings.
        text: The text tower's settings.
        weights: By transformers' names, all on one device and in one number format.
        config: `vision_config`, `text_config` and `projection_dim` of config.json, as attributes.
    """

    def __init__(self, vision: Tower, text: Tower, weights: Mapping[str, Tensor], config: Any) -> None:
        self.vision, self.text, self.weights, self.config = vision, text, weights, config

    @property
    def logit_scale(self) -> Tensor:
        """The logarithm of the factor that the model learned for its cosine similarities; a scalar."""
        return self.weights["logit_scale"]

    def count(self) -> int:
        """Return the number of parameters."""
        return sum(value.numel() for value in self.weights.values())

    def to(self, device: torch.device, dtype: torch.dtype) -> PlainClip:
        """Return the same model elsewhere or in another number format."""
        weights = {name: value.to(device, dtype) for name, value in self.weights.items()}
        return PlainClip(self.vision, self.text, weights, self.config)

    def images(self, pixels: Tensor) -> Tensor:
        """Embed normalised pictures `(F, 3, S, S)` → `(F, D)`."""
        weights, where = self.weights, "vision_model.embeddings"
        kernel = weights[f"{where}.patch_embedding.weight"]
        patches = functional.conv2d(pixels, kernel, stride=kernel.shape[-1]).flatten(2).transpose(1, 2)
        first = weights[f"{where}.class_embedding"].expand(len(pixels), 1, -1)
        states = torch.cat([first, patches], dim=1) + weights[f"{where}.position_embedding.weight"][None]
        states = self._norm(states, "vision_model.pre_layrnorm", self.vision)  # transformers' spelling
        states = self._layers(states, self.vision, causal=False)
        pooled = self._norm(states[:, 0, :], "vision_model.post_layernorm", self.vision)
        return functional.linear(pooled, weights["visual_projection.weight"])

    def texts(self, ids: Tensor) -> Tensor:
        """Embed token ids `(n, L)`, filled up behind the end token → `(n, D)`."""
        weights, where = self.weights, "text_model.embeddings"
        places = weights[f"{where}.position_embedding.weight"][None, : ids.shape[1]]
        states = functional.embedding(ids, weights[f"{where}.token_embedding.weight"]) + places
        states = self._layers(states, self.text, causal=True)
        states = self._norm(states, "text_model.final_layer_norm", self.text)
        end = self.config.text_config.eos_token_id
        last = ids.argmax(dim=-1) if end == OLD_END else (ids == end).int().argmax(dim=-1)
        pooled = states[torch.arange(len(states), device=states.device), last]
        return functional.linear(pooled, weights["text_projection.weight"])

    def _layers(self, states: Tensor, tower: Tower, *, causal: bool) -> Tensor:
        """Run the pre-norm layers on `(B, L, W)`."""
        activation = ACTIVATIONS[tower.activation]
        for layer in range(tower.layers):
            where = f"{tower.prefix}.encoder.layers.{layer}"
            states = states + self._attention(
                self._norm(states, f"{where}.layer_norm1", tower), where, tower, causal
            )
            hidden = self._linear(self._norm(states, f"{where}.layer_norm2", tower), f"{where}.mlp.fc1")
            states = states + self._linear(activation(hidden), f"{where}.mlp.fc2")
        return states

    def _attention(self, states: Tensor, where: str, tower: Tower, causal: bool) -> Tensor:
        batch, length, width = states.shape
        size = width // tower.heads
        query, key, value = (
            self._linear(states, f"{where}.self_attn.{name}_proj")
            .view(batch, length, tower.heads, size)
            .transpose(1, 2)
            for name in ("q", "k", "v")
        )
        read = functional.scaled_dot_product_attention(
            query, key, value, scale=size**-0.5, is_causal=causal and length > 1
        )  # (B, heads, L, W / heads)
        mixed = read.transpose(1, 2).reshape(batch, length, width)
        return self._linear(mixed, f"{where}.self_attn.out_proj")

    def _linear(self, states: Tensor, name: str) -> Tensor:
        return functional.linear(states, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, states: Tensor, name: str, tower: Tower) -> Tensor:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return functional.layer_norm(states, (tower.width,), weight, bias, tower.epsilon)


def read_plain_clip(folder: Path) -> PlainClip | None:
    """Read the CLIP in a folder of the hub's format, in float32 on the CPU.

    Returns:
        None where anything is not as expected (settings left out, weights in several files, missing or of
        another shape): transformers knows more variants, and says what is wrong with the rest.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    config = read_json(folder / CONFIG)
    try:
        towers = (
            Tower.read("vision_model", config["vision_config"]),
            Tower.read("text_model", config["text_config"]),
        )
        expected = _shapes(*towers, config)
        config["text_config"]["eos_token_id"]  # has to be there
    except (KeyError, TypeError):
        return None
    if any(config.get(f"{part}_config_dict") for part in ("vision", "text")) or any(
        tower.activation not in ACTIVATIONS for tower in towers
    ):
        return None
    try:
        weights = load_file(folder / WEIGHTS_FILE)
    except (OSError, SafetensorError):
        return None
    found = {
        name: tuple(value.shape) for name, value in weights.items() if not name.endswith(".position_ids")
    }
    if found != expected:
        return None
    plain = {name: weights[name].float() for name in expected}
    return PlainClip(*towers, plain, _as_attributes(config))


def _shapes(vision: Tower, text: Tower, config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every weight of a CLIP."""
    pictures, words, dim = config["vision_config"], config["text_config"], config["projection_dim"]
    patch = pictures["patch_size"]
    count = (pictures["image_size"] // patch) ** 2 + 1
    shapes: dict[str, tuple[int, ...]] = {
        "logit_scale": (),
        "visual_projection.weight": (dim, vision.width),
        "text_projection.weight": (dim, text.width),
        "vision_model.embeddings.class_embedding": (vision.width,),
        "vision_model.embeddings.patch_embedding.weight": (vision.width, 3, patch, patch),
        "vision_model.embeddings.position_embedding.weight": (count, vision.width),
        "text_model.embeddings.token_embedding.weight": (words["vocab_size"], text.width),
        "text_model.embeddings.position_embedding.weight": (words["max_position_embeddings"], text.width),
    }
    norms = {
        "vision_model.pre_layrnorm": vision,
        "vision_model.post_layernorm": vision,
        "text_model.final_layer_norm": text,
    }
    for name, tower in norms.items():
        shapes |= {f"{name}.weight": (tower.width,), f"{name}.bias": (tower.width,)}
    return shapes | dict(vision.shapes()) | dict(text.shapes())


def _as_attributes(config: Mapping[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(
        projection_dim=config["projection_dim"],
        vision_config=SimpleNamespace(**config["vision_config"]),
        text_config=SimpleNamespace(**config["text_config"]),
    )
