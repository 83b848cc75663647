"""One video file under decoding: its packets, its pictures, and the record of what was broken."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import VideoError
from temadapter.video.engine import DecodeLog, decode_segments
from temadapter.video.packets import Segment, read_packets
from temadapter.video.picture import PictureMaker
from temadapter.video.probe import probe


class MissingFrameError(Exception):
    """A frame that the packets promised did not come out of the decoder whole (internal signal)."""


@dataclass(frozen=True, eq=False)
class Found:
    """What decoding the whole file gave: K frames in the order in which they came out.

    Attributes:
        times: float64 (K,) seconds, ascending.
        good: bool (K,) frames that the decoder did not mark as damaged.
        kept: Pictures already made, by frame number.
    """

    times: NDArray[np.float64]
    good: NDArray[np.bool_]
    kept: dict[int, NDArray[np.uint8]]


class Source:
    """Decodes one file for `read_frames` and `stream_frames`.

    Args:
        path: The file.
        transform: Applied to every picture, or None.
        budget: Bytes that all chosen pictures together may take, or None for no limit.

    Attributes:
        total: How many pictures are wanted in all, repeats included.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        transform: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] | None,
        *,
        budget: int | None = None,
    ) -> None:
        self.path, self.info, self.table = path, probe(path), read_packets(path)
        self.total = 0
        if self.info.duration is None:
            self.info = replace(self.info, duration=float(self.table.times[-1]) + self.table.frame_step)
        self._transform, self._budget = transform, budget
        self._make = PictureMaker()
        self._found: Found | None = None
        self._words: dict[str, str] = {}

    def share(self, frames: NDArray[np.int64]) -> float:
        """Return the share of all packets that must be decoded to see `frames`."""
        needed = sum(stop - start + 1 for start, stop in self.table.segments(frames))
        return needed / len(self.table.pts)

    def pictures(self, frames: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield (frame, picture) for `frames` (indices into the table's times, ascending, unique).

        Raises:
            MissingFrameError: A frame did not decode, or not whole.
        """
        index_of = dict(zip(self.table.position[frames].tolist(), frames.tolist(), strict=True))
        awaited = iter(frames.tolist())
        log = DecodeLog()
        try:
            for position, frame in decode_segments(self.path, self.table, self.table.segments(frames), log):
                index = index_of.pop(position, None) if position is not None else None
                if index is None:
                    continue
                if index != next(awaited) or frame.is_corrupt:
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
        stamps, corrupt, kept, log = array("d"), bytearray(), dict[int, NDArray[np.uint8]](), DecodeLog()
        wanted = set(keep.tolist())
        for number, (_, frame) in enumerate(self._everything(log)):
            stamps.append(self._stamp(frame, stamps))
            corrupt.append(bool(frame.is_corrupt))
            if number in wanted:
                kept[number] = self._picture(frame)
        if not stamps:
            raise VideoError(f"No frame of {self.path} can be decoded: the file is damaged.")
        times, good = np.array(stamps), np.frombuffer(corrupt, np.uint8) == 0
        self._found = Found(times=np.sort(times), good=good if good.any() else ~good, kept=kept)
        self._note_errors(log)
        self._note_found(times, int(np.sum(~good)))
        return self._found

    def nearest_good(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each of `times` the number of the nearest frame that `decode_all` found whole."""
        assert self._found is not None
        numbers = np.flatnonzero(self._found.good)
        good = self._found.times[numbers]
        after = np.clip(np.searchsorted(good, times), 0, len(good) - 1)
        before = np.maximum(after - 1, 0)
        nearest = np.where(times - good[before] <= good[after] - times, before, after)
        moved = np.flatnonzero(np.abs(good[nearest] - times) > 1e-6)
        if len(moved):
            there, wanted = good[nearest[moved[0]]], times[moved[0]]
            self._words["replaced"] = (
                f"{len(np.unique(times[moved]))} chosen frames could not be decoded whole; "
                f"the nearest good ones stand in for them (first: {there:.2f} s for {wanted:.2f} s)."
            )
        return numbers[nearest]

    def pictures_by_number(self, numbers: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield (number, picture) for `numbers` (ascending, unique) as `decode_all` counted them."""
        assert self._found is not None
        kept = self._found.kept
        if all(number in kept for number in numbers.tolist()):
            yield from ((number, kept.pop(number)) for number in numbers.tolist())
            return
        kept.clear()
        wanted = iter(numbers.tolist())
        awaited = next(wanted, None)
        for number, (_, frame) in enumerate(self._everything(DecodeLog())):
            if number == awaited:
                yield number, self._picture(frame)
                awaited = next(wanted, None)
                if awaited is None:
                    return

    def damage(self) -> tuple[str, ...]:
        """Return everything found to be broken so far, one sentence each."""
        resized = self._make.resized
        sizes = (f"{resized} frames had another size; they were scaled to that of the first.",)
        return (*self.table.damage, *self._words.values(), *(sizes if resized else ()))

    def _everything(self, log: DecodeLog) -> Iterator[tuple[int | None, Any]]:
        return decode_segments(self.path, self.table, [Segment(0, len(self.table.pts) - 1)], log)

    def _picture(self, frame: Any) -> NDArray[np.uint8]:
        picture = self._make(frame)
        if self._transform is not None:
            picture = np.asarray(self._transform(picture))
        needed = picture.nbytes * self.total
        if self._budget is not None and needed > self._budget:
            raise VideoError(
                f"{self.total} frames of {self.path} would take {needed / 2**30:.1f} GiB of memory: "
                "pass a transform that makes them smaller, choose fewer, or use stream_frames."
            )
        return picture

    def _stamp(self, frame: Any, before: array[float]) -> float:
        """Return the time of a decoded frame, in seconds; without timestamps, by the frame rate."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is not None:
            return self.table.seconds(stamp)
        return before[-1] + self.table.frame_step if before else 0.0

    def _note_errors(self, log: DecodeLog) -> None:
        if log.broken:
            first = self.table.seconds(int(self.table.pts[log.broken[0]]))
            count = len(log.broken)
            self._words["broken"] = f"{count} packets could not be decoded (the first near {first:.2f} s)."
        if log.errors and not self.table.damage:
            self._words["reading"] = f"Reading was interrupted by errors ({log.errors[0]})."

    def _note_found(self, times: NDArray[np.float64], corrupt: int) -> None:
        promised, count = len(self.table.times), len(times)
        if count < promised:
            self._words["missing"] = (
                f"{promised - count} of {promised} frames are missing: {count} can be decoded."
            )
        if corrupt:
            self._words["corrupt"] = f"{corrupt} of {count} frames were decoded with visible damage."
        backwards = int(np.sum(times < np.maximum.accumulate(times)))
        if backwards:
            self._words["order"] = (
                f"{backwards} of {count} frames have timestamps out of order; "
                "frames are taken as they come out of the decoder, with the timestamps sorted."
            )
