"""`temadapter reproduce`: a benchmark from the raw download to the table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import (
    Backbone,
    Device,
    DryRun,
    Json,
    Limit,
    Overwrite,
    Sampler,
    Seed,
    Sets,
    VideoDir,
    as_sets,
    checked_device,
)
from temadapter.cli.output import columns, emit, plan_text

if TYPE_CHECKING:
    from temadapter.workflows.reproduction import Reproduction


def reproduce(
    benchmark: Annotated[str, typer.Argument(help="sutd-trafficqa, msrvtt-mc or nextqa.")],
    root: Annotated[
        Path, typer.Option("--root", help="The benchmark's folder (ls datasets shows the layout).")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder of the runs and the table; runs/<benchmark>.")
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="paper (default), official, plus, or a YAML file.")
    ] = "paper",
    method: Annotated[
        list[str] | None,
        typer.Option("--method", help="Instead of zero-shot, CLIP + template, the preset's own. Repeatable."),
    ] = None,
    backbone: Backbone = None,
    sampler: Sampler = None,
    store: Annotated[str | None, typer.Option("--store", help="Folder of the feature store.")] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", help="Passes over the training questions.")
    ] = None,
    seed: Seed = 0,
    reader: Annotated[
        str | None,
        typer.Option("--reader", help="With options, e.g. nextqa:test=test, msrvtt-mc:captions=5."),
    ] = None,
    video_dir: VideoDir = None,
    limit: Limit = None,
    sets: Sets = None,
    device: Device = "auto",
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Decoding threads.")] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Check, extract, train, evaluate, and print our number beside the published ones.

    The backbone is the hub's CLIP ViT-B/32 unless another is named. Called
    again after an interruption, it goes on. Videos that are missing or
    cannot be read are left out and counted (exit code 3). Runs of an earlier
    call whose data or backbone changed since are marked (exit code 3 too).

    Example: temadapter reproduce sutd-trafficqa --root data/SUTD-TrafficQA
    """
    from temadapter.api.reproduce import plan_reproduction
    from temadapter.api.reproduce import reproduce as run

    shortcuts = {
        "features.backbone": backbone,
        "features.sampler": sampler,
        "features.store": store,
        "training.epochs": epochs,
        "training.seed": seed,
        "training.device": checked_device(device),
        "data.reader": reader,
        "data.video_dir": video_dir,
        "data.limit": limit,
    }
    settings = as_sets(shortcuts, sets)
    if dry_run:
        plan = plan_reproduction(
            benchmark, root, output=output, preset=preset, methods=method, settings=settings
        )
        emit(plan.to_dict(), plan_text(plan, output or Path("runs") / benchmark), as_json=as_json)
        return 0
    result = run(
        benchmark,
        root,
        output=output,
        preset=preset,
        methods=method,
        settings=settings,
        overwrite=overwrite,
        workers=workers,
    )
    rows = [("method", "accuracy", "source"), *result.rows()]
    emit(result.to_dict(), f"{_title(result)}\n{columns(rows)}", as_json=as_json)
    return 0 if result.complete else SOME_FAILED


def _title(result: Reproduction) -> str:
    return f"{result.published.title}; accuracy in percent. Report: {result.folder / 'README.md'}"
