"""Decoding ahead of the encoder: threads that turn video files into pieces of prepared frames."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from temadapter.backbones.side_by_side import compute_alone
from temadapter.errors import TemAdapterError
from temadapter.features.provenance import Source, identify
from temadapter.progress import Steps
from temadapter.video.container import check_file
from temadapter.video.decode import SampledVideo, read_frames, stream_frames
from temadapter.video.sampling import Clips, Uniform
from temadapter.video.within import Span, Within

if TYPE_CHECKING:
    from temadapter.video.sampling import Sampler

PIECE_FRAMES = 64
Turn = Literal["mine", "done", "busy"]
WHOLE_BYTES = 32 * 2**20  # a video whose chosen frames fit in here is read in one piece


@dataclass(frozen=True)
class Job:
    """One video to read, or a part of it."""

    video_id: str
    path: Path
    span: Span | None = None


@dataclass(frozen=True)
class Piece:
    """Some of a video's frames, uint8 `(F, S, S, 3)`, with their times `(F,)` in seconds."""

    job: Job
    frames: NDArray[np.uint8]
    times: NDArray[np.float64]


@dataclass(frozen=True)
class End:
    """No more pieces come: the video was read (with `damage`), or it failed for `reason`, or it was not read.

    It is not read where it was done meanwhile (`skipped`), or where another process is at it (`busy`).
    """

    job: Job
    damage: tuple[str, ...] = ()
    source: Source | None = None
    skipped: bool = False
    busy: bool = False
    reason: str | None = None


class _StoppedError(Exception):
    """The consumer has gone: give the work up."""


def read_pieces(
    path: Path,
    sampler: Sampler,
    prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
    *,
    image_size: int,
    span: Span | None = None,
) -> Iterator[SampledVideo]:
    """Yield the chosen frames of one video, prepared, in pieces of bounded size.

    Videos with few chosen frames come in one piece: the decoder then looks more closely for damage.

    Raises:
        VideoError: If the file is not a video, or no frame of it can be decoded.
    """
    if span is not None:
        sampler = Within(sampler, span)
    count = _count(sampler)
    if count is not None and count * image_size**2 * 3 <= WHOLE_BYTES:
        yield read_frames(path, sampler, transform=prepare)
    else:
        yield from stream_frames(path, sampler, transform=prepare, chunk=PIECE_FRAMES)


def read_pieces_in_steps(
    path: Path,
    sampler: Sampler,
    prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
    *,
    image_size: int,
    steps: Steps,
    span: Span | None = None,
) -> Iterator[SampledVideo]:
    """Yield what `read_pieces` does; `steps` hears of `reading` and `decoding`, and may stop them at any frame.

    Raises:
        CancelledError: If `steps` says so.
    """
    total, done = _count(sampler), 0

    def watched(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        nonlocal done
        done += 1
        if total is not None:
            steps.at("decoding", done / total)
        steps.check()
        return prepare(frame)

    steps.at("reading", 0)
    for piece in read_pieces(path, sampler, watched, image_size=image_size, span=span):
        length = piece.info.duration or float(piece.times[-1]) or 1.0
        steps.at("decoding", 1 if total is not None else float(piece.times[-1]) / length)
        yield piece


def _count(sampler: Sampler) -> int | None:
    """Return how many frames a sampler chooses of any video; None where it depends on the video."""
    match sampler:
        case Uniform(frames=frames):
            return frames
        case Clips(clips=clips, length=length):
            return clips * length
        case Within(sampler=inner):
            return _count(inner)
    return None


class Readers:
    """Threads that read videos ahead; iterate to get `Piece`s and one `End` for each video.

    The pieces of one video come in order, those of different videos mixed. At most `workers` videos are under
    way and few pieces wait, so memory does not grow with the number or the length of videos.

    Args:
        jobs: The videos.
        sampler: Chooses their frames.
        prepare: Makes a frame square, in the reading thread.
        image_size: S, the side of a prepared frame in pixels.
        workers: How many threads.
        turn: Asked just before a video is read, since other processes may work on the same videos.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        sampler: Sampler,
        prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
        *,
        image_size: int,
        workers: int,
        turn: Callable[[Job], Turn],
    ) -> None:
        self._jobs, self._lock = iter(jobs), threading.Lock()
        self._sampler, self._prepare, self._image_size = sampler, prepare, image_size
        self._turn = turn
        self._queue: queue.Queue[Piece | End | None] = queue.Queue(maxsize=max(4, workers))
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self._ready = threading.Barrier(workers + 1)
        self._working = workers

    def __enter__(self) -> Readers:
        # Resizing in several threads at once must not start as many threads again for each of them. Setting
        # this in a thread also sets the default of the process, which is put back here.
        before = torch.get_num_threads()
        for thread in self._threads:
            thread.start()
        self._ready.wait()
        torch.set_num_threads(before)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def ready(self, frames: int) -> list[Piece | End]:
        """Return what was read since, up to about `frames` frames; wait for it; empty at the end of all."""
        items: list[Piece | End] = []
        count = 0
        while self._working and count < frames:
            try:
                item = self._queue.get(block=not items)
            except queue.Empty:
                break
            if item is None:
                self._working -= 1
                continue
            items.append(item)
            count += len(item.frames) if isinstance(item, Piece) else 0
        return items

    def _work(self) -> None:
        compute_alone()
        self._ready.wait()
        with suppress(_StoppedError):
            while True:
                with self._lock:
                    job = next(self._jobs, None)
                if job is None:
                    break
                self._read(job)
            self._put(None)

    def _read(self, job: Job) -> None:
        try:
            turn = self._turn(job)
            if turn != "mine":
                self._put(End(job, skipped=turn == "done", busy=turn == "busy"))
                return
            check_file(job.path)
            source = identify(job.path)
            damage: tuple[str, ...] = ()
            for part in read_pieces(
                job.path, self._sampler, self._prepared, image_size=self._image_size, span=job.span
            ):
                damage = part.damage
                self._put(Piece(job, part.frames, part.times))
            self._put(End(job, damage=damage, source=source))
        except _StoppedError:
            raise
        except Exception as error:  # whatever is wrong with one video must not stop the others
            self._put(End(job, reason=reason_of(error)))

    def _prepared(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._stop.is_set():
            raise _StoppedError
        return self._prepare(frame)

    def _put(self, item: Any) -> None:
        while not self._stop.is_set():
            with suppress(queue.Full):
                self._queue.put(item, timeout=0.1)
                return
        raise _StoppedError


def reason_of(error: Exception) -> str:
    """Return what to write about `error` in one line."""
    if isinstance(error, FileNotFoundError):
        return f"There is no file {error.filename}."
    text = " ".join(str(error).split())
    return text if isinstance(error, TemAdapterError) else f"{type(error).__name__}: {text}"
