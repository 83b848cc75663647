"""Reading files of `torch.save` by whomever: no code is run, and no more memory taken than the file is large."""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor

_DEEPEST = 100


def load_plain(path: Path) -> Any:
    """Read plain data and tensors, onto the CPU; refuse everything else.

    What the file says of its tensors is looked at before there is room made for one of them: a few bytes can claim
    terabytes.

    Args:
        path: A file that `torch.save` wrote.

    Raises:
        DataError: It is missing, damaged or no such file, holds anything but plain data and tensors (loading it
            could run code), or a tensor in it claims more values than the file holds.
    """
    if not path.is_file():
        raise DataError(f"There is no checkpoint {path}.")
    _check_archive(path)
    for tensor in _tensors(_load(path, "meta")):
        _check(path, tensor)
    return _load(path, "cpu")


def _load(path: Path, device: str) -> Any:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pickles that torch did not write: they are refused below
            return torch.load(path, map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL ([\w.]+)", str(error))
        if name is None:
            raise DataError(f"{path} is not a PyTorch checkpoint, or it is damaged.") from error
        raise DataError(
            f"{path} was refused and not loaded: besides weights it asks to run {name[1]}, and code in a "
            "checkpoint could do anything. Save its state_dict alone from a place you trust, and use that."
        ) from None
    except Exception as error:  # torch and pickle raise any kind for what is damaged
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path} is not a PyTorch checkpoint, or it is damaged ({reason}).") from error


def _check_archive(path: Path) -> None:
    """Refuse an archive that unpacks to more than it is: torch never compresses."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # of the old format, or damaged: torch says so
    if unpacked > path.stat().st_size:
        raise DataError(
            f"{path} was refused: its {path.stat().st_size:,} bytes claim to be {unpacked:,}, and PyTorch does not "
            "compress what it saves. Save it again from a place you trust."
        )


def _check(path: Path, tensor: Tensor) -> None:
    """Refuse a tensor that is larger than what is kept of it."""
    import torch

    if tensor.layout != torch.strided or tensor.is_quantized:
        raise DataError(f"{path} was refused: a tensor in it is sparse or quantized. Save its weights dense.")
    kept = min(tensor.untyped_storage().nbytes(), path.stat().st_size)
    if tensor.numel() * tensor.element_size() > kept:
        shape = " x ".join(f"{size:,}" for size in tensor.shape) or "1"
        raise DataError(
            f"{path} was refused: a tensor in it claims {shape} values, and the file holds {kept:,} bytes of it. Save "
            "its state_dict again, each tensor cloned."
        )


def _tensors(value: Any, depth: int = 0) -> Iterator[Tensor]:
    import torch

    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict | list | tuple) and depth < _DEEPEST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _tensors(item, depth + 1)
