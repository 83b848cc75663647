"""Finished runs that would come out otherwise now, so that a report never mixes what does not belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from temadapter.comparison.runner import Job
from temadapter.errors import ConfigError, TemAdapterError
from temadapter.runs.folder import RunFolder

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone

NAMED = 3
"""So many of them are told of in full."""


def check_finished(jobs: Sequence[Job]) -> None:
    """Compare the finished runs of a plan with the settings, the data and the backbone that they would have now.

    Args:
        jobs: Of `plan_jobs` or `grid_jobs`; runs that are not finished are not looked at.

    Raises:
        ConfigError: Some differ; the message names them, what differs, and what to do.
    """
    loaded: dict[tuple[str, bool], Backbone] = {}
    found = []
    for job in jobs:
        if RunFolder(job.folder).finished and (reason := _difference(job, loaded)):
            found.append(f"  - {reason}" if str(job.folder) in reason else f"  - {job.folder}: {reason}")
    if found:
        more = f"\n  - and {len(found) - NAMED} others" if len(found) > NAMED else ""
        raise ConfigError(
            f"{len(found)} finished runs are not what they would be now:\n"
            + "\n".join(found[:NAMED])
            + f"{more}\nName another --output, or remove these folders to make them again."
        )


def _difference(job: Job, loaded: dict[tuple[str, bool], Backbone]) -> str:
    from temadapter.methods.registry import get_method
    from temadapter.runs.train import load_for, train_run
    from temadapter.training.device import choose_device

    config = job.config
    key = (config.features.backbone, get_method(config.method).runs_towers)
    try:
        if key not in loaded:
            device = choose_device(config.training.device).type
            loaded[key] = load_for(config.method, config.features.backbone, device=device)
        run = train_run(config, job.folder, resume=True, backbone=loaded[key])
    except TemAdapterError as error:
        return str(error)
    return "; ".join(run.changes)
