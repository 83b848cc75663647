"""`temadapter.extract`: every video of a dataset or a folder into a feature store, once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.features.pending import ExtractionReport


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
        shard: "K/N": only part K of N, for N machines on one store.
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
    from temadapter.features.extraction import Extraction
    from temadapter.features.find_videos import find_videos
    from temadapter.features.shards import parse_shard
    from temadapter.video.sampling import get_sampler

    if not isinstance(source, str | os.PathLike):
        raise ConfigError(
            f"extract needs the path of a dataset, a folder or a video, not a {type(source).__name__}."
        )
    extraction = Extraction(
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
    part = None if shard is None else parse_shard(shard)
    found = find_videos(Path(source), reader=reader, video_dir=None if video_dir is None else Path(video_dir))
    videos = found.videos[:limit]
    _, report = extraction.run(videos if part is None else part.select(videos), why_missing=found.why_missing)
    return report
