"""The chosen frames of a video as an array, decoding no more than is needed for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import ConfigError, VideoError
from temadapter.progress import one_line
from temadapter.video.probe import VideoInfo
from temadapter.video.sampling import Sampler, choose_frames
from temadapter.video.source import MissingFrameError, Source

Transform = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]

MAX_BYTES = 2**30
"""`read_frames` refuses to hold more than this; `stream_frames` has no such limit."""

_NEARLY_ALL = 0.8  # share of packets from which on all are decoded, to learn of all damage


@dataclass(frozen=True, eq=False)
class SampledVideo:
    """Frames chosen from one video.

    Attributes:
        frames: uint8 RGB, upright, shape (F, H, W, 3), or whatever the transform made of each frame.
        times: float64 (F,) seconds from the start of the file at which each frame appears.
        damage: What was broken in the file, one sentence each; empty for a sound file.
        info: The facts about the file.
    """

    frames: NDArray[np.uint8]
    times: NDArray[np.float64]
    damage: tuple[str, ...]
    info: VideoInfo

    def __post_init__(self) -> None:
        if len(self.frames) != len(self.times):
            raise ValueError(f"{len(self.frames)} frames but {len(self.times)} times.")

    def __len__(self) -> int:
        return len(self.frames)


def read_frames(
    path: str | os.PathLike[str], sampler: Sampler, *, transform: Transform | None = None
) -> SampledVideo:
    """Return the frames of the video at `path` that `sampler` chooses, in its order.

    Memory does not grow with the length or resolution of the video when `transform` makes the frames small.
    A chosen frame that cannot be decoded is replaced by the nearest one that can, and `damage` says so.

    Args:
        path: Any video file that FFmpeg can read.
        sampler: What `get_sampler` returns, or any object with `name` and `choose`.
        transform: Applied to each chosen frame, uint8 (H, W, 3), as it is decoded; usually
            `lambda frame: resize(frame, 224, mode="crop")`.

    Example:
        >>> video = read_frames("crossing.mp4", get_sampler("uniform(24)"))  # doctest: +SKIP
        >>> video.frames.shape, video.times[:2]  # doctest: +SKIP
        ((24, 432, 768, 3), array([0.56, 1.84]))

    Raises:
        VideoError: The file is not a video, no frame of it can be decoded, or the frames would take more
            than 1 GiB.
        ConfigError: The sampler chose frames that do not exist, or the transform's results do not fit together.
    """
    shelf = _Shelf()
    with Source(path, transform, budget=MAX_BYTES) as source:
        for chosen in _sample(source, sampler, thorough=True):
            shelf.put(chosen, room=chosen.total)
        if not shelf.count:
            raise VideoError(f"No frame was chosen from {one_line(path)}: {sampler.name} returned nothing.")
        return shelf.take(source)


def stream_frames(
    path: str | os.PathLike[str],
    sampler: Sampler,
    *,
    transform: Transform | None = None,
    chunk: int = 64,
) -> Iterator[SampledVideo]:
    """Yield the frames that `sampler` chooses in pieces of `chunk` frames, for videos of any length.

    Each piece's `damage` is everything found so far; the last piece has all of it.

    Args:
        path: Any video file that FFmpeg can read.
        sampler: As in `read_frames`.
        transform: As in `read_frames`.
        chunk: Frames in a piece; the last may have fewer.

    Raises:
        ConfigError: `chunk` is below 1.
        VideoError: The file is not a video, or no frame of it can be decoded.
    """
    if chunk < 1:
        raise ConfigError(f"chunk must be at least 1 frame, not {chunk}.")
    shelf = _Shelf()
    with Source(path, transform) as source:
        for chosen in _sample(source, sampler, thorough=False):
            if shelf.count == chunk:
                yield shelf.take(source)
            shelf.put(chosen, room=min(chunk, chosen.total))
        if shelf.count:
            yield shelf.take(source)


class _Chosen(NamedTuple):
    total: int
    time: float
    picture: NDArray[np.uint8]


class _Shelf:
    """Collects pictures in one block of memory: many small ones among the decoder's buffers would tear it up."""

    def __init__(self) -> None:
        self.count = 0
        self._frames: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._times: NDArray[np.float64] = np.empty(0)

    def put(self, chosen: _Chosen, *, room: int) -> None:
        """Add a picture; the first one makes room for `room` of its shape."""
        if not self.count:
            self._frames = np.empty((room, *chosen.picture.shape), np.uint8)
            self._times = np.empty(room)
        self._frames[self.count], self._times[self.count] = chosen.picture, chosen.time
        self.count += 1

    def take(self, source: Source) -> SampledVideo:
        """Hand out what was collected and begin anew."""
        count, self.count = self.count, 0
        return SampledVideo(self._frames[:count], self._times[:count], source.damage(), source.info)


def _sample(source: Source, sampler: Sampler, *, thorough: bool) -> Iterator[_Chosen]:
    """Yield the chosen frames in the sampler's order.

    Sound files: only the packets that the chosen frames need. Files whose timestamps cannot be trusted,
    samplers that count frames, and files in which a chosen frame turns out to be missing: all packets are
    decoded once (without making pictures of them) to learn which frames there truly are. `thorough` does so
    too where it costs little.
    """
    by_count = bool(getattr(sampler, "counts_frames", False))
    promised = source.table.times
    done = 0
    if source.table.ordered and not by_count:
        choice = _choose(sampler, promised, source)
        source.total = len(choice)
        if not (thorough and source.share(np.unique(choice)) > _NEARLY_ALL):
            try:
                for index, picture in _in_order(choice, source.pictures(np.unique(choice))):
                    yield _Chosen(len(choice), float(promised[index]), picture)
                    done += 1
                return
            except MissingFrameError:
                pass  # go on below, with what can truly be decoded
    guess = _choose(sampler, promised, source) if thorough else np.empty(0, np.int64)
    source.total = len(guess)
    found = source.decode_all(keep=np.unique(guess))
    if by_count or not source.table.ordered:
        choice = _choose(sampler, found.times, source)
        if not by_count:
            choice = source.nearest_good(found.times[choice])
    else:
        choice = source.nearest_good(promised[_choose(sampler, promised, source)])
    source.total, rest = len(choice), choice[done:]
    for index, picture in _in_order(rest, source.pictures_by_number(np.unique(rest))):
        yield _Chosen(len(choice), float(found.times[index]), picture)


def _choose(sampler: Sampler, times: NDArray[np.float64], source: Source) -> NDArray[np.int64]:
    """Ask the sampler and check its answer."""
    choice = np.asarray(choose_frames(sampler, times, end=source.table.end), dtype=np.int64)  # type: ignore[arg-type]
    if len(choice) and (choice.min() < 0 or choice.max() >= len(times)):
        raise ConfigError(
            f"The sampler {sampler.name} chose frames {choice.min()} to {choice.max()} of a video that has "
            f"{len(times)}: its `choose` must return indices from 0 to {len(times) - 1}."
        )
    return choice


def _in_order(
    choice: NDArray[np.int64], pictures: Iterator[tuple[int, NDArray[np.uint8]]]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield (index, picture) in the order of `choice` from `pictures`, which ascend and come once each.

    A picture is held only until its last use.
    """
    last_use = np.zeros(len(choice), bool)
    last_use[len(choice) - 1 - np.unique(choice[::-1], return_index=True)[1]] = True
    held: dict[int, NDArray[np.uint8]] = {}
    for place, index in enumerate(choice.tolist()):
        while index not in held:
            number, picture = next(pictures)
            held[number] = picture
        yield index, held[index]
        if last_use[place]:
            del held[index]
