"""Loading CLIP's towers from a folder in the hub's format: its configuration and its weights, tensor by tensor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from temadapter.backbones.clip import ClipModel
from temadapter.backbones.clip_config import read_clip_config
from temadapter.backbones.completeness import CONFIG, INDEX, read_json, weight_files
from temadapter.errors import BackboneError, DataError
from temadapter.tensor_files import load_plain
from temadapter.unfilled import without_values

PREFIX = "clip."
"""What the names begin with in a checkpoint of a model that has a CLIP inside."""


def load_clip(folder: Path) -> tuple[ClipModel, list[str]]:
    """Return the towers in float32 on the CPU, and the names of the tensors that they have no use for.

    Args:
        folder: Complete, see `check_folder`.

    Raises:
        BackboneError: The configuration or the weights cannot be read, or do not fit each other.
    """
    config = read_clip_config(read_json(folder / CONFIG), folder / CONFIG)
    try:
        with without_values():
            model = ClipModel(config)
    except (RuntimeError, OverflowError, TypeError) as error:  # sizes beyond what PyTorch can count
        raise _broken(folder, error) from error
    wanted, tensors, unused = model.state_dict(), {}, []
    for name, tensor in _tensors(folder):
        short = name.removeprefix(PREFIX)
        if short not in wanted:
            unused.append(short)
        elif tensor.shape != wanted[short].shape:
            raise BackboneError(
                f"The model in {folder} cannot be loaded: {name} has {_sides(tensor)} values, but {CONFIG} asks for "
                f"{_sides(wanted[short])}. Copy the model again."
            )
        else:
            tensors[short] = tensor.to(torch.float32, copy=True)  # the file may change while it is mapped
    missing = sorted(wanted.keys() - tensors.keys())
    if missing:
        raise BackboneError(
            f"The weights in {folder} lack {len(missing)} tensors that {CONFIG} asks for "
            f"({missing[0]}, …). Copy the model again."
        )
    model.load_state_dict(tensors, assign=True)
    return model, sorted(unused)


def _tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """Yield every tensor of a folder's weights by its name."""
    from safetensors import SafetensorError, safe_open

    for path in weight_files(folder):
        if path.name.endswith(INDEX):
            continue
        try:
            if path.suffix != ".safetensors":
                content = load_plain(path)
                yield from ((name, one) for name, one in content.items() if isinstance(one, Tensor))
                continue
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118, it is no mapping
                    yield name, file.get_tensor(name)
        except (SafetensorError, DataError, OSError, AttributeError) as error:
            raise _broken(folder, error) from error


def _broken(folder: Path, error: Exception) -> BackboneError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return BackboneError(f"The model in {folder} cannot be loaded: {reason}")


def _sides(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "1"
