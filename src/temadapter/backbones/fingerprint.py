"""What tells one backbone from another: everything on disk that decides an embedding."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from temadapter.backbones.clip_config import HIGHEST
from temadapter.backbones.completeness import weight_files
from temadapter.backbones.images import ImageSettings
from temadapter.backbones.tokens import TextTokenizer, siglip_canonical

# Settings that the shapes of the weights repeat: another value does not load.
_IN_THE_WEIGHTS = {
    "hidden_size",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "image_size",
    "patch_size",
    "num_channels",
    "projection_dim",
    "projection_size",
}
# Settings that matter in training only, or to other programs. Special tokens are looked at on their own.
_WITHOUT_EFFECT = {
    "_name_or_path",
    "architectures",
    "attention_dropout",
    "bos_token_id",
    "dtype",
    "eos_token_id",
    "id2label",
    "initializer_factor",
    "initializer_range",
    "label2id",
    "num_hidden_layers",
    "pad_token_id",
    "problem_type",
    "transformers_version",
}
_HEAD_WIDTH = 64  # of every CLIP that was released; the number of heads follows from it


def folder_fingerprint(
    folder: Path, *, images: ImageSettings, tokenizer: TextTokenizer, config: Any, unused: Sequence[str]
) -> str:
    """Return 16 hexadecimal digits over weights, tokenizer, image settings and configuration.

    What a configuration says is added only where it is not usual in its family, so that the features of usual
    models stay valid: their fingerprints are those of earlier versions, which left the configuration out.

    Args:
        folder: The model's folder.
        images: How frames become pixels.
        tokenizer: How sentences become token ids.
        config: The loaded model's configuration.
        unused: Names of tensors in the files that the model does not have.
    """
    digest = hashlib.sha256(repr(images).encode())
    for path in (*weight_files(folder), *_tokenizer_files(folder)):
        with path.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    unusual = dict(_unusual(images, tokenizer, config, unused))
    if unusual:
        digest.update(json.dumps(unusual, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:16]


def _tokenizer_files(folder: Path) -> list[Path]:
    """Return the files that token ids are made with."""
    if (folder / "tokenizer.json").is_file():
        return [folder / "tokenizer.json"]
    names = (
        "vocab.json",
        "merges.txt",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
    )
    return [folder / name for name in names if (folder / name).is_file()]


def _unusual(
    images: ImageSettings, tokenizer: TextTokenizer, config: Any, unused: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """Yield every setting that changes embeddings and is not the usual one."""
    if images.preparation.squashed is not None:
        yield "squashed", images.preparation.squashed
    for part in ("text_config", "vision_config"):
        yield from _unusual_tower(part, getattr(config, part))
        if any(".layers." in name and name.startswith(part.removesuffix("config")) for name in unused):
            yield f"{part}.num_hidden_layers", getattr(config, part).num_hidden_layers
    text = config.text_config
    if config.model_type == "clip":
        read = text.vocab_size - 1 if text.eos_token_id == HIGHEST else text.eos_token_id
        if read != (text.vocab_size - 1 if tokenizer.end_id is None else tokenizer.end_id):
            yield "text is read at", text.eos_token_id
        if tokenizer.pad_id != read:
            yield "filled up with", tokenizer.pad_id
    else:
        if tokenizer.pad_id != 1:
            yield "filled up with", tokenizer.pad_id
        if tokenizer.canonical is not siglip_canonical:
            yield "canonical", getattr(tokenizer.canonical, "__name__", "")


def _unusual_tower(part: str, tower: Any) -> Iterator[tuple[str, Any]]:
    usual = type(tower)().to_dict() | {"num_attention_heads": tower.hidden_size // _HEAD_WIDTH}
    given = tower.to_dict()
    for name in sorted(usual.keys() - _IN_THE_WEIGHTS - _WITHOUT_EFFECT):
        if given.get(name) != usual[name]:
            yield f"{part}.{name}", given.get(name)
