"""`temadapter.extract`: every video of a dataset or a folder into a feature store, once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.addresses import refuse_no_path
from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.features.dry_run import PlannedExtraction
    from temadapter.features.extraction import Extraction
    from temadapter.features.find_videos import FoundVideos
    from temadapter.features.pending import ExtractionReport, VideoItem


def extract(
    source: str | Path,
    *,
    backbone: str = "mini",
    sampler: str = "uniform(16)",
    preprocessing: str | None = None,
    store: str | Path = "features",
    reader: str | None = None,
    video_dir: str | Path | None = None,
    limit: int | None = None,
    shard: str | None = None,
    workers: int | None = None,
    distributed: str | None = None,
    concurrency: int | None = None,
    address: str | None = None,
    device: str = "auto",
) -> ExtractionReport:
    """Encode every video that the store does not have yet: (F, D) features a video.

    It may be interrupted at any time; called again, it goes on. A video that cannot be read does not stop the others.

    Args:
        source: A dataset (see `load_dataset`), a folder of videos, or one video.
        backbone: The frozen image-text model, see `load_backbone`.
        sampler: Which frames: `clips(8,16)`, `uniform(24)`, `fps(2)`.
        preprocessing: `crop`, `squash` or `official`; the backbone's own when None.
        store: Folder of the feature store.
        reader: How to read `source`; recognised by its content when None.
        video_dir: Where its videos are, if not where the reader looks.
        limit: Only the first so many videos.
        shard: "K/N": only part K of N, for N machines on one store; "auto" from SLURM, torchrun or Open MPI.
        workers: Threads that decode; one per core when None.
        distributed: "ray" to encode in the processes of a Ray cluster.
        concurrency: Ray workers; one per core when None.
        address: A running Ray cluster; one is started here when None.
        device: "auto", "cpu" or "cuda".

    Returns:
        Counts of videos encoded, already there and failed, with a reason for each failure.

    Raises:
        ConfigError: A name that does not exist, or a source that is no path.
        DataError: There is no dataset and no video at `source`.
        BackboneError: The model cannot be loaded.

    Example:
        >>> extract("crossroads", sampler="uniform(4)", store="features").done
        9
        >>> again = extract("crossroads", sampler="uniform(4)", store="features")
        >>> again.done, again.skipped, again.failed
        (0, 9, ())
    """
    from temadapter.progress import say

    extraction = _extraction(
        store, backbone, sampler, preprocessing, device, workers, distributed, concurrency, address
    )
    found, videos = _chosen(source, reader, video_dir, limit, shard)
    for sentence in found.notes:
        say(f"Left out: {sentence}")
    opened, report = extraction.run(videos, why_missing=found.why_missing)
    return replace(report, store=opened.folder, left_out=found.notes, unreadable=found.unreadable)


def plan_extraction(
    source: str | Path,
    *,
    backbone: str = "mini",
    sampler: str = "uniform(16)",
    preprocessing: str | None = None,
    store: str | Path = "features",
    reader: str | None = None,
    video_dir: str | Path | None = None,
    limit: int | None = None,
    shard: str | None = None,
    device: str = "auto",
) -> PlannedExtraction:
    """Return what `extract` would do with the same arguments. Nothing is encoded and nothing written.

    Args:
        source: As for `extract`.
        backbone: The frozen image-text model, which is loaded where its fingerprint is not known yet.
        sampler: Which frames.
        preprocessing: As for `extract`.
        store: Folder of the feature store.
        reader: How to read `source`.
        video_dir: Where its videos are.
        limit: Only the first so many videos.
        shard: "K/N": only part K of N.
        device: "auto", "cpu" or "cuda".

    Returns:
        Counts of videos to encode, stored and missing, and the space on disk.

    Raises:
        ConfigError: A name that does not exist, or a source that is no path.
        DataError: There is no dataset and no video at `source`.
        BackboneError: The model cannot be loaded.

    Example:
        >>> plan_extraction("crossroads", sampler="uniform(2)", store="other")
        PlannedExtraction(9 of 9 videos to encode, about 18 frames)
    """
    from temadapter.features.dry_run import planned_extraction
    from temadapter.progress import say

    extraction = _extraction(store, backbone, sampler, preprocessing, device)
    found, videos = _chosen(source, reader, video_dir, limit, shard)
    for sentence in found.notes:
        say(f"Left out: {sentence}")
    return planned_extraction(videos, extraction.open(), extraction.sampler)


def _extraction(
    store: str | Path,
    backbone: str,
    sampler: str,
    preprocessing: str | None,
    device: str,
    workers: int | None = None,
    distributed: str | None = None,
    concurrency: int | None = None,
    address: str | None = None,
) -> Extraction:
    from temadapter.features.extraction import Extraction
    from temadapter.video.sampling import get_sampler

    return Extraction(
        store=Path(store).expanduser(),
        backbone=backbone,
        sampler=get_sampler(sampler),
        preprocessing=preprocessing,
        device=device,
        workers=workers,
        distributed=distributed,
        concurrency=concurrency,
        address=address,
    )


def _chosen(
    source: str | Path,
    reader: str | None,
    video_dir: str | Path | None,
    limit: int | None,
    shard: str | None,
) -> tuple[FoundVideos, list[VideoItem]]:
    """Return what there is at a source, and the videos of it that are to be encoded."""
    from temadapter.features.find_videos import find_videos
    from temadapter.features.shards import parse_shard

    if not isinstance(source, str | os.PathLike):
        raise ConfigError(
            f"extract needs the path of a dataset, a folder or a video, not a {type(source).__name__}."
        )
    part = None if shard is None else parse_shard(shard)
    refuse_no_path(str(source), "a dataset")
    found = find_videos(Path(source), reader=reader, video_dir=None if video_dir is None else Path(video_dir))
    videos = found.videos[:limit]
    return found, videos if part is None else part.select(videos)
