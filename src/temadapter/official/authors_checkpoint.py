"""The authors' checkpoints, `tempaligner_49.pt` and `semanticaligner_49.pt`, read without running code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from temadapter.errors import DataError
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.parameter_names import load_official
from temadapter.tensor_files import load_plain


@dataclass(frozen=True)
class OfficialCheckpoint:
    """One of the authors' files (docs/method.md section 7).

    Attributes:
        state_dict: Parameters by the authors' names.
        epoch: The epoch after which it was written, as they count; None where the file does not tell.
        model_kwargs: The arguments with which they built their module.
    """

    state_dict: Mapping[str, Tensor]
    epoch: int | None = None
    model_kwargs: Mapping[str, Any] = field(default_factory=dict)


def read_checkpoint(path: Path) -> OfficialCheckpoint:
    """Read one file: a dict `{epoch, state_dict, optimizer, model_kwargs}`; the optimizer's state is dropped.

    Args:
        path: The `.pt` file.

    Raises:
        DataError: When the file is missing, is no checkpoint, has no weights, or holds anything but plain
            data and tensors: it is then refused, since loading it could run code.
    """
    content = load_plain(path)
    state = content.get("state_dict") if isinstance(content, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise DataError(
            f"{path} has no weights: a checkpoint of the authors is a dict with an entry 'state_dict' of "
            f"tensors, but this one holds {_describe(content)}."
        )
    epoch, kwargs = content.get("epoch"), content.get("model_kwargs")
    return OfficialCheckpoint(
        state_dict=state,
        epoch=epoch if isinstance(epoch, int) else None,
        model_kwargs=kwargs if isinstance(kwargs, dict) else {},
    )


def load_official_files(temporal: Path, semantic: Path) -> TemAdapter:
    """Build a model of preset `official` from the authors' two checkpoint files.

    Args:
        temporal: `tempaligner_49.pt`.
        semantic: `semanticaligner_49.pt`.

    Returns:
        The model on the CPU, in evaluation mode.

    Raises:
        DataError: As `read_checkpoint` and `load_official` do, and when the two files are swapped.
    """
    states = read_checkpoint(temporal).state_dict, read_checkpoint(semantic).state_dict
    if "gamma" in states[0] and "gamma" not in states[1]:
        raise DataError(
            f"The two checkpoints are swapped: {temporal} is the Semantic Aligner's. "
            "Give the Temporal Aligner's first."
        )
    return load_official(*states)


def _describe(content: object) -> str:
    """Say in a few words what a file held instead."""
    if isinstance(content, dict):
        names = ", ".join(repr(str(name)) for name in list(content)[:6])
        return f"a dict with {names or 'nothing'}" + (", …" if len(content) > 6 else "")
    return f"a {type(content).__name__}"
