"""What a video file says about itself, with the first frame decoded to be sure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temadapter.errors import VideoError
from temadapter.progress import one_line
from temadapter.video.container import demux, open_video
from temadapter.video.packets import read_packets
from temadapter.video.picture import PictureMaker

_TRIES = 64  # packets looked at for a first frame; its side data carries the rotation


@dataclass(frozen=True)
class VideoInfo:
    """The facts about one video file.

    Attributes:
        path: The file.
        width: Pixels from left to right, square and after rotation.
        height: Pixels from top to bottom, square and after rotation.
        duration: Seconds, or None where the header does not say.
        frame_rate: Average frames per second by the header, or None. Frames are never chosen by it.
        codec: FFmpeg's name of the codec ("h264").
        rotation: Degrees clockwise by which stored frames are turned to stand upright: 0, 90, 180 or 270;
            mirroring, which cameras for selfies may ask for, is undone as well but not told here.
    """

    path: Path
    width: int
    height: int
    duration: float | None
    frame_rate: float | None
    codec: str
    rotation: int


def probe(path: str | os.PathLike[str]) -> VideoInfo:
    """Return the facts about the video at `path`.

    All packets are looked at only where the header cannot be trusted to know the duration.

    Raises:
        VideoError: The file is missing, not a video, or ends before a frame of it could be decoded.
    """
    with open_video(path) as opened:
        make = PictureMaker.for_stream(opened[1])
        frame = _first_frame(path, *opened)
        if frame is not None:
            make.measure(frame)
        if not _is_estimate(*opened):
            return describe(path, opened, make, _seconds(*opened))
    with open_video(path) as opened:
        table = read_packets(*opened, keep=False)
        return describe(path, opened, make, max(table.end, table.promised))


def describe(
    path: str | os.PathLike[str], opened: tuple[Any, Any], make: PictureMaker, duration: float | None
) -> VideoInfo:
    """Return the facts about an open file, with what `make` learnt from its first frame."""
    stream = opened[1]
    rate = stream.average_rate or stream.guessed_rate
    width, height = make.upright_size or make.square(stream.width, stream.height)
    return VideoInfo(
        path=Path(path),
        width=width,
        height=height,
        duration=duration,
        frame_rate=float(rate) if rate else None,
        codec=str(stream.codec_context.name),
        rotation=make.rotation,
    )


def _is_estimate(container: Any, stream: Any) -> bool:
    """Say whether FFmpeg guessed the duration: MPEG-TS has none, fragmented MP4 counts from elsewhere."""
    name: str = container.format.name
    return name.startswith("mpeg") or (name.startswith("mov") and not stream.frames)


def _seconds(container: Any, stream: Any) -> float | None:
    if stream.duration and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    if container.duration and container.duration > 0:
        return float(container.duration) / 1_000_000
    return None


def _first_frame(path: str | os.PathLike[str], container: Any, stream: Any) -> Any | None:
    """Return the first frame, or None where the first packets give none and others follow."""
    from av.error import FFmpegError

    stream.thread_type = "SLICE"  # frame threads would delay the first frame by as many packets
    tried = -1
    for tried, packet in enumerate(demux(container, stream, [])):
        try:
            frames = packet.decode()
        except (FFmpegError, OSError):
            frames = []
        if frames:
            return frames[0]
        if tried >= _TRIES:
            return None
    try:
        last = next(iter(stream.codec_context.decode(None)), None)
    except (FFmpegError, OSError):
        last = None
    if last is None and tried < 0:
        raise VideoError(f"{one_line(path)} has a video stream without a single frame: it was cut short.")
    if last is None:
        raise VideoError(f"No frame of {one_line(path)} can be decoded: the file is damaged.")
    return last
