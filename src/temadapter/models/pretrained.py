"""Tem-Adapter's networks on disk: `config.json` and `model.safetensors`, or the folder of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import ConfigError, DataError, shown
from temadapter.files import atomic_path, write_text_atomic
from temadapter.models.config import ModelConfig
from temadapter.text_formats import json_value, yaml_value

if TYPE_CHECKING:
    from temadapter.models.tem_adapter import TemAdapter

CONFIG, WEIGHTS, RUN = "config.json", "model.safetensors", "config.yaml"


def save(model: TemAdapter, folder: Path) -> None:
    """Write the networks' configuration and all their weights into `folder`, which is made if it is not there."""
    from safetensors.torch import save as to_bytes

    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    with atomic_path(folder / WEIGHTS) as temporary:
        temporary.write_bytes(to_bytes(weights))
    write_text_atomic(folder / CONFIG, json.dumps(asdict(model.config), indent=2) + "\n")


def load(source: str | Path) -> TemAdapter:
    """Return networks in evaluation mode; see `TemAdapter.from_pretrained`."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from temadapter.models.tem_adapter import TemAdapter
    from temadapter.unfilled import without_values

    folder = _folder(source)
    if not (folder / WEIGHTS).is_file():
        raise DataError(
            f"{folder} has no {WEIGHTS}: give what save_pretrained wrote, or the folder of a run."
        )
    try:
        state = load_file(folder / WEIGHTS)
    except SafetensorError as error:
        raise DataError(f"{folder / WEIGHTS} cannot be read ({error}). Copy it again.") from None
    if (folder / CONFIG).is_file():
        config, strict = _config(_values(folder / CONFIG, json_value)), True
    else:  # a run keeps what answering needs: the decoder of the autoregressive task is fresh
        config, strict = _of_run(folder), False
    with without_values():  # shapes are compared before there is room made for weights of any size
        shapes = {name: value.to("meta") for name, value in state.items()}
        _fit(TemAdapter(config), shapes, folder, strict=strict)
    model = TemAdapter(config)
    _fit(model, state, folder, strict=strict)
    return model.eval()


def _folder(source: str | Path) -> Path:
    text = str(source)
    if not text.startswith("hf:"):
        return Path(text.removeprefix("dir:")).expanduser()
    from huggingface_hub import snapshot_download

    name, _, revision = text.removeprefix("hf:").partition("@")
    try:
        files = [CONFIG, WEIGHTS, RUN]
        return Path(snapshot_download(name, revision=revision or None, allow_patterns=files))
    except Exception as error:  # the library raises many kinds, each with pages of text
        raise DataError(f"{text} could not be fetched: {str(error).splitlines()[0][:200]}") from error


def _config(values: dict[str, Any]) -> ModelConfig:
    known = {field.name for field in fields(ModelConfig)}
    if unknown := sorted(values.keys() - known):
        raise ConfigError(
            f"The model's configuration has settings that this version does not know: {', '.join(unknown)}."
        )
    return ModelConfig(**values)


def _of_run(folder: Path) -> ModelConfig:
    """Return the section `model` of a run's configuration."""
    if not (folder / RUN).is_file():
        raise DataError(f"{folder} has neither {CONFIG} nor {RUN}: it is neither a saved model nor a run.")
    run = _values(folder / RUN, yaml_value)
    if run.get("method") != "tem-adapter":
        raise ConfigError(
            f"The run in {folder} is of the method {shown(run.get('method'))}, not tem-adapter. Load it with "
            "VideoQA.load."
        )
    model = run.get("model", {})
    return _config(model if isinstance(model, dict) else {})


def _values(path: Path, read: Callable[[str], Any]) -> dict[str, Any]:
    """Return the table of names and values in a file."""
    try:
        values = read(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} cannot be read ({error}). Copy it again.") from None
    if not isinstance(values, dict):
        raise DataError(f"{path} holds no names and values. Copy it again.")
    return values


def _fit(model: TemAdapter, state: dict[str, Any], folder: Path, *, strict: bool) -> None:
    try:
        found = model.load_state_dict(state, strict=strict)
    except RuntimeError as error:
        raise DataError(
            f"The weights in {folder} do not fit its configuration: {str(error)[:200]}"
        ) from error
    if found.unexpected_keys:
        raise DataError(
            f"The weights in {folder} do not fit its configuration: {found.unexpected_keys[0]} is not part of it."
        )
