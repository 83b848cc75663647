"""`temadapter extract`: frame features of every video, once."""

from __future__ import annotations

import os
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
    from temadapter.features.pending import VideoItem
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import Sampler as FrameSampler

PROBED = 20  # videos whose length a dry run looks at


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
    from temadapter.features.extraction import Extraction
    from temadapter.features.find_videos import find_videos
    from temadapter.features.shards import parse_shard
    from temadapter.video.sampling import get_sampler

    extraction = Extraction(
        store=store.expanduser(),
        backbone=backbone,
        sampler=get_sampler(sampler),
        preprocessing=preprocessing,
        device=checked_device(device),
        workers=workers,
        distributed=distributed,
        concurrency=concurrency,
        address=address,
    )
    part = None if shard is None else parse_shard(shard)
    found = find_videos(source, reader=reader_spec(reader, columns), video_dir=video_dir)
    for left_out in found.notes:
        note(f"Left out: {left_out}")
    videos = found.videos[:limit]
    videos = videos if part is None else part.select(videos)
    if dry_run:
        plan = _plan(videos, extraction.open(), extraction.sampler)
        emit(plan, _plan_text(plan), as_json=as_json)
        return 0
    opened, report = extraction.run(videos, why_missing=found.why_missing)
    for failure in report.failed:
        note(f"Failed: {failure}")
    result = {
        "store": opened.folder,
        "done": report.done,
        "skipped": report.skipped,
        "failed": [{"video": failure.path, "reason": failure.reason} for failure in report.failed],
        "unreadable_folders": list(found.unreadable),
        "frames": report.frames,
        "seconds": round(report.seconds, 3),
    }
    emit(result, _report_text(result), as_json=as_json)
    return SOME_FAILED if report.failed or found.unreadable else 0


def _plan(videos: list[VideoItem], store: FeatureStore, sampler: FrameSampler) -> dict[str, Any]:
    """Return what an extraction would do; the disk space is estimated from the first videos' lengths."""
    from temadapter.features.pending import pending

    todo = pending(videos, store)
    paths = [video[1] for video in todo]
    there = [path for path in paths if os.path.isfile(path)]
    frames = _frames_per_video(there[:PROBED], sampler)
    return {
        "store": store.folder,
        "videos": len(videos),
        "stored": len(videos) - len(todo),
        "to_do": len(there),
        "missing": [str(path) for path in paths if not os.path.isfile(path)],
        "frames": round(frames * len(there)),
        "bytes": round(frames * len(there) * store.key.embedding_dim * 2),
    }


def _frames_per_video(paths: list[Path], sampler: FrameSampler) -> float:
    from temadapter.errors import VideoError
    from temadapter.video.probe import probe

    counts = []
    for path in paths:
        try:
            duration = probe(path).duration or 10.0
        except VideoError:
            continue
        counts.append(len(sampler.choose([frame / 25 for frame in range(max(1, round(duration * 25)))])))
    return sum(counts) / len(counts) if counts else 0.0


def _plan_text(plan: dict[str, Any]) -> str:
    lines = [
        f"{plan['videos']} videos: {plan['stored']} are stored, {plan['to_do']} to encode, "
        f"{len(plan['missing'])} files are missing.",
        f"About {plan['frames']} frames, {size(plan['bytes'])} in {plan['store']}.",
    ]
    lines += [f"Missing: {path}" for path in plan["missing"][:10]]
    if len(plan["missing"]) > 10:
        lines.append(f"... and {len(plan['missing']) - 10} more.")
    return "\n".join(lines)


def _report_text(result: dict[str, Any]) -> str:
    return (
        f"{result['done']} videos encoded ({result['frames']} frames, {result['seconds']:.1f} s), "
        f"{result['skipped']} were there, {len(result['failed'])} failed.\nStore: {result['store']}"
    )
