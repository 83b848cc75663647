"""Filling a feature store: decode in threads, encode in batches across videos, write each video once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from temadapter.backbones.base import frame_preparation
from temadapter.errors import ConfigError, DataError
from temadapter.features.leases import Leases
from temadapter.features.pending import ExtractionReport, VideoItem, pending
from temadapter.features.prefetch import End, Job, Piece, Readers, Turn, read_pieces_in_steps
from temadapter.features.shards import Shard
from temadapter.features.store import Failure, FeatureStore, VideoFeatures
from temadapter.memory import kept_memory
from temadapter.progress import Bar, Steps, bar

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.video.sampling import Sampler

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between two looks at what other processes are encoding
__all__ = ["ExtractionReport", "encode_video", "extract", "pending"]

BATCH_FRAMES = 256  # handed to the backbone at once, from several videos; it divides them as it needs
LOOK_FRAMES = 16  # of one video between two reports of progress: a person waits, and may cancel


def extract(
    videos: Iterable[VideoItem],
    store: FeatureStore,
    backbone: Backbone,
    sampler: Sampler,
    *,
    workers: int | None = None,
    limit: int | None = None,
    shard: Shard | None = None,
    why_missing: Callable[[str], str] | None = None,
    shown: bool = True,
) -> ExtractionReport:
    """Encode every video that `store` does not have yet.

    It may be killed at any moment and started again: nothing is lost, and nothing that was finished is done
    again. A video that cannot be read is noted with its reason and does not stop the others; it is tried
    again next time. A video file whose content has changed since is encoded anew.

    Several processes may fill one store: they share the videos, and each returns when all of its own are there.

    Args:
        videos: Each video's id and its file; a third value `(start, end)` is the part that is looked at, in
            seconds. Different parts of a video need different ids (`temadapter.data.question.video_entry`).
        store: Made for this backbone and this sampler.
        backbone: Encodes the frames.
        sampler: Chooses the frames.
        workers: Threads that decode ahead; one per core where it is None.
        limit: Only the first so many videos.
        shard: Only one part of them, for as many processes or machines as there are parts.
        why_missing: Says of a video (by its id) whose file is not there what is wrong; without it, the failure
            says which file was looked for.
        shown: Whether a bar shows how far it is.

    Raises:
        ConfigError: If the store was made for another backbone or sampler, or `workers` is below 1.
        DataError: If one id stands for two files.
    """
    if (store.key.fingerprint, store.key.sampler) != (backbone.fingerprint, sampler.name):
        raise ConfigError(
            f"The feature store {store.folder} is for the sampler {store.key.sampler} and the backbone "
            f"{store.key.name} ({store.key.fingerprint}), not for {sampler.name} and {backbone.name} "
            f"({backbone.fingerprint})."
        )
    jobs = distinct_jobs(videos)[:limit]
    jobs = jobs if shard is None else shard.select(jobs)
    started = time.perf_counter()
    todo = pending([(job.video_id, job.path, job.span) for job in jobs], store)
    store.repair()
    threads = max(1, min(_cores() if workers is None else _at_least_one(workers), len(todo)))
    run = _Run(store, backbone, skipped=len(jobs) - len(todo), why_missing=why_missing)
    store.resolve_failures({job.video_id for job in jobs} - {video_id for video_id, *_ in todo})
    if todo:
        store.create()
        running = bar("Extracting features", len(todo)) if shown else nullcontext(Bar(None, None))
        with kept_memory(), running as progress, Leases(store.folder) as leases:
            run.leases = leases
            left = [Job(*video) for video in todo]
            while left:
                _wait_for_one(left, run)
                readers = Readers(
                    left,
                    sampler,
                    frame_preparation(backbone),
                    image_size=backbone.image_size,
                    workers=threads,
                    turn=run.turn,
                )
                with readers:
                    while items := readers.ready(BATCH_FRAMES):
                        run.take(items, progress)
                left, run.busy = run.busy, []
    return ExtractionReport(
        run.done, run.skipped, tuple(run.failed), run.frames, time.perf_counter() - started
    )


def _wait_for_one(jobs: Sequence[Job], run: _Run) -> None:
    """Wait until one of the videos is no longer in another process's hands."""
    pause = FIRST_PAUSE
    while not any(run.is_free(job) for job in jobs):
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def encode_video(
    path: Path, backbone: Backbone, sampler: Sampler, *, steps: Steps | None = None
) -> VideoFeatures:
    """Encode one video without a store, to the same features that a store would give.

    Args:
        path: The video file.
        backbone: Encodes the frames.
        sampler: Chooses the frames.
        steps: Hears of the phases `reading`, `decoding` and `looking`, and may stop them.

    Raises:
        VideoError: If the file is not a video, or no frame of it can be decoded.
        CancelledError: If `steps` says so.
    """
    steps = steps or Steps()
    features, times = [], []
    damage: tuple[str, ...] = ()
    prepare, size = frame_preparation(backbone), backbone.image_size
    for piece in read_pieces_in_steps(path, sampler, prepare, image_size=size, steps=steps):
        for start in range(0, len(piece.frames), LOOK_FRAMES):
            steps.at("looking", start / len(piece.frames))
            features.append(backbone.encode_frames(piece.frames[start : start + LOOK_FRAMES]).half())
        times.append(piece.times)
        damage = piece.damage
    steps.at("looking", 1)
    return VideoFeatures(torch.cat(features).float(), torch.from_numpy(np.concatenate(times)), damage)


