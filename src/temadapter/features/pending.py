"""Which videos a store lacks, told without loading a backbone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.features.records import Failure
    from temadapter.features.store import FeatureStore

VideoItem = tuple[str, Path] | tuple[str, Path, tuple[float | None, float | None] | None]
"""A video's id, its file, and the part of it that is looked at (start, end) where that is not all of it."""


@dataclass(frozen=True, repr=False)
class ExtractionReport:
    """What an extraction did.

    Attributes:
        done: Videos encoded now.
        skipped: Videos whose features were there already.
        failed: Videos that could not be encoded, with reasons; they stand in the store's failures.jsonl too.
        frames: Frames encoded now.
        seconds: How long it took.
        store: The folder with the features; None where nobody says.
        left_out: Rows of the dataset and folders that could not be used, one sentence each.
        unreadable: Of these the folders that could not be searched.
    """

    done: int
    skipped: int
    failed: tuple[Failure, ...]
    frames: int = 0
    seconds: float = 0.0
    store: Path | None = None
    left_out: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ExtractionReport(done={self.done}, skipped={self.skipped}, failed={len(self.failed)})"

    def to_dict(self) -> dict[str, Any]:
        """Return counts and failures for JSON."""
        return {
            "store": None if self.store is None else str(self.store),
            "done": self.done,
            "skipped": self.skipped,
            "failed": [{"video": failure.path, "reason": failure.reason} for failure in self.failed],
            "unreadable_folders": list(self.unreadable),
            "frames": self.frames,
            "seconds": round(self.seconds, 3),
        }


def pending(videos: Iterable[VideoItem], store: FeatureStore) -> list[VideoItem]:
    """Return the videos that `extract` would encode: those new to `store`, changed, or failed before."""
    return [video for video in videos if not store.has(video[0], video[1])]


def finish(videos: Sequence[VideoItem], store: FeatureStore) -> ExtractionReport:
    """Return what `extract` would where nothing is pending, and leave the store as it would."""
    began = time.perf_counter()
    store.repair()
    store.resolve_failures(video[0] for video in videos)
    return ExtractionReport(0, len({video[0] for video in videos}), (), seconds=time.perf_counter() - began)
