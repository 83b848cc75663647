"""Whether a folder holds a whole CLIP or SigLIP, told from its files alone, without PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from temadapter.errors import BackboneError, listed, shown

FAMILIES = ("clip", "siglip")
CONFIG, PREPROCESSOR, PROCESSOR = "config.json", "preprocessor_config.json", "processor_config.json"
WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
INDEX = ".index.json"


def check_folder(folder: Path) -> str:
    """Return the kind of model ("clip" or "siglip") that `folder` holds.

    Raises:
        BackboneError: If it cannot be one: which file lacks, or which kind of model it is instead.
    """
    if not folder.is_dir():
        raise BackboneError(
            f"There is no folder {folder}; name one that holds a CLIP or SigLIP with its {CONFIG}."
        )
    _refuse_others(folder)
    missing = [] if (folder / CONFIG).is_file() else [CONFIG]
    if not (folder / PREPROCESSOR).is_file() and _nested_processor(folder) is None:
        missing.append(PREPROCESSOR)
    if _first_weights(folder) is None:
        missing.append(_named_weights(folder) or WEIGHTS[0])
    if not any((folder / file).is_file() for file in ("tokenizer.json", "vocab.json")):
        missing.append("tokenizer.json")
    missing = missing or missing_weights(folder)
    if missing:
        raise BackboneError(
            f"{folder} is not a complete model folder: it lacks {listed(missing)}. "
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


def _refuse_others(folder: Path) -> None:
    """Complain about folders that look like a model and are something else."""
    if (folder / "adapter_config.json").is_file():
        raise BackboneError(
            f"{folder} holds an adapter of peft, which changes another model: load both with peft, call "
            "`merge_and_unload()`, and save the result in a folder of its own."
        )
    if (folder / "open_clip_config.json").is_file() and not (folder / CONFIG).is_file():
        raise BackboneError(
            f"{folder} holds a model in open_clip's own format only: take one whose page on the hub also has a "
            f"{CONFIG}, or convert it with transformers."
        )


def weight_files(folder: Path) -> list[Path]:
    """Return the files that the weights are read from, as transformers chooses them; an index comes first.

    Raises:
        BackboneError: The folder has none, or an index that cannot be read.
    """
    first = _first_weights(folder)
    if first is None:
        raise BackboneError(f"{folder} holds no weights: it lacks {_named_weights(folder) or WEIGHTS[0]}.")
    if not first.name.endswith(INDEX):
        return [first]
    shards = read_json(first).get("weight_map")
    if not isinstance(shards, dict) or not shards or not all(map(_is_plain_name, shards.values())):
        raise BackboneError(f"{first} lists no weight files. Copy it again.")
    return [first, *(folder / name for name in sorted(set(shards.values())))]


def missing_weights(folder: Path) -> list[str]:
    """Return the names of the files that the weights are read from and that are not there, as far as is known.

    Raises:
        BackboneError: The folder names no file of weights, or an index cannot be read.
    """
    named = _named_weights(folder)
    if named is not None and not (folder / named).is_file():
        return [named]
    return [path.name for path in weight_files(folder) if not path.is_file()]


def _first_weights(folder: Path) -> Path | None:
    named = _named_weights(folder)
    candidates = WEIGHTS if named is None else (named,)
    return next((folder / file for file in candidates if (folder / file).is_file()), None)


def _named_weights(folder: Path) -> str | None:
    """Return the file that a configuration names as `transformers_weights`: it counts before all others."""
    if not (folder / CONFIG).is_file():
        return None
    named = read_json(folder / CONFIG).get("transformers_weights")
    if named is None:
        return None
    if not _is_plain_name(named) or not named.endswith((".safetensors", ".safetensors" + INDEX)):
        raise BackboneError(
            f"{folder / CONFIG} says transformers_weights = {shown(named)}, which is no safetensors file in its folder."
        )
    return str(named)


def _is_plain_name(name: object) -> bool:
    return isinstance(name, str) and name not in ("", ".", "..") and not set(name) & set("/\\\0")


def image_processor(folder: Path) -> tuple[dict[str, Any], Path]:
    """Return how a model wants its pictures, and the file that says so.

    transformers 5 saves it inside of `processor_config.json`, and believes that file first where both are there.

    Raises:
        BackboneError: The file cannot be read.
    """
    inside = _nested_processor(folder)
    if inside is not None:
        return inside, folder / PROCESSOR
    return read_json(folder / PREPROCESSOR), folder / PREPROCESSOR


def _nested_processor(folder: Path) -> dict[str, Any] | None:
    if not (folder / PROCESSOR).is_file():
        return None
    inside = read_json(folder / PROCESSOR).get("image_processor")
    return inside if isinstance(inside, dict) else None


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in `path`; complain in a sentence where there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BackboneError(f"{path} cannot be read as JSON ({error}). Copy it again.") from error
    if not isinstance(content, dict):
        raise BackboneError(f"{path} should hold a JSON object. Copy it again.")
    return content
