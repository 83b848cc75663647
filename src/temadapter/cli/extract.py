"""`temadapter extract`: frame features of every video, once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temadapter.cli.options import (
    Columns,
    Device,
    DryRun,
    Json,
    Limit,
    Preprocessing,
    Reader,
    VideoDir,
    checked_device,
    reader_spec,
)
from temadapter.cli.output import emit, note, size
from temadapter.errors import DataError, unknown_name

if TYPE_CHECKING:
    from temadapter.features.prefetch import VideoItem
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import Sampler as FrameSampler

PREPROCESSING = ("crop", "squash", "official")
SOME_FAILED = 3
PROBED = 20  # videos whose length a dry run looks at


def extract(
    source: Annotated[Path, typer.Argument(help="A dataset, a folder of videos, or a video.")],
    backbone: Annotated[str, typer.Option("--backbone", help="mini, hf:<repo> or dir:<folder>.")] = "mini",
    sampler: Annotated[
        str, typer.Option("--sampler", help="clips(8,16), uniform(24) or fps(2).")
    ] = "clips(8,16)",
    preprocessing: Preprocessing = None,
    store: Annotated[Path, typer.Option("--store", help="Folder of the feature store.")] = Path("features"),
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Decoding threads; default: all cores.")
    ] = None,
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
    device: Device = "auto",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Encode the videos of a dataset into the feature store.

    It may be interrupted at any time: called again, it goes on. A video
    that cannot be read does not stop the others; the reasons are listed,
    and in failures.jsonl (exit code 3). Several processes on one store
    share the videos, with or without --shard.

    Example: temadapter extract data/SUTD-TrafficQA --sampler "uniform(24)"
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.backbones.resized import with_preprocessing
    from temadapter.features.extract import extract as fill
    from temadapter.features.shards import parse_shard
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import get_sampler

    if preprocessing not in (None, *PREPROCESSING):
        raise unknown_name("preprocessing", str(preprocessing), PREPROCESSING)
    part = None if shard is None else parse_shard(shard)
    found = _find(source, reader_spec(reader, columns), video_dir)
    videos = found.videos[:limit]
    videos = videos if part is None else part.select(videos)
    frames = get_sampler(sampler)
    model = with_preprocessing(load_backbone(backbone, device=checked_device(device)), preprocessing)
    opened = FeatureStore(store.expanduser(), backbone=model, sampler=frames.name)
    if dry_run:
        plan = _plan(videos, opened, frames)
        emit(plan, _plan_text(plan), as_json=as_json)
        return 0
    report = fill(videos, opened, model, frames, workers=workers, why_missing=found.why_missing)
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


@dataclass(frozen=True)
class _Found:
    """What there is to encode.

    Args:
        videos: By their names in the store.
        why_missing: Knows why a video's file is not there, where more is to be said than that.
        unreadable: Folders that could not be searched, and why.
    """

    videos: list[VideoItem]
    why_missing: Callable[[str], str] | None = None
    unreadable: tuple[str, ...] = ()


def _find(source: Path, reader: str | None, video_dir: Path | None) -> _Found:
    """Return the distinct videos of a dataset or a folder, or the one file."""
    from temadapter.data.dataset import load_dataset
    from temadapter.data.readers import recognised
    from temadapter.data.videos import VIDEO_SUFFIXES, locate
    from temadapter.video.container import check_file

    if source.suffix.lower() in VIDEO_SUFFIXES and not source.is_dir():
        source = locate(source)
        check_file(source)
        return _Found([(source.name, source)])
    if source.is_dir() and reader is None and _readable(source) and not recognised(source):
        return _folder(source)
    dataset = load_dataset(source, reader=reader, video_dir=video_dir)
    for problem in dataset.problems:
        note(f"Left out: {problem}")
    return _Found(list(dataset.parts()), dataset.why_missing)


def _readable(folder: Path) -> bool:
    """Return True, or complain where a folder cannot be looked into."""
    try:
        os.listdir(folder)
        (folder / ".").stat()
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}): look at its permissions.") from error
    return True


def _folder(folder: Path) -> _Found:
    from temadapter.data.videos import video_files

    unreadable: list[str] = []
    files = sorted(video_files(folder, unreadable=unreadable))
    if not files:
        reasons = "".join(f" {reason}." for reason in unreadable)
        raise DataError(
            f"{folder} holds neither a dataset nor a video.{reasons} Name an annotation file, a folder with "
            "videos in it or below it, or one video."
        )
    for reason in unreadable:
        note(f"Left out: {reason}.")
    videos: list[VideoItem] = [(path.relative_to(folder).as_posix(), path) for path in files]
    return _Found(videos, unreadable=tuple(unreadable))


def _plan(videos: list[VideoItem], store: FeatureStore, sampler: FrameSampler) -> dict[str, Any]:
    """Return what an extraction would do; the disk space is estimated from the first videos' lengths."""
    from temadapter.features.extract import pending

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
