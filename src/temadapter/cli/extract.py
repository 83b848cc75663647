"""`temadapter extract`: frame features of every video, once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
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
from temadapter.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.features.pending import ExtractionReport, VideoItem
    from temadapter.features.sources import FoundVideos
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import Sampler as FrameSampler

PREPROCESSING = ("crop", "squash", "official")
DISTRIBUTED = ("ray",)
PROBED = 20  # videos whose length a dry run looks at


def extract(
    source: Annotated[Path, typer.Argument(help="A dataset, a folder of videos, or a video.")],
    backbone: Annotated[str, typer.Option("--backbone", help="mini, hf:<repo> or dir:<folder>.")] = "mini",
    sampler: Annotated[
        str, typer.Option("--sampler", help="clips(8,16), uniform(24) or fps(2).")
    ] = "clips(8,16)",
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
    from temadapter.features.known_backbones import known_key
    from temadapter.features.pending import finish, pending
    from temadapter.features.shards import parse_shard
    from temadapter.features.sources import find_videos
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import get_sampler

    if preprocessing not in (None, *PREPROCESSING):
        raise unknown_name("preprocessing", str(preprocessing), PREPROCESSING)
    if distributed not in (None, *DISTRIBUTED):
        raise unknown_name("way to distribute", str(distributed), DISTRIBUTED)
    if distributed is None and (concurrency is not None or address is not None):
        raise ConfigError("--concurrency and --address belong to --distributed ray.")
    part = None if shard is None else parse_shard(shard)
    found = find_videos(source, reader=reader_spec(reader, columns), video_dir=video_dir)
    for left_out in found.notes:
        note(f"Left out: {left_out}")
    videos = found.videos[:limit]
    videos = videos if part is None else part.select(videos)
    frames, root = get_sampler(sampler), store.expanduser()
    key = known_key(root, backbone, preprocessing, frames.name)
    opened = None if key is None else FeatureStore(root, backbone=key, sampler=frames.name)
    work = _Work(root, backbone, preprocessing, checked_device(device), frames, workers, concurrency, address)
    if dry_run:
        plan = _plan(videos, opened or work.open()[0], frames)
        emit(plan, _plan_text(plan), as_json=as_json)
        return 0
    if opened is None or pending(videos, opened):
        opened, report = work.fill(videos, found, distributed=distributed is not None)
    else:  # without loading what nobody needs
        report = finish(videos, opened)
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
class _Work:
    """What encodes the videos, and how many of it there are."""

    root: Path
    backbone: str
    preprocessing: str | None
    device: str
    sampler: FrameSampler
    workers: int | None
    concurrency: int | None
    address: str | None

    def open(self) -> tuple[FeatureStore, Backbone]:
        """Load the backbone and return its store."""
        from temadapter.features.store import FeatureStore

        model = _load(self.backbone, self.preprocessing, self.device)
        return FeatureStore(self.root, backbone=model, sampler=self.sampler.name), model

    def fill(
        self, videos: list[VideoItem], found: FoundVideos, *, distributed: bool
    ) -> tuple[FeatureStore, ExtractionReport]:
        """Encode what is missing, here or in the processes of a Ray cluster."""
        from temadapter.features.extract import extract as encode
        from temadapter.features.known_backbones import remember_key
        from temadapter.features.ray_extract import WorkerSetup, extract_with_ray

        store, model = self.open()
        why = found.why_missing
        if not distributed:
            report = encode(videos, store, model, self.sampler, workers=self.workers, why_missing=why)
        else:
            load = partial(_load, self.backbone, self.preprocessing, self.device)
            setup = WorkerSetup(
                self.root.absolute(),
                self.sampler.name,
                load,
                threads=self.workers or 1,
                gpus=float(_uses_cuda(self.device)),
            )
            report = extract_with_ray(
                videos, store, setup, concurrency=self.concurrency, address=self.address, why_missing=why
            )
        if store.folder.is_dir():
            remember_key(self.root, self.backbone, self.preprocessing, store.key)
        return store, report


def _load(backbone: str, preprocessing: str | None, device: str) -> Backbone:
    """Load the backbone, here or in a worker elsewhere."""
    from temadapter.backbones.registry import load_backbone
    from temadapter.backbones.resized import with_preprocessing

    return with_preprocessing(load_backbone(backbone, device=device), preprocessing)


def _uses_cuda(device: str) -> bool:
    from temadapter.backbones.precision import choose_device

    return choose_device(device).type == "cuda"


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
