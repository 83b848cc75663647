"""All features of a comparison, before several processes want the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from temadapter.comparison.plan_runs import Job
from temadapter.errors import TemAdapterError


def extract_first(jobs: Sequence[Job], workers: int | None = None) -> None:
    """Extract the features and texts of some runs, each once.

    What cannot be extracted is said by the run that needs it.

    Args:
        jobs: The runs.
        workers: Threads that decode videos.
    """
    from temadapter.runs.prepare import split_questions
    from temadapter.runs.resolve import resolve
    from temadapter.runs.shared_data import SharedData

    shared, seen = SharedData(), set()
    for job in jobs:
        config = job.config
        key = (config.method, config.data.dataset, replace(config.features, control="none"))
        if key in seen or job.weights_of is not None:
            continue
        seen.add(key)
        try:
            resolved, backbone = resolve(config)
            dataset = shared.dataset(resolved.data)
            splits = split_questions(dataset, resolved)
            shared.prepare(dataset, splits, resolved, backbone, workers=workers)
        except TemAdapterError:
            continue
