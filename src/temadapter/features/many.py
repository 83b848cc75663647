"""The features of many videos in the order they are wanted, each video encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.features.encode_videos import extract
from temadapter.features.frame_store import FrameStore, Pixels
from temadapter.features.records import VideoFeatures
from temadapter.features.store import FeatureStore

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.features.pending import VideoItem
    from temadapter.video.sampling import Sampler


class VideoLibrary:
    """Looks at videos, several at a time, and remembers them in a store.

    Args:
        root: The folder of all stores.
        backbone: Encodes the frames.
        sampler: Chooses the frames.
        frames: Whether the frames themselves are wanted, and not their features.
        workers: Threads that decode ahead; one per core where it is None.
    """

    def __init__(
        self, root: Path, backbone: Backbone, sampler: Sampler, *, frames: bool, workers: int | None = None
    ) -> None:
        self._sampler, self._workers = sampler, workers
        self._encoder: Backbone = backbone
        if frames:
            pixels = Pixels(backbone)
            self._encoder = pixels
            self.store: FeatureStore = FrameStore(root, pixels=pixels, sampler=sampler.name)
        else:
            self.store = FeatureStore(root, backbone=backbone, sampler=sampler.name)

    def look(self, videos: Sequence[VideoItem]) -> dict[str, VideoFeatures | str]:
        """Return what there is of each video by its id: what the image tower made of it, or why nothing."""
        report = extract(videos, self.store, self._encoder, self._sampler, workers=self._workers, shown=False)
        seen: dict[str, VideoFeatures | str] = {failure.video_id: str(failure) for failure in report.failed}
        for video_id, *_ in videos:
            if video_id not in seen:
                seen[video_id] = self._read(video_id)
        return seen

    def _read(self, video_id: str) -> VideoFeatures:
        return (
            self.store.read_frames(video_id)
            if isinstance(self.store, FrameStore)
            else self.store.read(video_id)
        )
