"""Many runs by one plan, and what differs: `temadapter.compare`, `plan_comparison`, `report_comparison`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.comparison.dry_run import PlannedComparison
    from temadapter.comparison.record import Record
    from temadapter.comparison.run_comparison import Comparison

PLAN = "corrections"
DEMO = Path("temadapter-demo")


def compare(
    dataset: str | Path | None = None,
    *,
    methods: str | Sequence[str] | None = None,
    plan: str | Path = PLAN,
    trials: Sequence[str] | None = None,
    output: str | Path = "comparison",
    report: str | Path | None = None,
    store: str | Path | None = None,
    seeds: int = 3,
    settings: Mapping[str, Any] | Sequence[str] = (),
    jobs: int | None = None,
    devices: str | Sequence[str | int] | None = None,
    workers: int | None = None,
    report_only: bool = False,
) -> Comparison:
    """Train and test every trial of a plan, or every method, and report the paired differences.

    Only runs that are missing are done; interrupted ones go on where they stopped. The report (HTML, Markdown, CSV,
    JSON and pictures) is written into `output`.

    Args:
        dataset: What `load_dataset` reads; None for the videos that `demo` made.
        methods: Names of methods to compare, or "all"; a plan is used when None.
        plan: `corrections`, `ablation`, `autoregression`, or a YAML file of your own.
        trials: Only these, by name.
        output: Folder of the runs.
        report: Folder of the report; `output` when None.
        store: Folder of the feature store; the settings' (`features`), or the demo's, when None.
        seeds: How many seeds, from 0.
        settings: Settings that hold for every run, as for `train`: `{"features.backbone": "mini"}`.
        jobs: Runs at a time; one per core when None, or one where they share a graphics card.
        devices: One run at a time on each of these, of one kind: `[0, 1, 2, 3]` for CUDA devices, or names such as
            `["cuda:0", "cuda:1"]`; it takes the place of `jobs`.
        workers: Threads that decode videos; one per core when None.
        report_only: Train nothing: report what is there.

    Returns:
        Accuracy of every trial and its difference to its reference, with 95 % intervals.

    Raises:
        ConfigError: There is no such plan, method or device; finished runs in `output` would come out otherwise now.
        DataError: The dataset cannot be read, or no run is finished.

    Example:
        >>> found = compare("crossroads", methods=["zero-shot", "clip-template"], seeds=1, jobs=1)
        >>> found
        Comparison('methods', 2 trials, 0 runs unfinished)
        >>> list(found.found), found.table.counts[""], found.failed
        (['zero-shot', 'clip-template'], 22, False)
        >>> found.command
        'temadapter compare --methods zero-shot,clip-template --dataset crossroads --seeds 1'
    """
    from temadapter.comparison.run_comparison import run_comparison

    given, places = _placed(settings, devices, jobs)
    return run_comparison(
        _record(dataset, methods, plan, trials, store, seeds, given),
        Path(output),
        report=None if report is None else Path(report),
        jobs=jobs,
        devices=places,
        workers=workers,
        train=not report_only,
    )


def plan_comparison(
    dataset: str | Path | None = None,
    *,
    methods: str | Sequence[str] | None = None,
    plan: str | Path = PLAN,
    trials: Sequence[str] | None = None,
    output: str | Path = "comparison",
    store: str | Path | None = None,
    seeds: int = 3,
    settings: Mapping[str, Any] | Sequence[str] = (),
    devices: str | Sequence[str | int] | None = None,
) -> PlannedComparison:
    """Return what `compare` would do with the same arguments. Nothing is trained and nothing written.

    Args:
        dataset: As for `compare`.
        methods: As for `compare`.
        plan: As for `compare`.
        trials: As for `compare`.
        output: Folder of the runs.
        store: Folder of the feature store.
        seeds: How many seeds, from 0.
        settings: As for `compare`.
        devices: As for `compare`.

    Returns:
        The trials, the runs, and how many are finished and missing.

    Raises:
        ConfigError: There is no such plan, method or device.
        DataError: The dataset cannot be read.

    Example:
        >>> plan_comparison("crossroads", methods=["zero-shot", "mean-linear"], output="other", seeds=2)
        PlannedComparison('methods', 2 trials, 0 runs finished, ... missing)
    """
    from temadapter.comparison.dry_run import planned_comparison
    from temadapter.comparison.run_comparison import check_questions
    from temadapter.comparison.run_order import Schedule

    given, _ = _placed(settings, devices)
    record = _record(dataset, methods, plan, trials, store, seeds, given)
    check_questions(record)
    return planned_comparison(Schedule(record.plan, Path(output), record.seeds, record.sets))


def report_comparison(
    output: str | Path = "comparison", *, report: str | Path | None = None
) -> tuple[Comparison, ...]:
    """Write the report of everything that was compared in a folder again, from the runs that are there.

    Args:
        output: The folder that was given to `compare`.
        report: Folder of the report; `output` when None.

    Returns:
        One result per plan.

    Raises:
        ConfigError: The folder holds no comparison.
        DataError: No run is finished.

    Example:
        >>> done = compare("crossroads", methods=["zero-shot"], output="compared", seeds=1, jobs=1)
        >>> (again,) = report_comparison("compared")
        >>> again.table.rows[0].overall == done.table.rows[0].overall
        True
    """
    from temadapter.comparison.record import read_records
    from temadapter.comparison.run_comparison import run_comparison

    place = None if report is None else Path(report)
    records = read_records(Path(output))
    return tuple(run_comparison(record, Path(output), report=place, train=False) for record in records)


def _record(
    dataset: str | Path | None,
    methods: str | Sequence[str] | None,
    plan: str | Path,
    trials: Sequence[str] | None,
    store: str | Path | None,
    seeds: int,
    settings: tuple[str, ...],
) -> Record:
    """Return what is compared, and the command that compares it again."""
    from temadapter.comparison.all_methods import methods_plan
    from temadapter.comparison.compare_command import compare_command
    from temadapter.comparison.plan import load_plan
    from temadapter.comparison.record import Record

    named = [methods] if isinstance(methods, str) else methods
    if named is None:
        chosen = load_plan(str(plan))
    else:
        named = [] if list(named) == ["all"] else named
        chosen = methods_plan(named, start="crossroads" if dataset is None else "paper")
    chosen = chosen if trials is None else chosen.only(list(trials))
    command = compare_command(
        plan=str(plan),
        methods=named,
        dataset=None if dataset is None else str(dataset),
        trials=trials,
        settings=settings,
        seeds=seeds,
    )
    return Record(chosen, (*_data(dataset, store), *settings), seeds, command)


def _data(dataset: str | Path | None, store: str | Path | None) -> list[str]:
    """Return the settings that name the dataset and the store; without a dataset those of the demo."""
    if dataset is not None:
        return [f"data.dataset={dataset}", *([] if store is None else [f"features.store={store}"])]
    if not (DEMO / "crossroads").is_dir():
        raise ConfigError(
            f"Name a dataset (--dataset), or run `temadapter demo` here first: its videos in {DEMO} are the default."
        )
    return [f"data.dataset={DEMO / 'crossroads'}", f"features.store={store or DEMO / 'features'}"]


def _placed(
    settings: Mapping[str, Any] | Sequence[str],
    devices: str | Sequence[str | int] | None,
    jobs: int | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the settings as `--set` takes them, the kind of device among them, and the devices' names."""
    from temadapter.comparison.devices import SETTING, kind_of, read_devices
    from temadapter.config.run_config import as_sets

    given = as_sets(settings)
    places = read_devices(devices, sets=given, jobs=jobs)
    return (*given, *([f"{SETTING}={kind_of(places[0])}"] if places else [])), places
