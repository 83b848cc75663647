"""The command that makes a comparison again, as its report shows it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

OWN = "own:"
WORDS = {
    "data.reader": "--reader",
    "data.video_dir": "--video-dir",
    "data.limit": "--limit",
    "features.backbone": "--backbone",
    "features.sampler": "--sampler",
    "training.device": "--device",
}
"""Settings with an option of their own; the others are given by `--set`."""


def compare_command(
    *,
    plan: str | None = None,
    methods: Sequence[str] | None = None,
    dataset: str | None = None,
    trials: Sequence[str] | None = None,
    settings: Sequence[str] = (),
    seeds: int = 3,
) -> str:
    """Return a line for a shell, whether the comparison was started there or in Python.

    Args:
        plan: Name or file of the plan.
        methods: Methods that are compared instead; none in it means all.
        dataset: None for the demo's.
        trials: Only these.
        settings: As `--set` takes them, the dataset and the store left out: these are named otherwise elsewhere.
        seeds: How many.

    >>> print(compare_command(plan="my plan.yaml", settings=["data.limit=3", "features.sampler=fps(2)"], seeds=2))
    temadapter compare --plan 'my plan.yaml' --limit 3 --sampler 'fps(2)' --seeds 2
    """
    what = ("--plan", str(plan)) if methods is None else ("--methods", ",".join(methods) or "all")
    words = ["temadapter", "compare", *what, *([] if dataset is None else ["--dataset", dataset])]
    for setting in settings:
        words += _option(setting)
    words += [] if trials is None else ["--trials", ",".join(trials)]
    return shlex.join([*words, "--seeds", str(seeds)])


def _option(setting: str) -> tuple[str, str]:
    name, _, value = setting.partition("=")
    if name == "data.reader" and value.startswith(OWN):
        return "--columns", value.removeprefix(OWN)
    return (WORDS[name], value) if name in WORDS else ("--set", setting)
