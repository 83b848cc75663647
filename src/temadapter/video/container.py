"""Opening a file as a video, or refusing it in one clear sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from temadapter.errors import VideoError
from temadapter.progress import one_line

MAX_PIXELS = 36_000_000
"""Frames larger than this (8K is 33 million) are refused: decoding them would need more than 1 GiB of memory."""

_CANVASES = frozenset(("gif", "apng"))
"""Codecs that draw a whole picture for every packet: a few kilobytes can keep a processor busy for hours."""

DRAWN_PIXELS = 2_000_000_000
"""What a file of these may draw in all (1,000 frames of Full HD), and besides ..."""

DRAWN_PER_BYTE = 200
"""... so many pixels for each of its bytes."""

# Formats FFmpeg "plays" although nobody would call them a video.
_NOT_VIDEOS = {"tty": "a text file", "bin": "a text file", "xbin": "a text file"}
# Formats that lead to other files or addresses: what is named is read, and nothing else.
_LEADS_ELSEWHERE = frozenset(
    (
        "concat",
        "dash",
        "hls",
        "image2",
        "imf",
        "mlv",
        "rtp",
        "rtsp",
        "sap",
        "sdp",
        "vobsub",
        "webm_dash_manifest",
    )
)


@contextmanager
def open_video(path: str | os.PathLike[str]) -> Iterator[tuple[Any, Any]]:
    """Open `path` and yield its PyAV container and its main video stream.

    Cover pictures of audio files do not count as video streams.

    Raises:
        VideoError: The file is missing, empty, not a video, or without moving pictures; it says which.
    """
    check_file(path)
    container = _open(path)
    with container:
        stream = main_stream(container, path)
        # A picture may also be larger than the header says.
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        yield container, stream


def demux(container: Any, stream: Any, errors: list[str]) -> Iterator[Any]:
    """Yield the non-empty packets of `stream`; reading errors are noted in `errors`."""
    from av.error import FFmpegError

    stalled = 0
    while stalled < 3:
        try:
            for packet in container.demux(stream):
                if packet.size:
                    stalled = 0
                    yield packet
            return
        except IndexError:
            # A packet of a stream that appeared only now: PyAV does not know it, and goes on behind it.
            continue
        except (FFmpegError, OSError) as error:
            stalled += 1
            errors.append(_reason(error))


def check_file(path: str | os.PathLike[str]) -> None:
    """Refuse a path at which there is no file that could be a video.

    Raises:
        VideoError: It is missing, a broken link, a folder or empty; it says which.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise VideoError(f"{one_line(path)} is a folder, not a video file: name one of the files in it.")
        if file.is_symlink() and not file.exists():
            raise VideoError(
                f"{one_line(path)} is a link to {one_line(os.readlink(file))}, which is not there: fix the link."
            )
        if not file.exists():
            raise VideoError(f"There is no file {one_line(path)}: check the path.")
        if not file.is_file():
            raise VideoError(f"{one_line(path)} is not a regular file: copy the video to disk first.")
        if file.stat().st_size == 0:
            raise VideoError(f"{one_line(path)} is empty (0 bytes): copy or record it again.")
    except (OSError, ValueError) as error:
        raise VideoError(f"{one_line(path)} cannot be read: {_reason(error)}.") from error


def _open(path: str | os.PathLike[str]) -> Any:
    import av
    from av.error import FFmpegError

    options = {"protocol_whitelist": "file,crypto,data", "format_whitelist": _formats()}
    try:
        # An absolute path, so that a colon in a name is not taken for a protocol.
        container = av.open(os.path.abspath(path), options=options, metadata_errors="replace")
    except (FFmpegError, OSError, ValueError) as error:
        raise VideoError(_unreadable(path, error)) from error
    what = _NOT_VIDEOS.get(container.format.name)
    if what is not None:
        container.close()
        raise VideoError(
            f"{one_line(path)} is {what}, not a video: name a video file (MP4, MKV, AVI, GIF, ...)."
        )
    return container


@cache
def _formats() -> str:
    """Return the formats that may be read, as FFmpeg wants them."""
    import av

    return ",".join(sorted(av.formats_available - _LEADS_ELSEWHERE))


def _unreadable(path: str | os.PathLike[str], error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{one_line(path)} cannot be read: permission denied."
    try:
        with open(path, "rb") as handle:
            head = handle.read(512)
    except OSError:
        head = b""
    if head[4:8] == b"ftyp":
        return (
            f"{one_line(path)} is an MP4 whose index ('moov') is missing or broken: the recording or the copy was "
            "cut short. Copy it again, or repair it with a recovery tool."
        )
    if any(mark in head for mark in _PLAYLISTS):
        return f"{one_line(path)} is a playlist, not a video: name the video file itself."
    return f"{one_line(path)} is not a video that FFmpeg can read ({_reason(error)}): damaged, or of another type."


_PLAYLISTS = (b"#EXTM3U", b"ffconcat version", b"<MPD", b"<CompositionPlaylist", b"v=0\r\no=", b"v=0\no=")


def main_stream(container: Any, path: str | os.PathLike[str]) -> Any:
    """Return the video stream that a player would show.

    Raises:
        VideoError: There is none with moving pictures of a size that fits in memory.
    """
    from av.stream import Disposition

    pictures = [s for s in container.streams.video if s.codec_context is not None]
    moving = [s for s in pictures if not s.disposition & Disposition.attached_pic]
    if not moving:
        if pictures:
            raise VideoError(
                f"{one_line(path)} has only a cover picture, no video stream: it is an audio file."
            )
        kinds = sorted({s.type for s in container.streams})
        holds = f"only {' and '.join(kinds)}" if kinds else "no streams at all"
        raise VideoError(f"{one_line(path)} has no video stream ({holds}): name a file with moving pictures.")
    best = container.streams.best("video")
    stream = best if best in moving else moving[0]
    if container.format.name.startswith("webp") and _is_animated_webp(path):
        raise VideoError(
            f"{one_line(path)} is an animated WebP, which FFmpeg cannot decode: convert it to MP4 or GIF first."
        )
    if stream.width * stream.height > MAX_PIXELS:
        raise VideoError(
            f"{one_line(path)} has frames of {stream.width} x {stream.height} pixels, more than the limit of "
            f"{MAX_PIXELS // 1_000_000} megapixels: scale it down first."
        )
    return stream


def check_drawing(path: str | os.PathLike[str], stream: Any, frames: int) -> None:
    """Refuse an animation of so many pixels in all that drawing them would take ages.

    Raises:
        VideoError: It is one; the message names the limit.
    """
    size = stream.width * stream.height
    limit = max(DRAWN_PIXELS, DRAWN_PER_BYTE * os.path.getsize(path))
    if stream.codec_context.name in _CANVASES and frames * size > limit:
        raise VideoError(
            f"{one_line(path)} is an animation of {frames:,} frames of {stream.width} x {stream.height} pixels: "
            f"{frames * size / 1e9:,.1f} gigapixels to draw, where {limit / 1e9:,.1f} are the limit for a file of its "
            "size. Scale it down, or convert it to MP4."
        )


def _is_animated_webp(path: str | os.PathLike[str]) -> bool:
    with open(path, "rb") as handle:
        head = handle.read(21)
    return head[12:16] == b"VP8X" and bool(head[20] & 0x02)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
