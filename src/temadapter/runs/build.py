"""What answers for a run, with fresh weights: its method, or the members of its ensemble as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from temadapter.config.run_config import Config
from temadapter.methods.base import Method, MethodContext
from temadapter.methods.ensemble import together
from temadapter.methods.registry import get_method
from temadapter.models.objective import Objective
from temadapter.runs.folder import BackboneRecord

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone


def build_method(config: Config, record: BackboneRecord, backbone: Backbone | None = None) -> Method:
    """Build what answers for a run: as many members as it has.

    Args:
        config: The run's configuration.
        record: What the run knows of its backbone.
        backbone: The backbone itself, which a method that runs its towers needs.
    """
    return together([build_member(config, record, backbone) for _ in config.training.seeds])


def build_member(config: Config, record: BackboneRecord, backbone: Backbone | None = None) -> Method:
    """Build a run's method once (from torch's current seed); see `build_method`."""
    context = MethodContext(
        embedding_dim=record.embedding_dim,
        logit_scale=record.logit_scale,
        model=replace(config.model, embedding_dim=record.embedding_dim),
        objective=Objective(config.objective),
        backbone=backbone,
        options=config.method_options,
    )
    return get_method(config.method).build(context)
