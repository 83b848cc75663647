"""What a video file says about itself, with the first frame decoded to be sure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temadapter.video.container import demux, open_video
from temadapter.video.picture import display_matrix, is_transposed, quarter_turn

_TRIES = 64  # packets looked at for a first frame; its side data carries the rotation


@dataclass(frozen=True)
class VideoInfo:
    """The facts about one video file.

    Attributes:
        path: The file.
        width: Pixels from left to right, after rotation.
        height: Pixels from top to bottom, after rotation.
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

    Raises:
        VideoError: The file is missing or not a video.
    """
    with open_video(path) as (container, stream):
        duration = _seconds(container, stream)
        rate = stream.average_rate or stream.guessed_rate
        width, height, rotation = stream.width, stream.height, 0
        frame = _first_frame(container, stream)
        if frame is not None:
            width, height = frame.width, frame.height
            matrix = display_matrix(frame)
            rotation = quarter_turn(matrix)
            if is_transposed(matrix):
                width, height = height, width
        return VideoInfo(
            path=Path(path),
            width=int(width),
            height=int(height),
            duration=duration,
            frame_rate=float(rate) if rate else None,
            codec=str(stream.codec_context.name),
            rotation=rotation,
        )


def _seconds(container: Any, stream: Any) -> float | None:
    if stream.duration and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    if container.duration and container.duration > 0:
        return float(container.duration) / 1_000_000
    return None


def _first_frame(container: Any, stream: Any) -> Any | None:
    from av.error import FFmpegError

    stream.thread_type = "SLICE"  # frame threads would delay the first frame by as many packets
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
        return next(iter(stream.codec_context.decode(None)), None)
    except (FFmpegError, OSError):
        return None
