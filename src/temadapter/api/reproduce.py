"""`temadapter.reproduce`: a benchmark from the raw download to the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.runs.dry_run import PlannedRun
    from temadapter.workflows.reproduction import Reproduction


def reproduce(
    benchmark: str,
    root: str | Path,
    *,
    output: str | Path | None = None,
    preset: str | Path = "paper",
    methods: Sequence[str] | None = None,
    settings: Mapping[str, Any] | Sequence[str] = (),
    overwrite: bool = False,
    workers: int | None = None,
) -> Reproduction:
    """Check, extract, train and evaluate, and put our accuracy beside the published one.

    Called again after an interruption, it goes on. Videos that are missing or cannot be read are left out and counted.

    Args:
        benchmark: `sutd-trafficqa`, `msrvtt-mc` or `nextqa`.
        root: The benchmark's folder, in the layout that `list_available("datasets")` shows.
        output: Folder of the runs and the table; `runs/<benchmark>` when None.
        preset: `paper`, `official`, `plus`, or a YAML file.
        methods: Names of methods; zero-shot, CLIP + template and the preset's own when None.
        settings: As for `train`; the backbone is the hub's CLIP ViT-B/32 unless they say otherwise.
        overwrite: Train again where an earlier call trained.
        workers: Threads that decode videos; one per core when None.

    Returns:
        Our accuracy per type, the published numbers, what was left out, and the folder with the report.

    Raises:
        ConfigError: An unknown benchmark, method or setting.
        DataError: There is no test question, or not one video.
        BackboneError: The backbone cannot be loaded.

    Example:
        >>> small = {"features.backbone": "mini", "features.sampler": "uniform(16)", "features.store": "features"}
        >>> result = reproduce("sutd-trafficqa", "crossroads", methods=["zero-shot"], settings=small)
        >>> result
        Reproduction('SUTD-TrafficQA, ...', 22 of 22 test questions, zero-shot ... %)
        >>> result.complete
        True
    """
    from temadapter.config.run_config import as_sets
    from temadapter.workflows.reproduce import reproduce_benchmark

    return reproduce_benchmark(
        benchmark,
        Path(root),
        _folder(benchmark, output),
        preset=str(preset),
        sets=as_sets(settings),
        methods=methods,
        overwrite=overwrite,
        workers=workers,
    )


def plan_reproduction(
    benchmark: str,
    root: str | Path,
    *,
    output: str | Path | None = None,
    preset: str | Path = "paper",
    methods: Sequence[str] | None = None,
    settings: Mapping[str, Any] | Sequence[str] = (),
) -> PlannedRun:
    """Return what `reproduce` would do for the preset's own method. Nothing is downloaded and nothing written.

    Args:
        benchmark: As for `reproduce`.
        root: The benchmark's folder.
        output: Folder of the runs and the table.
        preset: As for `reproduce`.
        methods: Names of methods, which are checked.
        settings: As for `train`.

    Returns:
        Counts of questions, videos and parameters, and the space on disk.

    Raises:
        ConfigError: An unknown benchmark, method or setting.
        DataError: The dataset cannot be used.

    Example:
        >>> plan = plan_reproduction("sutd-trafficqa", "crossroads", settings={"features.backbone": "mini"})
        >>> plan.method, plan.questions["test"], plan.videos
        ('tem-adapter', 22, 9)
    """
    from temadapter.config.run_config import as_sets
    from temadapter.runs.dry_run import plan_run
    from temadapter.workflows.reproduce import check_names, configuration

    check_names(methods or ())
    folder = _folder(benchmark, output)
    return plan_run(configuration(benchmark, Path(root), folder, preset=str(preset), sets=as_sets(settings)))


def _folder(benchmark: str, output: str | Path | None) -> Path:
    return Path("runs") / benchmark if output is None else Path(output)
