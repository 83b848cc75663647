"""What browsers can play, and a copy of what they cannot, with every frame at its own time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import VideoError
from temadapter.files import atomic_path
from temadapter.progress import Steps, one_line
from temadapter.video.container import open_video
from temadapter.video.packets import PacketTable, Segment, read_packets
from temadapter.video.picture import PictureMaker
from temadapter.video.segments import DecodeLog, decode_segments

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SIDE = 1280
"""A copy is at most so large in pixels; the model still looks at the original."""

CLOCK = 90_000
"""Steps a second of a copy's timestamps: fine enough for every usual frame rate."""

_MP4, _WEBM = ("video/mp4", "mov,mp4"), ("video/webm", "matroska,webm")
_PLAYABLE = {
    "h264": (_MP4, ("yuv420p", "yuvj420p")),
    "av1": (_MP4, ("yuv420p", "yuv420p10le")),
    "vp8": (_WEBM, ("yuv420p",)),
    "vp9": (_WEBM, ("yuv420p",)),
}
"""By codec: the container in which browsers play it, and the pixel formats."""


def playable_type(path: Path) -> str | None:
    """Return the media type with which today's browsers play a file as it is; None where they do not.

    A file whose clock does not start at 0 is not played as it is: players disagree on where its 0:00 lies.

    Raises:
        VideoError: It is not a video.
    """
    with open_video(path) as (container, stream):
        codec = stream.codec_context
        known = _PLAYABLE.get(codec.name)
        if known is None or codec.pix_fmt not in known[1] or _starts_late(container, stream):
            return None
        (media, container_name), _ = known
        if not container.format.name.startswith(container_name):
            return None
        return media if media != "video/webm" or _is_webm(path) else None


def _is_webm(path: Path) -> bool:
    """Tell WebM from other Matroska files, which FFmpeg does not, and Safari and Firefox do."""
    with path.open("rb") as file:
        return b"webm" in file.read(64)


def _starts_late(container: Any, stream: Any) -> bool:
    start = float((stream.start_time or 0) * (stream.time_base or 0))
    return abs(start) > 0.02 or abs(container.start_time or 0) > 20_000


def make_copy(path: Path, target: Path, *, steps: Steps | None = None) -> None:
    """Write a copy of a video that every browser plays: H.264 in MP4, without sound, upright.

    Every frame keeps its time, to 1/90000 s, counted as everywhere in this package: from the start of the file.

    Args:
        path: Any video file that FFmpeg can read.
        target: Where the copy goes; it is written in one step.
        steps: Hears of the phase `converting`, and may stop it.

    Raises:
        VideoError: The file is not a video, or no frame of it can be decoded.
        CancelledError: `steps` says so.
    """
    import av
    from av.error import FFmpegError

    steps = steps or Steps()
    with open_video(path) as opened:
        table = read_packets(*opened, keep=False)
    with atomic_path(target) as temporary:
        try:
            with av.open(str(temporary), "w", format="mp4", options={"movflags": "faststart"}) as output:
                _encode(path, table, output, steps)
        except FFmpegError as error:
            raise VideoError(
                f"{one_line(path)} cannot be converted for the browser: {error.strerror}."
            ) from error


def _encode(path: Path, table: PacketTable, output: Any, steps: Steps) -> None:
    import av

    stream: Any = None
    waiting: Any = None  # the last packet so far, whose length the next one or the end tells
    last, length = -1, float(table.times[-1]) or 1.0
    for time, picture in _frames(path, table):
        steps.at("converting", time / length)
        if stream is None:
            stream = _h264(output, *_fitting(*picture.shape[:2]))
        stamp = max(last + 1, round(time * CLOCK)) if last >= 0 else 0  # the first is shown from the start
        last = stamp
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame = frame.reformat(width=stream.width, height=stream.height, format="yuv420p")
        frame.pts, frame.time_base = stamp, Fraction(1, CLOCK)
        for packet in stream.encode(frame):
            waiting = _muxed(output, waiting, packet)
    if stream is None:
        raise VideoError(f"No frame of {one_line(path)} can be decoded: the file is damaged.")
    for packet in stream.encode(None):
        waiting = _muxed(output, waiting, packet)
    waiting.duration = max(1, round(table.end * CLOCK) - last)  # the last frame stays as long as in the file
    output.mux(waiting)


def _muxed(output: Any, waiting: Any, packet: Any) -> Any:
    """Write the packet that waited, and return the one that waits now."""
    if waiting is not None:
        output.mux(waiting)
    return packet


def _h264(output: Any, height: int, width: int) -> Any:
    stream = output.add_stream("libx264", rate=Fraction(CLOCK))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = Fraction(1, CLOCK)
    stream.codec_context.gop_size = 24  # seeking lands on the frame that was asked for without much decoding
    stream.codec_context.max_b_frames = 0  # so that no player shifts the clock
    stream.codec_context.options = {"preset": "veryfast", "crf": "23", "bf": "0"}
    return stream


def _frames(path: Path, table: PacketTable) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Yield every frame that decodes with its time in seconds, upright; what is broken is passed over."""
    everything = [Segment(0, len(table.pts) - 1)]
    with open_video(path) as opened:
        make = PictureMaker.for_stream(opened[1])
        for count, frame in enumerate(decode_segments(path, opened, table, everything, DecodeLog())):
            time = count * table.frame_step if frame.pts is None else table.seconds(frame.pts)
            yield time, make(frame)


def _fitting(height: int, width: int) -> tuple[int, int]:
    """Return even sides, the longer at most `LONGEST_SIDE`."""
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    return max(2, round(height * scale / 2) * 2), max(2, round(width * scale / 2) * 2)
