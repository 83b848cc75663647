"""The networks' settings of the authors' released code, for tests that need no whole configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from temadapter.config.run_config import load_config
from temadapter.models.config import ModelConfig


def official_model(**changes: Any) -> ModelConfig:
    """Return the section `model` of preset `official`, with changes."""
    return replace(load_config("official").model, **changes)
