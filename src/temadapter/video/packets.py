"""First pass: what a file contains, learnt from its packets without decoding a single frame."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import VideoError
from temadapter.progress import one_line
from temadapter.video.container import demux
from temadapter.video.timeline import NO_STAMP, RESET_SECONDS, mend

KEEP_BYTES = 16 * 2**20
"""Files with no more bytes of video than this are read once: their packets stay in memory for decoding."""

KEEP_PACKETS = 20_000
"""No more packets than this are kept, however small they are."""

_TICK = 0.002  # seconds
_TINIEST_VOP = 8  # bytes; MPEG-4 packets up to this size hold no picture of their own


class Segment(NamedTuple):
    """Packets to decode in one go, by their position in the file: `start` to `stop`, both included."""

    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class PacketTable:
    """The video packets of one file, P of them in file order, and the K frames they promise in order of time.

    Attributes:
        pts: int64 (P,) presentation timestamps in units of `unit`, mended (see `timeline`).
        key: bool (P,) packets at which decoding can begin.
        size: int64 (P,) bytes.
        position: int64 (K,) the packet of each frame that should be shown, ordered by time.
        times: float64 (K,) seconds of those frames from the start of the file.
        end: Seconds at which the last of them leaves the screen.
        unit: Seconds in one step of a timestamp.
        zero: Timestamp that counts as 0 seconds.
        frame_step: Seconds from one frame to the next where the file has no timestamps.
        ordered: Every packet has a timestamp of its own that says when its frame is shown.
        damage: What was wrong, in words.
        mended: `pts` are not those of the file.
        revived: Position from which on frames that FFmpeg would leave out for their timestamps are shown.
        promised: Seconds that the header promises where the pictures end much earlier, else 0.
        kept: The packets themselves where they are few enough, else empty.
    """

    pts: NDArray[np.int64]
    key: NDArray[np.bool_]
    size: NDArray[np.int64]
    position: NDArray[np.int64]
    times: NDArray[np.float64]
    end: float
    unit: float
    zero: int
    frame_step: float
    ordered: bool
    damage: tuple[str, ...]
    mended: bool = False
    revived: int | None = None
    promised: float = 0.0
    kept: list[Any] = field(default_factory=list)

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


def read_packets(container: Any, stream: Any, *, keep: bool = True) -> PacketTable:
    """Read all video packets of `stream`; memory is 41 bytes a packet, and `KEEP_BYTES` with `keep`.

    Raises:
        VideoError: The video stream is empty.
    """
    log, errors, codec = _Log(), list[str](), stream.codec_context.name
    kept, room = list[Any](), KEEP_BYTES if keep else 0
    for packet in demux(container, stream, errors):
        log.add(packet, codec)
        room -= packet.size
        if room >= 0 and len(kept) < KEEP_PACKETS:
            kept.append(packet)
    if not log.pts:
        why = f" ({errors[0]})" if errors else ""
        raise VideoError(
            f"{one_line(container.name)} has a video stream without a single frame{why}: it was cut short."
        )
    table = _table(container, stream, log, errors)
    if len(kept) == len(log.pts):
        table.kept.extend(kept)
    return table


_KEY, _DISCARD, _CORRUPT, _UNTIMED, _PACKED, _INVISIBLE = 1, 2, 4, 8, 16, 32


class _Log:
    """What is noted of every packet, in file order."""

    def __init__(self) -> None:
        self.pts, self.dts, self.length, self.size = array("q"), array("q"), array("q"), array("q")
        self.flags = bytearray()

    def add(self, packet: Any, codec: str) -> None:
        """Note one packet."""
        pts, dts = packet.pts, packet.dts
        self.dts.append(NO_STAMP if dts is None else dts)
        self.pts.append(self.dts[-1] if pts is None else pts)
        self.length.append(packet.duration or 0)
        self.size.append(packet.size)
        self.flags.append(_flags(packet, codec))


def _flags(packet: Any, codec: str) -> int:
    """Return what matters about `packet` as bits."""
    bits: int = (
        _KEY * packet.is_keyframe
        | _DISCARD * packet.is_discard
        | _CORRUPT * packet.is_corrupt
        | _UNTIMED * (packet.pts is None)
        | _PACKED * (codec == "mpeg4" and packet.size <= _TINIEST_VOP)
        # VP8 keeps invisible reference frames in packets of their own: bit 4 of the first byte says "show".
        | _INVISIBLE * (codec == "vp8" and not memoryview(packet)[0] & 0x10)
    )
    return bits


def _table(container: Any, stream: Any, log: _Log, errors: list[str]) -> PacketTable:
    unit, form = float(stream.time_base), container.format
    rate = stream.average_rate or stream.guessed_rate
    frame_step = float(1 / rate) if rate else 1 / 25
    pts, length = np.array(log.pts), np.array(log.length)
    flags, size = np.frombuffer(log.flags, np.uint8), np.array(log.size)
    resets, damage, mended, revived = bool(form.flags & _TS_DISCONT), list[str](), False, None
    timed = pts != NO_STAMP
    if (
        resets and np.sum(timed) > 1
    ):  # a broken packet without a stamp must not let wild stamps of others through
        pts = _filled(pts, timed)
        timed = np.ones(len(pts), bool)
    if timed.all():
        line = mend(
            pts,
            np.array(log.dts),
            length,
            unit=unit,
            resets=resets or form.name.startswith("mov"),
            own_dts=not form.name.startswith("matroska"),
        )
        pts, mended, revived, damage = line.pts, line.changed, line.first_jump, list(line.damage)
    hidden = flags & _DISCARD != 0
    if revived is not None:
        # FFmpeg leaves out MP4 samples whose timestamps go back; they are as good as the others.
        hidden[revived:] = False
    hidden |= flags & _INVISIBLE != 0
    shown = np.flatnonzero(~hidden) if not hidden.all() else np.arange(len(pts))
    zero = _zero(container, pts[shown][timed[shown]], unit, near=mended or resets)
    stamps = np.where(timed, pts, zero + np.rint(np.arange(len(pts)) * frame_step / unit).astype(np.int64))
    position = shown[np.argsort(stamps[shown], kind="stable")]
    times = (stamps[position] - zero) * unit
    stated = float(length[position[-1]] * unit) if timed.all() else 0.0
    if resets and stated > RESET_SECONDS:  # FFmpeg's guess: the format does not say how long a picture lasts
        stated = 0.0
    end = float(times[-1]) + _last_length(times, stated, frame_step)
    damage += _damage(len(times), errors, int(np.sum(flags & _CORRUPT != 0)))
    promised = 0.0 if mended or resets else _promised(container, stream)
    if promised - max(end, end + zero * unit) > max(1.0, 0.1 * promised):
        damage.append(f"The pictures end at {end:.2f} s although the header promises {promised:.2f} s.")
    else:
        promised = 0.0
    return PacketTable(
        pts=stamps,
        key=flags & _KEY != 0,
        size=size,
        position=position,
        times=times,
        end=end,
        unit=unit,
        zero=zero,
        frame_step=frame_step,
        ordered=bool(
            np.any(flags & _KEY)
            and not np.any(flags & (_UNTIMED | _PACKED))
            and np.all(np.diff(stamps[position]) > 0)
        ),
        damage=tuple(damage),
        mended=mended,
        revived=revived,
        promised=promised,
    )


def _filled(pts: NDArray[np.int64], timed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return timestamps of which none is missing: where one was, as many usual steps behind the last one known."""
    steps = np.diff(np.sort(pts[timed]))
    step = int(np.median(steps[steps > 0])) if np.any(steps > 0) else 1
    numbers = np.arange(len(pts))
    last = np.maximum.accumulate(np.where(timed, numbers, int(np.argmax(timed))))
    return np.where(timed, pts, pts[last] + (numbers - last) * step)


