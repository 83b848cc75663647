"""`temadapter compare`: many runs by one plan, and a report of what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import (
    Backbone,
    Columns,
    DeviceOfRuns,
    Devices,
    DryRun,
    Json,
    Limit,
    Reader,
    Sampler,
    Sets,
    VideoDir,
    Workers,
    as_sets,
    reader_spec,
)
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit, note, table_text
from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.comparison.dry_run import PlannedComparison
    from temadapter.comparison.run_comparison import Comparison


def compare(
    folder: Annotated[
        Path | None, typer.Argument(help="The same as --output.", metavar="[DIR]", show_default=False)
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", help="corrections (default), ablation, autoregression, plus-ablation, or a YAML file."
        ),
    ] = None,
    methods: Annotated[
        str | None, typer.Option("--methods", help="Compare methods instead: all, or names with commas.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Default: the videos that the demo made.")
    ] = None,
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    store: Annotated[str | None, typer.Option("--store", help="Folder of the feature store.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder of runs and report; default: comparison.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Folder of the report; default: the output.")
    ] = None,
    trials: Annotated[
        str | None, typer.Option("--trials", help="Only these, by name, separated by commas.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many seeds, from 0.")] = 3,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Runs at a time; default: one per core, 1 on CUDA.")
    ] = None,
    limit: Limit = None,
    backbone: Backbone = None,
    sampler: Sampler = None,
    device: DeviceOfRuns = None,
    devices: Devices = None,
    workers: Workers = None,
    sets: Sets = None,
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Train nothing: report what is there.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Train and test every trial of a plan with several seeds, and report the differences.

    Only runs that are missing are done, and interrupted ones go on where they
    stopped; a run that fails does not stop the others. Finished runs with other
    settings, data or backbone weights than now are refused. Writes the report as one
    HTML file, Markdown, CSV and JSON, and a folder of pictures.

    Every row finds its own learning rate and number of epochs on validation
    questions with the first seed: many settings for a short time, the best of them
    for longer. --dry-run says how.

    Example: temadapter compare --methods all --seeds 3

    Example: temadapter compare --methods all --devices 0,1,2,3

    Example: temadapter compare comparison --report-only
    """
    from temadapter.api.compare import PLAN, plan_comparison, report_comparison
    from temadapter.api.compare import compare as run

    if folder is not None and output is not None:
        raise ConfigError(f"Name the folder once: {folder} and --output {output} are the same thing.")
    place = folder or output or Path("comparison")
    shortcuts = {
        "data.reader": reader_spec(reader, columns),
        "data.video_dir": video_dir,
        "data.limit": limit,
        "features.backbone": backbone,
        "features.sampler": sampler,
        "training.device": device,
    }
    settings = as_sets(shortcuts, sets)
    what: dict[str, Any] = {
        "methods": None if methods is None else _names(methods),
        "plan": plan or PLAN,
        "trials": None if trials is None else _names(trials),
        "output": place,
        "store": store,
        "seeds": seeds,
        "settings": settings,
        "devices": devices,
    }
    if dry_run:
        planned = plan_comparison(dataset, **what)
        emit(planned.to_dict(), _plan_text(planned), as_json=as_json)
        return 0
    named = (plan, methods, dataset, store, trials, devices, *settings)
    if report_only and all(given is None for given in named):
        done = report_comparison(place, report=report)
    else:
        more: dict[str, Any] = {"jobs": jobs, "workers": workers, "report_only": report_only}
        done = (run(dataset, **what, **more, report=report),)
    for each in done:
        note(f"Report: {', '.join(map(str, each.written))}")
    found = [each.to_dict() for each in done]
    emit(found[0] if len(found) == 1 else found, "\n\n".join(map(_text, done)), as_json=as_json)
    return SOME_FAILED if any(each.failed for each in done) else 0


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _plan_text(planned: PlannedComparison) -> str:
    plan = planned.plan
    rows = [(trial.name, trial.label, ", ".join(trial.sets) or "–") for trial in plan.trials]
    tuned = [] if plan.tuning is None else [f"Each is tuned: {plan.tuning.in_words()}."]
    counts = f"{planned.finished} runs are finished, about {planned.missing} are missing."
    return "\n".join([aligned(rows), *tuned, counts])


def _text(done: Comparison) -> str:
    lines = [table_text(done.table), *done.verdicts]
    rows = [("difference to the reference, points", "95 % interval", "p (Holm)")]
    for found in done.found.values():
        if found.differences:
            value = found.differences[""]
            interval = f"[{100 * value.low:+.1f}, {100 * value.high:+.1f}]"
            rows.append(
                (f"{found.trial.label}  {100 * value.value:+.1f}", interval, f"{found.corrected or 0:.3f}")
            )
    lines += [aligned(rows)] if len(rows) > 1 else []
    lines += [f"Not finished: {'; '.join(done.unfinished)}."] if done.unfinished else []
    return "\n".join(lines)
