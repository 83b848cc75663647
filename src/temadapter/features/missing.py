"""What a store lacks of some videos, and encoding no more than that."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.progress import say

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.features.pending import VideoItem
    from temadapter.features.store import Failure, FeatureStore


def encode_missing(
    parts: Iterable[VideoItem],
    store: FeatureStore,
    backbone: Backbone,
    sampler: str,
    *,
    workers: int | None = None,
    why_missing: Callable[[str], str] | None = None,
) -> tuple[tuple[Failure, ...], int]:
    """Encode the videos that a store does not have; imported features need no video files.

    Args:
        parts: Each video, or part of one, as `Dataset.parts` tells it.
        store: Of features, or of frames.
        backbone: Encodes them, or says how frames are prepared.
        sampler: Which frames.
        workers: Threads that decode; one per core when None.
        why_missing: Says of a video whose file is not there what is wrong.

    Returns:
        The videos that cannot be used, and how many were encoded.
    """
    from temadapter.features.encode_videos import extract
    from temadapter.features.frame_store import FrameStore, Pixels
    from temadapter.features.other_samplers import stored_with_another_sampler
    from temadapter.video.sampling import get_sampler

    missing = [part for part in parts if is_missing(store, part[0], Path(part[1]))]
    if not missing:
        store.repair()  # remembers the times of files that were copied, so that they are compared once only
        return (), 0
    encoder = backbone
    if isinstance(store, FrameStore):
        encoder = Pixels(backbone)
    elif other := stored_with_another_sampler(missing, store):
        say(
            f"Looking at {len(missing):,} videos with the sampler {store.key.sampler}. Their features with {other} are "
            f'stored already: a run with --set "features.sampler={other}" uses these.'
        )
    report = extract(missing, store, encoder, get_sampler(sampler), workers=workers, why_missing=why_missing)
    return report.failed, report.done


def is_missing(store: FeatureStore, video: str, path: Path) -> bool:
    """Tell whether a store lacks a video, or has it of an earlier version of its file."""
    return not store.has(video, path if os.path.isfile(path) else None)
