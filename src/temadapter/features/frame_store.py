"""The frame cache: the sampled frames of each video as an image tower sees them, for methods that change the tower.

It is a feature store whose features are the pixels themselves, so it resumes, is written in one step and notes what
failed in the same way; decoding happens once, however many epochs and methods read it.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from temadapter.backbones.base import frame_preparation
from temadapter.errors import DataError
from temadapter.features.key import preprocessing_of
from temadapter.features.prefetch import read_pieces_in_steps
from temadapter.features.records import VideoFeatures
from temadapter.features.store import FeatureStore
from temadapter.progress import Steps

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.video.sampling import Sampler

FOLDER = "frames"
LEVEL = 6  # of zlib


class Pixels:
    """Stands in for a backbone whose features are the prepared frames: D = S · S · 3, uint8.

    Backbones that prepare frames in the same way share a cache, whatever their weights are.

    Args:
        backbone: Says how frames become square, and how large.
    """

    name = FOLDER
    fingerprint = FOLDER
    note = ""
    logit_scale = 1.0

    def __init__(self, backbone: Backbone) -> None:
        self.image_size, self.resize_mode = backbone.image_size, backbone.resize_mode
        self.embedding_dim = 3 * self.image_size**2
        self.preprocessing = preprocessing_of(backbone)
        self.prepare_frames = frame_preparation(backbone)

    def encode_frames(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Return prepared frames (F, S, S, 3) as rows (F, D), uint8."""
        return torch.as_tensor(np.ascontiguousarray(frames)).reshape(len(frames), self.embedding_dim)

    def encode_texts(self, texts: object) -> Tensor:
        """Refuse: pixels read nothing.

        Raises:
            DataError: Always.
        """
        raise DataError(f"A frame cache holds no text features, but those of {texts!r} were asked for.")


class FrameStore(FeatureStore):
    """Sampled frames on disk, in `root/frames/<key>/`, compressed without loss.

    Each frame is kept as its difference from the one before: where the camera stands still, little remains.

    Args:
        root: The folder of all stores.
        pixels: How frames become square.
        sampler: The frame sampler's name.
    """

    def __init__(self, root: Path, *, pixels: Pixels, sampler: str) -> None:
        super().__init__(root / FOLDER, backbone=pixels, sampler=sampler, preprocessing=pixels.preprocessing)
        self.image_size = pixels.image_size

    def frames(self, video_id: str) -> Tensor:
        """Return the frames of a video, uint8 (F, S, S, 3).

        Raises:
            DataError: They are not stored, or their file is broken.
        """
        return self.read_frames(video_id).features

    def read_frames(self, video_id: str) -> VideoFeatures:
        """Return the frames of a video, uint8 (F, S, S, 3), with their times.

        Raises:
            DataError: They are not stored, or their file is broken.
        """
        video = self._read(video_id)
        return replace(video, features=video.features.reshape(-1, self.image_size, self.image_size, 3))

    def count(self, video_id: str) -> int:
        """Return how many frames of a video are stored, without reading them."""
        row = self._rows.get(video_id)
        return len(self._read(video_id).times) if row is None else int(row["frames"])

    def _checked(self, video_id: str, features: Tensor, times: Tensor, dtype: torch.dtype) -> Tensor:
        """Return frames (F, D) compressed, as one row of bytes."""
        del dtype
        frames = super()._checked(video_id, features, times, torch.uint8)
        changes = torch.diff(frames, dim=0, prepend=torch.zeros_like(frames[:1]))  # modulo 256
        packed = zlib.compress(changes.numpy().tobytes(), LEVEL)
        return torch.frombuffer(bytearray(packed), dtype=torch.uint8)

    def _read(self, video_id: str) -> VideoFeatures:
        """Return the frames as uint8 (F, D)."""
        video = self._stored(video_id)
        try:
            plain = zlib.decompress(video.features.numpy().tobytes())
            changes = np.frombuffer(plain, np.uint8).reshape(len(video.times), self.key.embedding_dim)
        except (zlib.error, ValueError) as error:
            raise DataError(
                f"{self.file(video_id)} is broken ({error}); delete it, and the video is read again."
            ) from error
        frames = np.cumsum(changes, axis=0, dtype=np.uint8)  # modulo 256
        return replace(video, features=torch.from_numpy(frames))


def read_video_frames(
    path: Path, backbone: Backbone, sampler: Sampler, *, steps: Steps | None = None
) -> VideoFeatures:
    """Return the frames of one video without a cache, the same as a cache would give: uint8 (F, S, S, 3).

    Args:
        path: The video file.
        backbone: Says how frames become square, and how large.
        sampler: Chooses the frames.
        steps: Hears of the phases `reading` and `decoding`, and may stop them.

    Raises:
        VideoError: If the file is not a video, or no frame of it can be decoded.
        CancelledError: If `steps` says so.
    """
    prepare, size = frame_preparation(backbone), backbone.image_size
    steps = steps or Steps()
    parts = list(read_pieces_in_steps(path, sampler, prepare, image_size=size, steps=steps))
    frames = torch.from_numpy(np.concatenate([part.frames for part in parts]))
    times = torch.from_numpy(np.concatenate([part.times for part in parts]))
    return VideoFeatures(frames, times, parts[-1].damage)