@dataclass
class _Run:
    """What has come of an extraction so far, and the videos that are half read."""

    store: FeatureStore
    backbone: Backbone
    skipped: int = 0
    why_missing: Callable[[str], str] | None = None
    done: int = 0
    frames: int = 0
    failed: list[Failure] = field(default_factory=list)
    busy: list[Job] = field(default_factory=list)
    leases: Leases | None = None
    parts: dict[str, list[tuple[Tensor, Tensor]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._failing = {failure.video_id for failure in self.store.failures()}

    def turn(self, job: Job) -> Turn:
        """Claim a video for this process, unless it was encoded meanwhile or another process is at it."""
        if self.store.has(job.video_id, job.path):
            return "done"
        if self.leases is None:
            return "mine"
        name = self.store.file(job.video_id).name
        if not self.leases.claim(name):
            return "busy"
        if self.store.has(job.video_id, job.path):  # between the first look and the claim
            self.leases.release(name)
            return "done"
        return "mine"

    def is_free(self, job: Job) -> bool:
        """Tell whether no other process is at a video, or it is encoded by now."""
        if self.leases is None or self.leases.is_free(self.store.file(job.video_id).name):
            return True
        return self.store.has(job.video_id, job.path)

    def take(self, items: Sequence[Piece | End], progress: Bar) -> None:
        """Encode the pieces among `items` together, and write the videos that have ended."""
        pieces = [item for item in items if isinstance(item, Piece)]
        if pieces:
            encoded = self.backbone.encode_frames(np.concatenate([piece.frames for piece in pieces]))
            kept = encoded if encoded.dtype == torch.uint8 else encoded.half()  # pixels, or features
            parts = torch.split(kept, [len(piece.times) for piece in pieces])
            for piece, part in zip(pieces, parts, strict=True):
                times = torch.from_numpy(piece.times)
                self.parts.setdefault(piece.job.video_id, []).append((part, times))
            self.frames += len(encoded)
        for item in items:
            if isinstance(item, End) and item.busy:
                self.busy.append(item.job)
            elif isinstance(item, End):
                self._finish(item)
                progress.advance()

    def _finish(self, end: End) -> None:
        reason = None if end.skipped else self._outcome(end)
        if self.leases is not None and not end.skipped:
            self.leases.release(self.store.file(end.job.video_id).name)
        if reason is not None:
            self.failed.append(Failure(end.job.video_id, str(end.job.path), reason))
            self.store.add_failure(self.failed[-1])
            return
        self.skipped, self.done = self.skipped + end.skipped, self.done + (not end.skipped)
        if end.job.video_id in self._failing:
            self.store.resolve_failures([end.job.video_id])

    def _outcome(self, end: End) -> str | None:
        """Store a video that was read; return what is wrong with it, if anything is."""
        video_id = end.job.video_id
        parts = self.parts.pop(video_id, [])
        if end.reason is None:
            return self._write(end, parts)
        if self.why_missing is not None and not os.path.lexists(end.job.path):
            return f"{self.why_missing(video_id)}."
        return end.reason

    def _write(self, end: End, parts: list[tuple[Tensor, Tensor]]) -> str | None:
        """Write a video that was read to its end; return what is wrong with its features, if anything is."""
        if not parts:
            return "No frame was chosen from it."
        features, times = (torch.cat(column) for column in zip(*parts, strict=True))
        try:
            self.store.write(
                end.job.video_id, features=features, times=times, damage=end.damage, source=end.source
            )
        except DataError as error:
            return str(error)
        return None


def distinct_jobs(videos: Iterable[VideoItem]) -> list[Job]:
    """Return each video once.

    Raises:
        DataError: If one id stands for two files, or two parts of one.
    """
    jobs: dict[str, Job] = {}
    for video in videos:
        job = Job(*video)
        known = jobs.setdefault(job.video_id, job)
        if known != job:
            what = "files" if known.path != job.path else "parts of a file"
            raise DataError(
                f"The video id {job.video_id!r} stands for two {what}, {known.path} and {job.path}; give each its own."
            )
    return list(jobs.values())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _at_least_one(workers: int) -> int:
    if workers < 1:
        raise ConfigError(f"--workers must be at least 1, not {workers}.")
    return workers
