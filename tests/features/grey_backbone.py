"""A backbone that costs nothing, and small real videos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch


class GreyBackbone:
    """Embeds a frame as the mean colour of 2 × 2 fields, a text as letter counts; counts what it encodes."""

    name, note, resize_mode = "grey", "A backbone for tests.", "squash"
    embedding_dim, image_size, logit_scale, fingerprint = 12, 16, 10.0, "0123456789abcdef"

    def __init__(self) -> None:
        self.frames: list[int] = []
        self.texts: list[str] = []

    def encode_frames(self, frames):
        frames = torch.as_tensor(np.asarray(frames)).float() / 255
        assert frames.shape[1:] == (16, 16, 3), "frames must be resized where they are decoded"
        self.frames.append(len(frames))
        return frames.reshape(-1, 2, 8, 2, 8, 3).mean((2, 4)).reshape(-1, 12)

    def encode_texts(self, texts):
        self.texts.extend(texts)
        counts = [[text.count(letter) + 0.1 for letter in "abcdefghijkl"] for text in texts]
        return torch.tensor(counts).reshape(-1, 12)


def write_video(path: Path, *, frames: int = 20, size: tuple[int, int] = (64, 48), seed: int = 0) -> Path:
    """Write a real H.264 file of drifting colours, 10 frames a second."""
    import av

    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        rng = np.random.default_rng(seed)
        colours = rng.integers(0, 256, (2, 2, 3))
        for step in range(frames):
            field = (colours + step * 5) % 256
            picture = field.repeat(size[1] // 2, axis=0).repeat(size[0] // 2, axis=1).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path
