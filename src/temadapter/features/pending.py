"""Which videos a store lacks, told without loading a backbone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.features.records import Failure
    from temadapter.features.store import FeatureStore

VideoItem = tuple[str, Path] | tuple[str, Path, tuple[float | None, float | None] | None]
"""A video's id, its file, and the part of it that is looked at (start, end) where that is not all of it."""


@dataclass(frozen=True)
class ExtractionReport:
    """What an extraction did.

    Attributes:
        done: Videos encoded now.
        skipped: Videos whose features were there already.
        failed: Videos that could not be encoded, with reasons; they stand in the store's failures.jsonl too.
        frames: Frames encoded now.
        seconds: How long it took.
    """

    done: int
    skipped: int
    failed: tuple[Failure, ...]
    frames: int = 0
    seconds: float = 0.0


def pending(videos: Iterable[VideoItem], store: FeatureStore) -> list[VideoItem]:
    """Return the videos that `extract` would encode: those new to `store`, changed, or failed before."""
    return [video for video in videos if not store.has(video[0], video[1])]


def finish(videos: Sequence[VideoItem], store: FeatureStore) -> ExtractionReport:
    """Return what `extract` would where nothing is pending, and leave the store as it would."""
    began = time.perf_counter()
    store.repair()
    store.resolve_failures(video[0] for video in videos)
    return ExtractionReport(0, len({video[0] for video in videos}), (), seconds=time.perf_counter() - began)
