"""`temadapter train`: a run from the dataset to the run folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.exit_codes import FAILED, SOME_FAILED
from temadapter.cli.options import (
    Backbone,
    Columns,
    DeviceOfRuns,
    DryRun,
    Json,
    Limit,
    Overwrite,
    Reader,
    Resume,
    Sampler,
    Sets,
    VideoDir,
    Workers,
    as_sets,
    reader_spec,
)
from temadapter.cli.output import emit, note, plan_text, table_text
from temadapter.errors import FollowerError

if TYPE_CHECKING:
    from temadapter.runs.train import RunResult


def train(
    dataset: Annotated[
        str | None, typer.Argument(help="A benchmark's folder, or an annotation file.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", help="The run folder to make.")] = Path("runs/run"),
    preset: Annotated[
        str | None,
        typer.Option("--preset", help="plus (default), paper, official, a YAML file, or a run's folder."),
    ] = None,
    method: Annotated[str | None, typer.Option("--method", help="What is trained (ls methods).")] = None,
    backbone: Backbone = None,
    sampler: Sampler = None,
    store: Annotated[str | None, typer.Option("--store", help="Folder of the feature store.")] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", help="Passes over the training questions.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of everything random (0).")] = None,
    ensemble: Annotated[
        int | None,
        typer.Option("--ensemble", help="Train so many times, with the next seeds; their mean answers."),
    ] = None,
    device: DeviceOfRuns = None,
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    limit: Limit = None,
    sets: Sets = None,
    workers: Workers = None,
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="So many processes of this machine train together.")
    ] = 1,
    resume: Resume = False,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Train a method on a dataset, choose the epoch on held-out videos, and read the test questions once.

    Preset plus is this project's own method, paper is Tem-Adapter as it was
    published. Features that are not stored yet are extracted first. A method
    that has nothing to train is only evaluated. An interrupted run goes on with
    --resume and ends with the same weights. One that is finished is compared
    with today's data and backbone; if they differ, the exit code is 3.
    --processes N divides every batch among N cores or GPUs of this machine; for
    several machines: torchrun ... -m temadapter train.

    Example: temadapter train data/SUTD-TrafficQA --output runs/paper
    """
    from temadapter.api.train import plan_training
    from temadapter.api.train import train as run_training

    shortcuts = {
        "method": method,
        "features.backbone": backbone,
        "features.sampler": sampler,
        "features.store": store,
        "training.epochs": epochs,
        "training.seed": seed,
        "training.ensemble": ensemble,
        "training.device": device,
        "data.reader": reader_spec(reader, columns),
        "data.video_dir": video_dir,
        "data.limit": limit,
    }
    settings = as_sets(shortcuts, sets)
    if dry_run:
        plan = plan_training(dataset, output=output, preset=preset, settings=settings, resume=resume)
        emit(plan.to_dict(), plan_text(plan, output), as_json=as_json)
        return 0
    try:
        result = run_training(
            dataset,
            output=output,
            preset=preset,
            settings=settings,
            resume=resume,
            overwrite=overwrite,
            workers=workers,
            processes=processes,
        )
    except FollowerError:
        return FAILED
    if not result.results:  # of several processes the first one speaks
        return 0
    if bad_rows := result.results.get("train", {}).get("bad_rows"):
        note(f"Left out: {bad_rows} rows that cannot be used; `temadapter data check` lists them.")
    for failure in result.failed:
        note(f"Left out: {failure}")
    if result.stale:
        note(result.stale_warning)
    emit(result.to_dict(), _text(result), as_json=as_json)
    return SOME_FAILED if result.failed or result.stale else 0


def _text(result: RunResult) -> str:
    lines = ["The run was finished before; nothing was done."] if result.was_finished else []
    chosen = result.results.get("train", {}).get("chosen")
    lines += [f"Chosen: {chosen}."] if chosen else []
    lines += [table_text(result.table)] if result.table is not None else []
    lines += [result.verdict] if result.verdict else []
    return "\n".join([*lines, f"Run: {result.folder.path}"])
