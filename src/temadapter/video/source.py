"""One video file under decoding: its packets, its pictures, and the record of what was broken."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import ConfigError, VideoError
from temadapter.progress import one_line
from temadapter.video.container import check_drawing, open_video
from temadapter.video.packets import Segment, read_packets
from temadapter.video.picture import PictureMaker
from temadapter.video.probe import VideoInfo, describe
from temadapter.video.segments import DecodeLog, decode_segments
from temadapter.video.timeline import in_order

REACH = 0.5
"""Seconds within which a clean frame replaces one that builds on a broken packet."""


class MissingFrameError(Exception):
    """A frame that the packets promised did not come out of the decoder whole (internal signal)."""


@dataclass(frozen=True, eq=False)
class Found:
    """What decoding the whole file gave: K frames in the order in which they came out.

    Attributes:
        times: float64 (K,) seconds, ascending.
        whole: bool (K,) frames that the decoder did not mark as damaged.
        clean: bool (K,) whole frames that do not build on a packet that could not be decoded.
        kept: Numbers of frames whose pictures were made on the way, ascending, int64 (M,).
        pictures: Those pictures, uint8 (M, H, W, 3); in one block, since many small ones between the large
            buffers of the decoder would tear the memory into pieces.
    """

    times: NDArray[np.float64]
    whole: NDArray[np.bool_]
    clean: NDArray[np.bool_]
    kept: NDArray[np.int64]
    pictures: NDArray[np.uint8]

    def nearest(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each of `times` the nearest clean frame within `REACH`, else the nearest whole one."""
        best = self._nearest(times, self.clean if self.clean.any() else self.whole)
        far = np.abs(self.times[best] - times) > REACH
        best[far] = self._nearest(times[far], self.whole)
        return best

    def _nearest(self, times: NDArray[np.float64], allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
        numbers = np.flatnonzero(allowed)
        known = self.times[numbers]
        after = np.clip(np.searchsorted(known, times), 0, len(known) - 1)
        before = np.maximum(after - 1, 0)
        return numbers[np.where(times - known[before] <= known[after] - times, before, after)]


class Source:
    """Decodes one file for `read_frames` and `stream_frames`; a context manager that holds the file open.

    Args:
        path: The file.
        transform: Applied to every picture, or None.
        budget: Bytes that all chosen pictures together may take, or None for no limit.

    Attributes:
        table: The file's packets.
        total: How many pictures are wanted in all, repeats included.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        transform: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] | None,
        *,
        budget: int | None = None,
    ) -> None:
        self.path, self.total = path, 0
        self._transform, self._budget = transform, budget
        self._shape: tuple[int, ...] | None = None
        self._found: Found | None = None
        self._words: dict[str, str] = {}
        with ExitStack() as stack:
            self._opened = stack.enter_context(open_video(path))
            self.table = read_packets(*self._opened)
            check_drawing(path, self._opened[1], len(self.table.pts))
            self._stack = stack.pop_all()
        self._make = PictureMaker.for_stream(self._opened[1])

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def info(self) -> VideoInfo:
        """The facts about the file, known once a picture was made."""
        return describe(self.path, self._opened, self._make, max(self.table.end, self.table.promised))

    def share(self, frames: NDArray[np.int64]) -> float:
        """Return the share of all packets that must be decoded to see `frames`."""
        needed = sum(stop - start + 1 for start, stop in self.table.segments(frames))
        return needed / len(self.table.pts)

    def pictures(self, frames: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield (frame, picture) for `frames` (indices into the table's times, ascending, unique).

        Raises:
            MissingFrameError: A frame did not decode, or not whole.
        """
        segments, wanted = self.table.segments(frames), set(frames.tolist())
        fed, known = self.table.fed(segments), self.table.pts[self.table.position]
        awaited, log, last, broken = iter(frames.tolist()), DecodeLog(), -1, False
        try:
            for frame in decode_segments(self.path, self._opened, self.table, segments, log):
                index = -1 if frame.pts is None else int(np.searchsorted(known, frame.pts))
                if not last < index < len(known) or known[index] != frame.pts:
                    continue
                # Frames come out in the order of time: one that was skipped over could not be decoded,
                # and all up to the next key packet may build on it.
                position = self.table.position[last + 1 : index + 1]
                broken = (broken or bool(fed[position[:-1]].any())) and not self.table.key[position[-1]]
                last = index
                if index in wanted:
                    if index != next(awaited) or broken or frame.is_corrupt:
                        raise MissingFrameError
                    yield index, self._picture(frame)
        finally:
            self._note_errors(log)
        if next(awaited, None) is not None:
            raise MissingFrameError

    def decode_all(self, *, keep: NDArray[np.int64]) -> Found:
        """Decode the whole file and return which frames there are, with the pictures of frames `keep`.

        Raises:
            VideoError: No frame of the file can be decoded.
        """
        stamps, corrupt, log = array("q"), bytearray(), DecodeLog()
        wanted, kept, pictures = set(keep.tolist()), array("q"), np.empty(0, np.uint8)
        for number, frame in enumerate(self._everything(log)):
            stamps.append(self._stamp(frame, stamps))
            corrupt.append(bool(frame.is_corrupt))
            if number in wanted:
                picture = self._picture(frame)
                if not kept:
                    if self._budget is not None and 2 * picture.nbytes * self.total > self._budget:
                        wanted.clear()  # no room for both these and what is made of them: decode again
                        continue
                    pictures = np.empty((len(keep), *picture.shape), np.uint8)
                pictures[len(kept)] = picture
                kept.append(number)
        if not stamps:
            raise VideoError(f"No frame of {one_line(self.path)} can be decoded: the file is damaged.")
        whole, found = np.frombuffer(corrupt, np.uint8) == 0, np.array(stamps)
        clean, places = whole, self.table.places(found)
        if self.table.ordered and (places >= 0).all():
            clean = whole & ~self.table.after_missing(places)
        self._note_errors(log)
        self._note_found(found, places, whole, log)
        ordered = in_order(found, unit=self.table.unit, step=self.table.frame_step)
        times = np.asarray((ordered - self.table.zero) * self.table.unit, np.float64)
        self._found = Found(
            times=times,
            whole=whole if whole.any() else ~whole,
            clean=clean,
            kept=np.array(kept),
            pictures=pictures,
        )
        return self._found

    def nearest_good(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each of `times` the number of the nearest good frame, after `decode_all`."""
        assert self._found is not None
        numbers = self._found.nearest(times)
        moved = np.flatnonzero(np.abs(self._found.times[numbers] - times) > 1e-6)
        if len(moved):
            there, wanted = self._found.times[numbers[moved[0]]], times[moved[0]]
            self._words["replaced"] = (
                f"{_count(len(np.unique(times[moved])), 'chosen frame')} could not be decoded cleanly; "
                f"the nearest good frame is used instead (first: {there:.2f} s for {wanted:.2f} s)."
            )
        return numbers

    def pictures_by_number(self, numbers: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield (number, picture) for `numbers` (ascending, unique) as `decode_all` counted them."""
        assert self._found is not None
        kept = self._found.kept
        if np.isin(numbers, kept).all():
            for number in numbers.tolist():
                yield number, self._found.pictures[np.searchsorted(kept, number)]
            return
        wanted = iter(numbers.tolist())
        awaited = next(wanted, None)
        for number, frame in enumerate(self._everything(DecodeLog())):
            if number == awaited:
                yield number, self._picture(frame)
                awaited = next(wanted, None)
                if awaited is None:
                    return

    def damage(self) -> tuple[str, ...]:
        """Return everything found to be broken so far, one sentence each."""
        resized = self._make.resized
        sizes = (f"{_count(resized, 'frame')} of another size scaled to that of the first.",)
        return (*self.table.damage, *self._words.values(), *(sizes if resized else ()))

    def _everything(self, log: DecodeLog) -> Iterator[Any]:
        return decode_segments(
            self.path, self._opened, self.table, [Segment(0, len(self.table.pts) - 1)], log
        )

    def _picture(self, frame: Any) -> NDArray[np.uint8]:
        picture = self._make(frame)
        if self._transform is not None:
            picture = np.asarray(self._transform(picture))
        self._shape = self._shape or picture.shape
        if picture.dtype != np.uint8 or picture.shape != self._shape:
            raise ConfigError(
                f"The transform made {picture.dtype} of shape {picture.shape} of a frame: it must make uint8 of "
                f"one shape for all frames of a video (the first was {self._shape})."
            )
        needed = picture.nbytes * self.total
        if self._budget is not None and needed > self._budget:
            raise VideoError(
                f"{self.total} frames of {one_line(self.path)} would take {needed / 2**30:.1f} GiB of memory: "
                "pass a transform that makes them smaller, choose fewer, or use stream_frames."
            )
        return picture

    def _stamp(self, frame: Any, before: array[int]) -> int:
        """Return the timestamp of a decoded frame; where it has none, by the frame rate."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is not None:
            return int(stamp)
        return before[-1] + round(self.table.frame_step / self.table.unit) if before else self.table.zero

    def _note_errors(self, log: DecodeLog) -> None:
        if log.broken:
            first = self.table.seconds(int(self.table.pts[log.broken[0]]))
            packets = _count(len(log.broken), "packet")
            self._words["broken"] = f"{packets} could not be decoded (the first near {first:.2f} s)."
        if log.errors and not self.table.damage:
            self._words["reading"] = f"Reading was interrupted by errors ({log.errors[0]})."

    def _note_found(
        self,
        stamps: NDArray[np.int64],
        places: NDArray[np.int64],
        whole: NDArray[np.bool_],
        log: DecodeLog,
    ) -> None:
        promised, count = len(self.table.times), len(stamps)
        # Some old files hold packets that were never meant to show a frame: without an error, no damage.
        if count < promised and (self.table.ordered or log.broken):
            first = np.delete(self.table.times, places[places >= 0])[0]
            self._words["broken"] = (
                f"{promised - count} of {_count(promised, 'frame')} could not be decoded "
                f"(the first at {first:.2f} s)."
            )
        if not whole.all():
            damaged = int(np.sum(~whole))
            self._words["corrupt"] = f"{damaged} of {_count(count, 'frame')} decoded with visible damage."
        backwards = int(np.sum(stamps < np.maximum.accumulate(stamps)))
        if backwards:
            self._words["order"] = (
                f"{backwards} of {_count(count, 'frame')} have timestamps out of order; "
                "frames are taken as they come out of the decoder, with the timestamps sorted."
            )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
