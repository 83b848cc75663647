"""Second pass: decoding segments of packets, with seeking where a gap makes it worthwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from temadapter.video.container import demux, open_video
from temadapter.video.packets import PacketTable, Segment

SEEK_BYTES = 8 * 2**20
"""Gaps of fewer bytes than this are read over: opening a new place in the file costs more."""

_THREAD_MEMORY = 256 * 2**20  # bytes of frames that decoding threads may hold in flight
_MAX_THREADS = 8
_SMALL_WORK = 20_000_000  # pixels to decode below which one thread is used: about 0.1 s


@dataclass
class DecodeLog:
    """What went wrong while decoding: positions of packets that raised errors, reading errors."""

    broken: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def decode_segments(
    path: str | os.PathLike[str],
    opened: tuple[Any, Any],
    table: PacketTable,
    segments: list[Segment],
    log: DecodeLog,
) -> Iterator[Any]:
    """Yield PyAV frames in the order in which they are shown, segment by segment.

    The decoder is emptied after each segment, so that no packet beyond it is needed. Packets that cannot be
    decoded are noted in `log` and skipped.

    Args:
        path: The file, opened anew where its packets were not kept.
        opened: Its container and its stream as they were opened for reading `table`.
        table: Its packets.
        segments: What to decode, ascending.
        log: Takes up what goes wrong.
    """
    with ExitStack() as stack:
        reader: _Kept | _Reader
        if table.kept:
            reader, stream = _Kept(table), opened[1]
        else:
            container, stream = stack.enter_context(open_video(path))
            reader = _Reader(path, table, container, stream, log, stack)
        codec = stream.codec_context
        if codec.is_open:
            codec.flush_buffers()
        else:
            codec.thread_count = _threads(stream.width, stream.height, sum(b - a + 1 for a, b in segments))
            codec.thread_type = "AUTO" if codec.thread_count > 1 else "SLICE"
        for number, segment in enumerate(segments):
            if number:
                codec.flush_buffers()
            for position, packet in reader.read(segment):
                yield from _frames(codec, _mended(packet, position, table), log, position)
            yield from _drain(codec, log, segment.stop)


def _mended(packet: Any, position: int, table: PacketTable) -> Any:
    """Give `packet` its mended timestamp, and take away what makes the decoder leave its frame out."""
    if not table.mended:
        return packet
    import av

    if packet.is_discard and table.revived is not None and position >= table.revived:
        fresh = av.Packet(bytes(packet))
        fresh.time_base, fresh.is_keyframe = packet.time_base, packet.is_keyframe
        packet = fresh
    packet.pts = int(table.pts[position])
    return packet


def _threads(width: int, height: int, frames: int) -> int:
    """Return how many threads should decode `frames` frames.

    One where there is little to do: starting threads and handing frames over would take longer.
    """
    if width * height * frames < _SMALL_WORK:
        return 1
    affordable = _THREAD_MEMORY // max(1, 3 * width * height)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MAX_THREADS, affordable))


def _frames(codec: Any, packet: Any, log: DecodeLog, position: int) -> Iterator[Any]:
    from av.error import FFmpegError

    try:
        frames = codec.decode(packet)
    except (FFmpegError, OSError):
        log.broken.append(position)
        return
    yield from frames


def _drain(codec: Any, log: DecodeLog, position: int) -> Iterator[Any]:
    """Yield the frames still inside the decoder; an error there does not lose the ones behind it."""
    from av.error import EOFError as EndOfStream
    from av.error import FFmpegError

    for _ in range(64):
        try:
            frames = codec.decode(None)
        except EndOfStream:
            return
        except (FFmpegError, OSError):
            log.broken.append(position)
            continue
        yield from frames


class _Kept:
    """Hands out packets that are in memory, with their position in the file."""

    def __init__(self, table: PacketTable) -> None:
        self._packets = table.kept

    def read(self, segment: Segment) -> Iterator[tuple[int, Any]]:
        """Yield (position, packet) for every packet of `segment`."""
        yield from enumerate(self._packets[segment.start : segment.stop + 1], segment.start)


class _Reader:
    """Hands out packets with their position in the file, going forward only."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        table: PacketTable,
        container: Any,
        stream: Any,
        log: DecodeLog,
        stack: ExitStack,
    ) -> None:
        self._path, self._table, self._log, self._stack = path, table, log, stack
        self._container, self._stream = container, stream
        self._packets = demux(container, stream, log.errors)
        self._next = 0  # position of the packet that comes next

    def read(self, segment: Segment) -> Iterator[tuple[int, Any]]:
        """Yield (position, packet) for every packet of `segment`, which must lie ahead."""
        held = self._approach(segment.start)
        while self._next <= segment.stop:
            packet = held if held is not None else next(self._packets, None)
            held = None
            if packet is None:
                return
            position, self._next = self._next, self._next + 1
            if position >= segment.start:
                yield position, packet

    def _approach(self, start: int) -> Any | None:
        """Seek close before `start` if that saves much reading; return the packet read on arrival, if any."""
        gap = int(self._table.size[self._next : start].sum())
        if gap < SEEK_BYTES or self._table.mended or not self._table.ordered:
            return None
        packet, position = self._seek(int(self._table.pts[start]))
        if position is None or position > start:
            # Landed nowhere known or too late: begin again and read up to the place.
            self._container, self._stream = self._stack.enter_context(open_video(self._path))
            self._packets = demux(self._container, self._stream, self._log.errors)
            self._next = 0
            return None
        self._next = position
        return packet

    def _seek(self, stamp: int) -> tuple[Any | None, int | None]:
        from av.error import FFmpegError

        try:
            self._container.seek(stamp, stream=self._stream, backward=True)
        except (FFmpegError, OSError):
            return None, None
        self._packets = demux(self._container, self._stream, self._log.errors)
        packet = next(self._packets, None)
        if packet is None or packet.pts is None:
            return None, None
        same = np.flatnonzero((self._table.pts == packet.pts) & (self._table.size == packet.size))
        return packet, int(same[0]) if len(same) == 1 else None
