"""First pass: what a file contains, learnt from its packets without decoding a single frame."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import VideoError
from temadapter.video.container import demux, open_video

_NO_PTS = -(2**63)
_TINIEST_VOP = 8  # bytes; MPEG-4 packets up to this size hold no picture of their own


class Segment(NamedTuple):
    """Packets to decode in one go, by their position in the file: `start` to `stop`, both included."""

    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class PacketTable:
    """The video packets of one file, P of them in file order, and the K frames they promise in order of time.

    Attributes:
        pts: int64 (P,) presentation timestamps in units of `unit`.
        key: bool (P,) packets at which decoding can begin.
        size: int64 (P,) bytes.
        position: int64 (K,) the packet of each frame that should be shown, ordered by time.
        times: float64 (K,) seconds of those frames from the start of the file.
        unit: Seconds in one step of a timestamp.
        zero: Timestamp that counts as 0 seconds.
        frame_step: Seconds from one frame to the next where the file has no timestamps.
        ordered: Every packet has a timestamp of its own that says when its frame is shown.
        damage: What was wrong, in words.
    """

    pts: NDArray[np.int64]
    key: NDArray[np.bool_]
    size: NDArray[np.int64]
    position: NDArray[np.int64]
    times: NDArray[np.float64]
    unit: float
    zero: int
    frame_step: float
    ordered: bool
    damage: tuple[str, ...]

    def segments(self, frames: NDArray[np.int64]) -> list[Segment]:
        """Return the packets that must be decoded to see `frames` (indices into `times`, ascending).

        Each frame needs everything from the last key packet before it that is also shown no later than it
        (frames shown before their key packet still lean on the one before). Overlaps are joined.
        """
        keys = np.flatnonzero(self.key)
        found: list[Segment] = []
        for position in self.position[frames].tolist():
            nearest = int(np.searchsorted(keys, position, side="right")) - 1
            while nearest > 0 and self.pts[keys[nearest]] > self.pts[position]:
                nearest -= 1
            found.append(Segment(int(keys[nearest]) if nearest >= 0 else 0, position))
        return _joined(sorted(found))

    def places(self, stamps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which of the K frames has each timestamp, -1 where none has."""
        known = self.pts[self.position]
        place = np.minimum(np.searchsorted(known, stamps), len(known) - 1)
        return np.where(known[place] == stamps, place, -1)

    def fed(self, segments: list[Segment]) -> NDArray[np.bool_]:
        """Return which packets, bool (P,), must give a frame when `segments` are decoded.

        Frames shown before the key packet at which a segment starts cannot be decoded there.
        """
        fed = np.zeros(len(self.pts), bool)
        for start, stop in segments:
            fed[start : stop + 1] = self.pts[start : stop + 1] >= self.pts[start]
        return fed

    def after_missing(self, frames: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the decoded `frames` build on a packet that gave no frame.

        That is, it stands before theirs with no key packet between.

        Args:
            frames: int64, indices into `times` of all frames that were decoded.
        """
        positions = self.position[frames]
        missing = np.zeros(len(self.pts) + 1, np.int64)
        missing[self.position + 1] = 1
        missing[positions + 1] = 0
        before = np.cumsum(missing)  # before[p]: packets without a frame in front of packet p
        key = np.maximum.accumulate(np.where(self.key, np.arange(len(self.key)), 0))
        return np.asarray(before[positions] > before[key[positions]])

    def seconds(self, stamp: int) -> float:
        """Return the time of a timestamp."""
        return (stamp - self.zero) * self.unit


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in segments:
        if joined and segment.start <= joined[-1].stop + 1:
            joined[-1] = Segment(joined[-1].start, max(joined[-1].stop, segment.stop))
        else:
            joined.append(segment)
    return joined


def read_packets(path: str | os.PathLike[str]) -> PacketTable:
    """Read all video packets of `path`; memory is 25 bytes a packet.

    Raises:
        VideoError: The file is not a video, or its video stream is empty.
    """
    pts, size, flags, errors = array("q"), array("q"), bytearray(), list[str]()
    with open_video(path) as (container, stream):
        codec = stream.codec_context.name
        for packet in demux(container, stream, errors):
            stamp = packet.pts if packet.pts is not None else packet.dts
            pts.append(_NO_PTS if stamp is None else stamp)
            size.append(packet.size)
            flags.append(_flags(packet, codec))
        if not pts:
            why = f" ({errors[0]})" if errors else ""
            raise VideoError(f"{path} has a video stream without a single frame{why}: it was cut short.")
        return _table(
            container, stream, np.array(pts), np.array(size), np.frombuffer(flags, np.uint8), errors
        )


_KEY, _HIDDEN, _CORRUPT, _UNTIMED, _PACKED = 1, 2, 4, 8, 16


def _flags(packet: Any, codec: str) -> int:
    """Return what matters about `packet` as bits."""
    # VP8 keeps invisible reference frames in packets of their own: bit 4 of the first byte says "show".
    hidden = packet.is_discard or (codec == "vp8" and not memoryview(packet)[0] & 0x10)
    bits: int = (
        _KEY * packet.is_keyframe
        | _HIDDEN * hidden
        | _CORRUPT * packet.is_corrupt
        | _UNTIMED * (packet.pts is None)
        | _PACKED * (codec == "mpeg4" and packet.size <= _TINIEST_VOP)
    )
    return bits


def _table(
    container: Any,
    stream: Any,
    pts: NDArray[np.int64],
    size: NDArray[np.int64],
    flags: NDArray[np.uint8],
    errors: list[str],
) -> PacketTable:
    unit = float(stream.time_base)
    rate = stream.average_rate or stream.guessed_rate
    frame_step = float(1 / rate) if rate else 1 / 25
    timed = pts != _NO_PTS
    zero = _zero(container, pts[timed], unit)
    stamps = np.where(timed, pts, zero + np.rint(np.arange(len(pts)) * frame_step / unit).astype(np.int64))
    shown = np.flatnonzero(flags & _HIDDEN == 0)
    position = shown[np.argsort(stamps[shown], kind="stable")]
    times = (stamps[position] - zero) * unit
    corrupt = int(np.sum(flags & _CORRUPT != 0))
    return PacketTable(
        pts=stamps,
        key=flags & _KEY != 0,
        size=size,
        position=position,
        times=times,
        unit=unit,
        zero=zero,
        frame_step=frame_step,
        ordered=bool(
            np.any(flags & _KEY)
            and not np.any(flags & (_UNTIMED | _PACKED))
            and np.all(np.diff(stamps[position]) > 0)
        ),
        damage=tuple(_damage(_promised(container, stream), times, frame_step, errors, corrupt)),
    )


def _zero(container: Any, pts: NDArray[np.int64], unit: float) -> int:
    """Return the timestamp that players show as 0:00: where the file starts, never after the first frame."""
    if not len(pts):
        return 0
    start = round((container.start_time or 0) / 1_000_000 / unit)
    return min(int(pts.min()), max(start, 0))


def _damage(
    promised: float, times: NDArray[np.float64], frame_step: float, errors: list[str], corrupt: int
) -> Iterable[str]:
    if errors:
        yield f"The file could not be read to its end without errors ({errors[0]})."
    if corrupt:
        yield f"{corrupt} of {len(times)} packets are cut short or marked as broken."
    end = float(times[-1]) + frame_step if len(times) else 0.0
    if promised - end > max(1.0, 0.1 * promised):
        yield f"The pictures end at {end:.2f} s although the header promises {promised:.2f} s."


def _promised(container: Any, stream: Any) -> float:
    """Return the seconds of video that the header promises, 0 if it does not say."""
    if stream.duration:
        return float(stream.duration * stream.time_base)
    alone = len(container.streams) == 1  # else the sound may well be longer than the pictures
    return float(container.duration or 0) / 1_000_000 if alone else 0.0
