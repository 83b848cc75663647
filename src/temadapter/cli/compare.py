"""`temadapter compare`: many runs by one plan, and a report of what differs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    reader_spec,
)
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit, note, table_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from temadapter.comparison.plan import Plan
    from temadapter.comparison.record import Record
    from temadapter.comparison.run_order import Schedule
    from temadapter.comparison.summary import Summary

DEFAULT = "corrections"
DEMO = Path("temadapter-demo")


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
    from temadapter.comparison.devices import SETTING, kind_of, read_devices
    from temadapter.comparison.record import Record, read_records
    from temadapter.comparison.report import to_json
    from temadapter.comparison.run_comparison import check_questions, run_comparison
    from temadapter.errors import ConfigError

    if folder is not None and output is not None:
        raise ConfigError(f"Name the folder once: {folder} and --output {output} are the same thing.")
    place = folder or output or Path("comparison")
    named = [*(sets or ()), *([] if device is None else [f"{SETTING}={device}"])]
    places = read_devices(devices, sets=named, jobs=jobs)
    device = kind_of(places[0]) if places else device
    data = {"--reader": reader, "--columns": columns, "--video-dir": video_dir, "--limit": limit}
    runs = {"--backbone": backbone, "--sampler": sampler, "--device": device}
    options = (methods, dataset, store, trials, sets, *data.values(), *runs.values())
    if report_only and plan is None and all(given is None for given in options):
        records = read_records(place)
    else:
        chosen = _chosen(plan, methods, dataset, trials)
        what = ("--plan", plan or DEFAULT) if methods is None else ("--methods", methods)
        command = _command(
            {what[0]: what[1], "--dataset": dataset, **data, **runs, "--trials": trials}, seeds, sets
        )
        read = {
            "data.reader": reader_spec(reader, columns),
            "data.video_dir": video_dir,
            "data.limit": limit,
            "features.backbone": backbone,
            "features.sampler": sampler,
            SETTING: device,
        }
        given = [
            *_data(dataset, store),
            *(f"{name}={value}" for name, value in read.items() if value is not None),
        ]
        records = (Record(chosen, (*given, *(sets or ())), seeds, command),)
        if dry_run:
            check_questions(records[0])
            return _show(records[0], place, as_json=as_json)
    done = [
        run_comparison(
            record, place, report=report, jobs=jobs, devices=places, workers=workers, train=not report_only
        )
        for record in records
    ]
    for each in done:
        note(f"Report: {', '.join(map(str, each.written))}")
    found = [
        to_json(each.summary, command=record.command) for each, record in zip(done, records, strict=True)
    ]
    text = "\n\n".join(_text(each.summary) for each in done)
    emit(found[0] if len(found) == 1 else found, text, as_json=as_json)
    return SOME_FAILED if any(each.failed for each in done) else 0


def _show(record: Record, output: Path, *, as_json: bool) -> int:
    """Print what would be run."""
    from temadapter.comparison.run_order import Schedule

    schedule = Schedule(record.plan, output, record.seeds, record.sets)
    emit(_planned(schedule), _plan_text(schedule), as_json=as_json)
    return 0


def _chosen(plan: str | None, methods: str | None, dataset: str | None, trials: str | None) -> Plan:
    from temadapter.comparison.all_methods import methods_plan
    from temadapter.comparison.plan import load_plan

    if methods is None:
        chosen = load_plan(plan or DEFAULT)
    else:
        names = [] if methods == "all" else _names(methods)
        chosen = methods_plan(names, start="crossroads" if dataset is None else "paper")
    return chosen if trials is None else chosen.only(_names(trials))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _data(dataset: str | None, store: str | None) -> list[str]:
    """Return the settings that name the dataset and the store; without a dataset those of the demo."""
    from temadapter.errors import ConfigError

    if dataset is not None:
        return [f"data.dataset={dataset}", *([] if store is None else [f"features.store={store}"])]
    if not (DEMO / "crossroads").is_dir():
        raise ConfigError(
            f"Name a dataset (--dataset), or run `temadapter demo` here first: its videos in {DEMO} are the default."
        )
    return [f"data.dataset={DEMO / 'crossroads'}", f"features.store={store or DEMO / 'features'}"]


def _command(options: Mapping[str, object], seeds: int, sets: Sequence[str] | None) -> str:
    """Return the command line, with the options that have a value, quoted so that it can be pasted into a shell."""
    words = ["temadapter", "compare"]
    for name, value in options.items():
        words += [] if value is None else [name, str(value)]
    for change in sets or ():
        words += ["--set", change]
    return shlex.join([*words, "--seeds", str(seeds)])


def _planned(schedule: Schedule) -> dict[str, object]:
    return {
        "trials": [
            {
                "trial": trial.name,
                "label": trial.label,
                "sets": trial.sets,
                "weights_of": trial.weights_of,
                "chosen": None if (choice := schedule.stand(trial).choice) is None else str(choice),
            }
            for trial in schedule.plan.trials
        ],
        "tuning": None if schedule.plan.tuning is None else schedule.plan.tuning.to_json(),
        "runs": [
            {"trial": job.trial.name, "seed": job.seed, "folder": job.folder, "finished": job.finished}
            for job in schedule.finals()
        ],
        "missing": len(schedule.left()),
    }


def _plan_text(schedule: Schedule) -> str:
    plan = schedule.plan
    rows = [(trial.name, trial.label, ", ".join(trial.sets) or "–") for trial in plan.trials]
    tuned = [] if plan.tuning is None else [f"Each is tuned: {plan.tuning.in_words()}."]
    done, left = len(schedule.finished()), len(schedule.left())
    return "\n".join([aligned(rows), *tuned, f"{done} runs are finished, about {left} are missing."])


def _text(summary: Summary) -> str:
    from temadapter.comparison.markdown import verdicts

    lines = [table_text(summary.table)]
    lines += verdicts(summary)
    rows = [("difference to the reference, points", "95 % interval", "p (Holm)")]
    for found in summary.found.values():
        if found.differences:
            value = found.differences[""]
            interval = f"[{100 * value.low:+.1f}, {100 * value.high:+.1f}]"
            rows.append(
                (f"{found.trial.label}  {100 * value.value:+.1f}", interval, f"{found.corrected or 0:.3f}")
            )
    lines += [aligned(rows)] if len(rows) > 1 else []
    lines += [f"Not finished: {'; '.join(summary.unfinished)}."] if summary.unfinished else []
    return "\n".join(lines)