_TS_DISCONT = 0x0200  # FFmpeg's AVFMT_TS_DISCONT: the clock of this format may start anew


def _zero(container: Any, pts: NDArray[np.int64], unit: float, *, near: bool) -> int:
    """Return the timestamp that players show as 0:00: where the file starts, never after the first frame.

    With `near`, a start long before the first frame is not believed.
    """
    if not len(pts):
        return 0
    first, start = int(pts.min()), round((container.start_time or 0) / 1_000_000 / unit)
    if near and first - start > RESET_SECONDS / unit:
        return first
    return min(first, max(start, 0))


def _last_length(times: NDArray[np.float64], stated: float, frame_step: float) -> float:
    """Return how long the last picture stays on the screen, in seconds.

    What the file states, unless it is next to nothing: some writers give the last frame one tick of their clock.
    """
    if len(times) < 2:
        return stated or frame_step
    if stated > 0:
        usual = float(np.median(np.diff(times)))
        return usual if stated <= min(_TICK, usual / 2) else stated
    return float(times[-1] - times[0]) / (len(times) - 1)


def _damage(frames: int, errors: list[str], corrupt: int) -> Iterable[str]:
    if errors:
        yield f"The file could not be read to its end without errors ({errors[0]})."
    if corrupt:
        yield f"{corrupt} of {frames} packets are cut short or marked as broken."


def _promised(container: Any, stream: Any) -> float:
    """Return the seconds of video that the header promises, 0 if it does not say."""
    if stream.duration:
        return float(stream.duration * stream.time_base)
    alone = len(container.streams) == 1  # else the sound may well be longer than the pictures
    return float(container.duration or 0) / 1_000_000 if alone else 0.0
