"""Weights by the authors' parameter names, to and from a model of preset `official`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from temadapter.config.run_config import load_config
from temadapter.errors import DataError
from temadapter.models.tem_adapter import TemAdapter
from temadapter.unfilled import without_values

# The authors' prefix and ours, per file; the rest of each name is the same.
TEMPORAL_NAMES = (
    ("transformer_encoder.layers.0.", "temporal.encoder."),
    ("transformer_decoder.layers.0.", "temporal.decoder."),
)
SEMANTIC_NAMES = (
    ("gamma", "semantic.gamma"),
    ("context_decoder.decoder.0.", "semantic.layer."),
    ("context_decoder.", "semantic."),
)
POSITION_BUFFER = "positional_encoding.pe"
"""The authors' checkpoint stores the sinusoids too; here they are computed, so its values are not needed."""


def load_official(temporal: Mapping[str, Tensor], semantic: Mapping[str, Tensor]) -> TemAdapter:
    """Build a model of preset `official` from the authors' two state dicts.

    Args:
        temporal: The Temporal Aligner's, with or without the buffer `positional_encoding.pe`.
        semantic: The Semantic Aligner's.

    Returns:
        The model on the CPU, in evaluation mode.

    Raises:
        DataError: Naming every entry that is missing, unknown or of another shape.
    """
    config = replace(load_config("official").model, embedding_dim=_embedding_dim(semantic))
    with without_values():  # shapes are compared before there is room made for weights of any size
        expected = TemAdapter(config).state_dict()
    ours: dict[str, Tensor] = {}
    problems: list[str] = []
    for part, given in (("temporal", temporal), ("semantic", semantic)):
        names = official_names(part, expected)
        entries = {name: value for name, value in given.items() if name != POSITION_BUFFER}
        problems += [f"{part}: {name} is missing" for name in names if name not in entries]
        problems += [f"{part}: {name} is unknown" for name in entries if name not in names]
        for name in names.keys() & entries.keys():
            shape = tuple(expected[names[name]].shape)
            if tuple(entries[name].shape) != shape:
                problems.append(f"{part}: {name} has shape {tuple(entries[name].shape)}, not {shape}")
            ours[names[name]] = entries[name]
    if problems:
        raise DataError(
            "These are not the state dicts of the authors' Temporal and Semantic Aligner: "
            + "; ".join(sorted(problems))
            + "."
        )
    model = TemAdapter(config)
    model.load_state_dict({name: torch.as_tensor(value) for name, value in ours.items()})
    return model.eval()


def official_state_dicts(model: TemAdapter) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return the model's weights by the authors' names: the temporal and the semantic state dict.

    The position buffer is not among them. The inverse of `load_official`.
    """
    ours = model.state_dict()
    temporal, semantic = (
        {theirs: ours[name] for theirs, name in official_names(part, ours).items()}
        for part in ("temporal", "semantic")
    )
    return temporal, semantic


def official_names(part: str, ours: Mapping[str, Tensor]) -> dict[str, str]:
    """Map the authors' names of `part` (`temporal` or `semantic`) to the names in our state dict `ours`."""
    table = TEMPORAL_NAMES if part == "temporal" else SEMANTIC_NAMES
    names = {}
    for name in ours:
        for theirs, prefix in table:
            if name.startswith(prefix):
                names[theirs + name.removeprefix(prefix)] = name
                break
    return names


def _embedding_dim(semantic: Mapping[str, Tensor]) -> int:
    """Read D off the gate γ; 512, the authors', where it is absent or odd."""
    gamma = semantic.get("gamma")
    size = gamma.numel() if gamma is not None and gamma.dim() == 1 else 0
    return size if size > 0 and size % 16 == 0 else 512
