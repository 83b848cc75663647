"""Finished runs that would come out otherwise now, so that a report never mixes what does not belong together."""

from __future__ import annotations

from collections.abc import Sequence

from temadapter.comparison.plan_runs import Job
from temadapter.errors import ConfigError, TemAdapterError
from temadapter.runs.folder import RunFolder
from temadapter.runs.shared_data import SharedData

NAMED = 3
"""So many of them are told of in full."""


def check_finished(jobs: Sequence[Job], *, shared: SharedData | None = None) -> None:
    """Compare the finished runs of a plan with the settings, the data and the backbone that they would have now.

    Args:
        jobs: Runs of a plan; those that are not finished are not looked at.
        shared: What the runs of this process share.

    Raises:
        ConfigError: Some differ; the message names them, what differs, and what to do.
    """
    shared = shared or SharedData()
    found = []
    for job in jobs:
        if RunFolder(job.folder).finished and (reason := _difference(job, shared)):
            found.append(f"  - {reason}" if str(job.folder) in reason else f"  - {job.folder}: {reason}")
    if found:
        more = f"\n  - and {len(found) - NAMED} others" if len(found) > NAMED else ""
        raise ConfigError(
            f"{len(found)} finished runs are not what they would be now:\n"
            + "\n".join(found[:NAMED])
            + f"{more}\nName another --output, or remove these folders to make them again."
        )


def _difference(job: Job, shared: SharedData) -> str:
    from temadapter.runs.train import train_run

    try:
        run = train_run(job.config, job.folder, resume=True, shared=shared)
    except TemAdapterError as error:
        return str(error)
    return "; ".join(run.stale)
