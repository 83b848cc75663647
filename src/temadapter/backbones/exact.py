"""Backbones whose weights are used as they are, not rounded to fewer bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from temadapter.backbones.registry import load_backbone

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone


def load_for_method(name: str, *, device: str, runs_towers: bool, loaded: Backbone | None = None) -> Backbone:
    """Return the backbone for a method: in float32 where its towers are to be trained or run with gradients.

    Args:
        name: The backbone's name.
        device: Where to load it.
        runs_towers: Whether the method does that.
        loaded: The backbone, where it is loaded already. It is loaded again if the method runs its towers and its
            weights were rounded to fewer bits: whoever loads the run later must meet the same weights.

    Raises:
        BackboneError: It cannot be loaded.
    """
    rounded = getattr(loaded, "dtype", torch.float32) != torch.float32
    if loaded is not None and not (runs_towers and rounded):
        return loaded
    if runs_towers:
        return load_backbone(name, device=device, dtype="float32")
    return load_backbone(name, device=device)
