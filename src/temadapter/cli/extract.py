"""`temadapter extract`: frame features of every video, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import (
    Columns,
    Device,
    DryRun,
    Json,
    Limit,
    Preprocessing,
    Reader,
    VideoDir,
    Workers,
    checked_device,
    reader_spec,
)
from temadapter.cli.output import emit, note, size

if TYPE_CHECKING:
    from temadapter.features.dry_run import PlannedExtraction
    from temadapter.features.pending import ExtractionReport


def extract(
    source: Annotated[Path, typer.Argument(help="A dataset, a folder of videos, or a video.")],
    backbone: Annotated[str, typer.Option("--backbone", help="mini, hf:<repo> or dir:<folder>.")] = "mini",
    sampler: Annotated[
        str, typer.Option("--sampler", help="uniform(16), clips(8,16) or fps(2).")
    ] = "uniform(16)",
    preprocessing: Preprocessing = None,
    store: Annotated[Path, typer.Option("--store", help="Folder of the feature store.")] = Path("features"),
    workers: Workers = None,
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    limit: Limit = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard",
            metavar="K/N",
            help="Only part K of N, for N machines on one store; auto: from SLURM, torchrun or Open MPI.",
        ),
    ] = None,
    distributed: Annotated[
        str | None, typer.Option("--distributed", help="ray: in the processes of a Ray cluster.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, help="Ray workers; default: one per core.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            "--address", help="A running Ray cluster (auto, HOST:PORT); default: one is started here."
        ),
    ] = None,
    device: Device = "auto",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Encode the videos of a dataset into the feature store.

    It may be interrupted at any time: called again, it goes on. A video
    that cannot be read does not stop the others; the reasons are listed,
    and in failures.jsonl (exit code 3). Several processes on one store
    share the videos, with or without --shard; --distributed ray starts them
    on all cores here or on a cluster.

    Example: temadapter extract data/SUTD-TrafficQA --sampler "uniform(24)"
    """
    from temadapter.api.extract import extract as encode
    from temadapter.api.extract import plan_extraction

    what: dict[str, Any] = {
        "backbone": backbone,
        "sampler": sampler,
        "preprocessing": preprocessing,
        "store": store,
        "reader": reader_spec(reader, columns),
        "video_dir": video_dir,
        "limit": limit,
        "shard": shard,
        "device": checked_device(device),
    }
    if dry_run:
        plan = plan_extraction(source, **what)
        emit(plan.to_dict(), _plan_text(plan), as_json=as_json)
        return 0
    report = encode(
        source,
        **what,
        workers=workers,
        distributed=distributed,
        concurrency=concurrency,
        address=address,
    )
    for failure in report.failed:
        note(f"Failed: {failure}")
    emit(report.to_dict(), _report_text(report), as_json=as_json)
    return SOME_FAILED if report.failed or report.unreadable else 0


def _plan_text(plan: PlannedExtraction) -> str:
    lines = [
        f"{plan.videos} videos: {plan.stored} are stored, {plan.to_do} to encode, "
        f"{len(plan.missing)} files are missing.",
        f"About {plan.frames} frames, {size(plan.bytes)} in {plan.store}.",
    ]
    lines += [f"Missing: {path}" for path in plan.missing[:10]]
    if len(plan.missing) > 10:
        lines.append(f"... and {len(plan.missing) - 10} more.")
    return "\n".join(lines)


def _report_text(report: ExtractionReport) -> str:
    return (
        f"{report.done} videos encoded ({report.frames} frames, {report.seconds:.1f} s), "
        f"{report.skipped} were there, {len(report.failed)} failed.\nStore: {report.store}"
    )
