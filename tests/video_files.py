"""Small videos made on the spot. Every frame carries its number as a barcode that survives compression."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

BITS = 10
WIDTH, HEIGHT = 80, 48


def barcode(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Return a picture whose vertical stripes spell `number`, brighter at the top than at the bottom."""
    stripes = np.array([number >> bit & 1 for bit in range(BITS)]) * 200 + 20
    row = stripes[np.arange(width) * BITS // width]
    shade = np.linspace(30, 0, height).astype(int)
    return np.repeat((row[None, :] + shade[:, None])[..., None], 3, axis=2).astype(np.uint8)


def read_barcode(picture: NDArray[np.uint8]) -> int:
    """Return the number that `picture` spells."""
    width = picture.shape[1]
    grey = picture.mean(axis=(0, 2))
    centres = [int((bit + 0.5) * width / BITS) for bit in range(BITS)]
    return sum(int(grey[centre] > 128) << bit for bit, centre in enumerate(centres))


def numbers(frames: NDArray[np.uint8]) -> list[int]:
    """Return the numbers that `frames` spell."""
    return [read_barcode(frame) for frame in frames]


def write_video(
    path: Path,
    frames: int = 30,
    *,
    codec: str = "libx264",
    rate: int = 10,
    gop: int = 12,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    pixels: str = "yuv420p",
    stamps: Sequence[int] | None = None,
    aspect: Fraction | None = None,
    sound: bool = False,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a video of `frames` barcodes to `path`.

    `stamps` are presentation times in milliseconds, one a frame; without them frames come at `rate` a second.
    """
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=1000 if stamps else rate)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.gop_size = gop
        stream.codec_context.options = {"preset": "ultrafast", **(options or {})}
        if codec.startswith("libvpx"):
            stream.codec_context.options = {"deadline": "realtime", "cpu-used": "8", **(options or {})}
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        stream.codec_context.time_base = Fraction(1, 1000) if stamps else Fraction(1, rate)
        if sound:
            add_sound(container, frames / rate)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(barcode(number, *size), format="rgb24")
            frame.pts = stamps[number] if stamps else number
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def add_sound(container: av.container.OutputContainer, seconds: float) -> None:
    """Put `seconds` of silence into `container`."""
    stream = container.add_stream("aac", rate=16000, layout="mono")
    for start in range(0, int(16000 * seconds), 1024):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def set_display_matrix(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Give the MP4 at `path` the display matrix (a, b, c, d), as a phone does that was held sideways."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40  # version, flags, times, ids and layer come first
    values = [matrix[0], matrix[1], 0, matrix[2], matrix[3], 0, 0, 0, 1 << 14]
    scaled = [value << 16 for value in values]
    data[start : start + 36] = struct.pack(">9i", *scaled)
    path.write_bytes(bytes(data))


def break_packets(path: Path, positions: Sequence[int]) -> None:
    """Overwrite the video packets at `positions` (in file order) with zeros."""
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        for position, packet in enumerate(container.demux(video=0)):
            if position in positions:
                start = data.index(bytes(packet), packet.pos)  # some containers put a header in front
                data[start : start + packet.size] = bytes(packet.size)
    path.write_bytes(bytes(data))


def count_frames(path: Path) -> int:
    """Return how many frames decode."""
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def all_frames(path: Path) -> list[NDArray[np.uint8]]:
    """Decode everything the plain way."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def write_colours(
    path: Path, colours: Sequence[tuple[int, int, int]], *, rate: int = 10, size: tuple[int, int] = (64, 48)
) -> Path:
    """Write a video in which each frame has one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for colour in colours:
            picture = np.full((size[1], size[0], 3), colour, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path
