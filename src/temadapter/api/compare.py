"""`temadapter.compare`: many runs by one plan, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.comparison.summary import Summary


def compare(
    dataset: str | Path,
    *,
    methods: Sequence[str] | None = None,
    plan: str | Path = "corrections",
    output: str | Path = "comparison",
    store: str | Path = "features",
    seeds: int = 3,
    settings: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    devices: str | Sequence[str | int] | None = None,
    workers: int | None = None,
) -> Summary:
    """Train and test every trial of a plan, or every method, and report the paired differences.

    Only runs that are missing are done; interrupted ones go on where they stopped. The report (HTML, Markdown, CSV,
    JSON and pictures) is written into `output`.

    Args:
        dataset: What `load_dataset` reads.
        methods: Names of methods to compare, `["all"]` for every one; a plan is used when None.
        plan: `corrections`, `ablation`, `autoregression`, or a YAML file of your own.
        output: Folder of runs and report.
        store: Folder of the feature store.
        seeds: How many seeds, from 0.
        settings: Settings that hold for every run: `{"features.backbone": "mini"}`.
        jobs: Runs at a time; one per core when None, or one where they share a graphics card.
        devices: One run at a time on each of these, of one kind: `[0, 1, 2, 3]` for CUDA devices, or names such as
            `["cuda:0", "cuda:1"]`; it takes the place of `jobs`.
        workers: Threads that decode videos; one per core when None.

    Returns:
        Accuracy of every trial and its difference to its reference, with 95 % intervals.

    Raises:
        ConfigError: There is no such plan, method or device; finished runs in `output` would come out otherwise now.
        DataError: The dataset cannot be read, or a run failed and its row is missing.

    Example:
        >>> summary = compare("crossroads", methods=["zero-shot", "clip-template"], seeds=1, jobs=1)
        >>> list(summary.found), summary.table.counts[""], summary.unfinished
        (['zero-shot', 'clip-template'], 22, ())
    """
    from temadapter.comparison.all_methods import methods_plan
    from temadapter.comparison.devices import SETTING, kind_of, read_devices
    from temadapter.comparison.plan import load_plan
    from temadapter.comparison.record import Record
    from temadapter.comparison.run_comparison import run_comparison
    from temadapter.config.run_config import as_sets

    names = [] if methods is None or list(methods) == ["all"] else list(methods)
    chosen = load_plan(str(plan)) if methods is None else methods_plan(names, start="paper")
    sets = as_sets({"data.dataset": str(dataset), "features.store": str(store), **(settings or {})})
    places = read_devices(devices, sets=sets, jobs=jobs)
    sets = (*sets, *([f"{SETTING}={kind_of(places[0])}"] if places else []))
    record = Record(chosen, sets, seeds, f"temadapter.compare({str(dataset)!r}, ...)")
    return run_comparison(record, Path(output), jobs=jobs, devices=places, workers=workers).summary
