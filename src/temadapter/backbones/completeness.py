"""Whether a folder holds a whole CLIP or SigLIP, told from its files alone, without PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from temadapter.errors import BackboneError

FAMILIES = ("clip", "siglip")
CONFIG, PREPROCESSOR = "config.json", "preprocessor_config.json"
WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
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
    kind = str(read_json(folder / CONFIG).get("model_type"))
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


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in `path`; complain in a sentence where there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackboneError(f"{path} cannot be read as JSON ({error}). Copy it again.") from error
    if not isinstance(content, dict):
        raise BackboneError(f"{path} should hold a JSON object. Copy it again.")
    return content
