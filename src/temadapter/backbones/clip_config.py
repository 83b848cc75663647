"""The sizes and settings of a CLIP, as its `config.json` has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from temadapter.errors import BackboneError, listed, shown

ACTIVATIONS = ("quick_gelu", "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "relu", "silu", "swish")
"""What `hidden_act` may be."""

HIGHEST = 2
"""As `eos_token_id`: a sentence is read at its highest token, as in the configurations of OpenAI's CLIPs."""

_OF_EVERY_MODEL = {
    "chunk_size_feed_forward": 0,
    "is_encoder_decoder": False,
    "output_attentions": False,
    "output_hidden_states": False,
    "return_dict": True,
}


@dataclass(frozen=True)
class TowerConfig:
    """What both towers have; what a file leaves out is as in transformers."""

    hidden_size: int = 512
    intermediate_size: int = 2048
    num_hidden_layers: int = 12
    num_attention_heads: int = 8
    hidden_act: str = "quick_gelu"
    layer_norm_eps: float = 1e-5
    attention_dropout: float = 0.0
    general: Mapping[str, Any] = field(default_factory=lambda: dict(_OF_EVERY_MODEL))
    """Settings that every model of transformers has. None changes an embedding; they are part of fingerprints."""

    def to_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        own = asdict(self)
        return {**own.pop("general"), **own}


@dataclass(frozen=True)
class TextConfig(TowerConfig):
    """The text tower."""

    vocab_size: int = 49408
    max_position_embeddings: int = 77
    eos_token_id: int = 49407


@dataclass(frozen=True)
class VisionConfig(TowerConfig):
    """The image tower."""

    hidden_size: int = 768
    intermediate_size: int = 3072
    num_attention_heads: int = 12
    image_size: int = 224
    patch_size: int = 32
    num_channels: int = 3


@dataclass(frozen=True)
class ClipConfig:
    """Both towers, the size D of the space they share, and the logarithm that the factor on cosines starts from."""

    text_config: TextConfig
    vision_config: VisionConfig
    projection_dim: int = 512
    logit_scale_init_value: float = 2.6592
    model_type: str = "clip"


Tower = TypeVar("Tower", TextConfig, VisionConfig)


def read_clip_config(content: Mapping[str, Any], source: Path) -> ClipConfig:
    """Read what a `config.json` says of a CLIP.

    Args:
        content: The file's object.
        source: The file, for messages.

    Raises:
        BackboneError: A value is no such value, or an activation that is not known here.
    """
    whole = ClipConfig(
        _read_tower(content, "text_config", TextConfig, source),
        _read_tower(content, "vision_config", VisionConfig, source),
    )
    own = {
        name: _checked(content[name], getattr(whole, name), name, source)
        for name in ("projection_dim", "logit_scale_init_value")
        if name in content
    }
    return ClipConfig(whole.text_config, whole.vision_config, **own)


def _read_tower(content: Mapping[str, Any], part: str, kind: type[Tower], source: Path) -> Tower:
    usual = kind().to_dict()
    given = _object(content.get(part), part, source)
    if (
        content.get(f"{part}_dict") is not None
    ):  # of early versions: counts before the other, its defaults too
        given = {**given, **usual, **_object(content[f"{part}_dict"], f"{part}_dict", source)}
    values = {
        name: _checked(given[name], usual[name], f"{part}.{name}", source)
        for name in (one.name for one in fields(kind))
        if name in given
    }
    values["general"] = {name: given.get(name, default) for name, default in _OF_EVERY_MODEL.items()}
    tower = kind(**values)
    if tower.hidden_act not in ACTIVATIONS:
        _refuse(f"{part}.hidden_act", tower.hidden_act, f"known are {listed(ACTIVATIONS)}", source)
    if tower.hidden_size % tower.num_attention_heads:
        heads = tower.num_attention_heads
        _refuse(
            f"{part}.hidden_size", tower.hidden_size, f"it must be a multiple of the {heads} heads", source
        )
    return tower


def _object(value: Any, name: str, source: Path) -> Mapping[str, Any]:
    if value is not None and not isinstance(value, dict):
        _refuse(name, value, "it must be an object", source)
    return value or {}


def _checked(value: Any, usual: Any, name: str, source: Path) -> Any:
    """Return a value of the kind that the usual one is; complain about any other."""
    if isinstance(usual, str):
        kind, right = "a name", isinstance(value, str)
    elif isinstance(usual, float):
        value = 0.0 if value is None and usual == 0 else value
        kind, right = "a number", isinstance(value, int | float) and not isinstance(value, bool)
    else:
        least = 0 if name.endswith("_token_id") else 1
        kind = f"a whole number from {least} on"
        right = isinstance(value, int) and not isinstance(value, bool) and value >= least
    if not right:
        _refuse(name, value, f"it must be {kind}", source)
    return value


def _refuse(name: str, value: Any, why: str, source: Path) -> NoReturn:
    raise BackboneError(f"{source} says {name} = {shown(value)}: {why}.")
