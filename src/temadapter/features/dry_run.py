"""What an extraction would do, without doing it (`--dry-run`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import VideoError
from temadapter.features.pending import pending

if TYPE_CHECKING:
    from temadapter.features.pending import VideoItem
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import Sampler

PROBED = 20
"""Videos whose length is looked at, to estimate the number of frames."""
USUAL_SECONDS = 10.0
"""How long a video is taken to be that does not say."""


@dataclass(frozen=True, repr=False)
class PlannedExtraction:
    """What an extraction would do.

    Attributes:
        store: Folder of the features.
        videos: How many there are.
        stored: How many have their features already.
        to_do: How many would be encoded.
        missing: Files that are not there.
        frames: How many would be encoded, estimated from the first videos' lengths.
        bytes: What their features would take on disk.
    """

    store: Path
    videos: int
    stored: int
    to_do: int
    missing: tuple[str, ...]
    frames: int
    bytes: int

    def __repr__(self) -> str:
        return (
            f"PlannedExtraction({self.to_do} of {self.videos} videos to encode, about {self.frames} frames)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return asdict(self) | {"store": str(self.store), "missing": list(self.missing)}


def planned_extraction(
    videos: Sequence[VideoItem], store: FeatureStore, sampler: Sampler
) -> PlannedExtraction:
    """Return what encoding some videos into a store would do. Nothing is written."""
    todo = pending(videos, store)
    paths = [video[1] for video in todo]
    there = [path for path in paths if os.path.isfile(path)]
    frames = _frames_per_video(there[:PROBED], sampler)
    return PlannedExtraction(
        store=store.folder,
        videos=len(videos),
        stored=len(videos) - len(todo),
        to_do=len(there),
        missing=tuple(str(path) for path in paths if not os.path.isfile(path)),
        frames=round(frames * len(there)),
        bytes=round(frames * len(there) * store.key.embedding_dim * 2),  # float16
    )


def _frames_per_video(paths: Sequence[Path], sampler: Sampler) -> float:
    from temadapter.video.probe import probe

    counts = []
    for path in paths:
        try:
            duration = probe(path).duration or USUAL_SECONDS
        except VideoError:
            continue
        counts.append(len(sampler.choose([frame / 25 for frame in range(max(1, round(duration * 25)))])))
    return sum(counts) / len(counts) if counts else 0.0
