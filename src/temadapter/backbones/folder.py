"""Loading a CLIP or SigLIP from a folder in the hub's format."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from temadapter.backbones.images import read_image_settings
from temadapter.backbones.precision import choose_device, choose_dtype
from temadapter.backbones.tokens import load_tokenizer
from temadapter.backbones.transformers_dual import TransformersBackbone
from temadapter.errors import BackboneError

FAMILIES = ("clip", "siglip")
CONFIG, PREPROCESSOR = "config.json", "preprocessor_config.json"
WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)


def load_folder(
    folder: Path, *, name: str, note: str = "", device: str = "auto", dtype: str = "auto"
) -> TransformersBackbone:
    """Load the model of a folder in the hub's format (as `save_pretrained` of transformers writes it).

    Args:
        folder: Has config.json, preprocessor_config.json, model.safetensors and tokenizer.json.
        name: The name that the user gave, for messages and results.
        note: One sentence to show with answers; made from the name where it is empty.
        device: "auto", "cpu" or "cuda".
        dtype: "auto", "float32", "float16" or "bfloat16".

    Raises:
        BackboneError: If a file is missing, broken, or of a kind of model that is not supported.
        ConfigError: If the device or the dtype does not exist.
    """
    family = check_folder(folder)
    where = choose_device(device)
    model = _load_model(folder, family)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    model = model.to(where, choose_dtype(dtype, device=where, family=family, parameters=parameters))
    images = read_image_settings(
        _read_json(folder / PREPROCESSOR),
        family=family,
        image_size=int(model.config.vision_config.image_size),
        source=folder / PREPROCESSOR,
    )
    embedding_dim = (
        model.config.projection_dim if family == "clip" else model.config.vision_config.hidden_size
    )
    return TransformersBackbone(
        model,
        images=images,
        tokenizer=load_tokenizer(folder, family=family, text_config=model.config.text_config),
        name=name,
        note=note or f"The frozen image-text model is {name}.",
        fingerprint=folder_fingerprint(folder, images),
        embedding_dim=int(embedding_dim),
    )


def check_folder(folder: Path) -> str:
    """Return the kind of model ("clip" or "siglip") that `folder` holds.

    Raises:
        BackboneError: If it cannot be one: which file lacks, or which kind of model it is instead.
    """
    if not folder.is_dir():
        raise BackboneError(
            f"There is no folder {folder}; name one that holds a CLIP or SigLIP with its {CONFIG}."
        )
    missing = [file for file in (CONFIG, PREPROCESSOR) if not (folder / file).is_file()]
    if not any((folder / file).is_file() for file in WEIGHTS):
        missing.append(WEIGHTS[0])
    if not any((folder / file).is_file() for file in ("tokenizer.json", "vocab.json")):
        missing.append("tokenizer.json")
    if missing:
        raise BackboneError(
            f"{folder} is not a complete model folder: it lacks {', '.join(missing)}. "
            "Copy every file of the model's page on the hub."
        )
    kind = str(_read_json(folder / CONFIG).get("model_type"))
    if kind not in FAMILIES:
        hint = (
            " (the SigLIP 2 models of fixed resolution are, the NaFlex ones are not)"
            if kind == "siglip2"
            else ""
        )
        raise BackboneError(
            f"{folder} holds a model of type {kind!r}; supported are {' and '.join(FAMILIES)}{hint}."
        )
    return kind


def folder_fingerprint(folder: Path, images: object) -> str:
    """Return 16 hexadecimal digits over the bytes of weights and tokenizer, and over the image settings."""
    digest = hashlib.sha256(repr(images).encode())
    weights = sorted(folder.glob("model*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    texts = [path for path in (folder / "tokenizer.json", folder / "merges.txt") if path.is_file()][:1]
    for path in (*weights, *texts):
        with path.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()[:16]


def _load_model(folder: Path, family: str) -> Any:
    """Return the model in float32; complain about weights that the files do not hold."""
    import torch
    from transformers.utils import logging

    # The modules themselves: going through `transformers.AutoModel` imports a second more.
    if family == "clip":
        from transformers.models.clip.modeling_clip import CLIPModel as Model
    else:
        from transformers.models.siglip.modeling_siglip import SiglipModel as Model

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model, report = Model.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True, output_loading_info=True
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BackboneError(f"The model in {folder} cannot be loaded: {reason}") from error
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
    if report["missing_keys"]:
        raise BackboneError(
            f"The weights in {folder} lack {len(report['missing_keys'])} tensors that {CONFIG} asks for "
            f"({sorted(report['missing_keys'])[0]}, …). Copy the model again."
        )
    return model


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackboneError(f"{path} cannot be read as JSON ({error}). Copy it again.") from error
    if not isinstance(content, dict):
        raise BackboneError(f"{path} should hold a JSON object. Copy it again.")
    return content
