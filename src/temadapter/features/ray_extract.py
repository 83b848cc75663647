"""Filling a feature store with Ray: decoders and encoders on every machine of a cluster, or every core of this one.

Only paths travel to the workers, and only what became of them travels back; features go straight into the store,
which all machines must see under the same path. Workers claim videos as any other process does (`leases`), so that a
worker that dies, or another program on the same store, costs nothing twice.
"""

from __future__ import annotations

import logging
import math
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import ConfigError
from temadapter.features.encode_videos import distinct_jobs, extract
from temadapter.features.leases import Leases
from temadapter.features.pending import ExtractionReport, VideoItem, pending
from temadapter.features.prefetch import Job
from temadapter.features.store import Failure, FeatureStore
from temadapter.progress import Bar, bar, say

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone

TOGETHER = 8  # videos that a worker gets at once: what is asked again when it dies
LONGEST_FOLDER = 40  # characters; Ray's sockets lie below it and may have 107 in all
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
}


@dataclass(frozen=True)
class WorkerSetup:
    """What a worker needs to know to begin.

    Args:
        root: The folder of all stores, as every machine sees it.
        sampler: The frame sampler's name.
        load: Loads the backbone, in the worker.
        threads: Decoding threads of a worker.
        gpus: How many GPUs, or what part of one, a worker needs.
    """

    root: Path
    sampler: str
    load: Callable[[], Backbone]
    threads: int = 1
    gpus: float = 0.0


class Worker:
    """Holds a backbone and a store in one of Ray's processes; called with some videos at a time."""

    def __init__(self, setup: WorkerSetup) -> None:
        import torch

        from temadapter.video.sampling import get_sampler

        torch.set_num_threads(setup.threads)
        self._threads, self._backbone = setup.threads, setup.load()
        self._sampler = get_sampler(setup.sampler)
        self._store = FeatureStore(setup.root.absolute(), backbone=self._backbone, sampler=self._sampler.name)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Encode videos; return for each its id, why it failed ("" if it did not), and whether it was there."""
        columns = (batch[name].tolist() for name in ("id", "path", "start", "end"))
        videos: list[VideoItem] = []
        for video_id, path, start, end in zip(*columns, strict=True):
            span = None if math.isnan(start) and math.isnan(end) else (_second(start), _second(end))
            videos.append((_text(video_id), Path(_text(path)), span))
        there = {video[0] for video in videos} - {video[0] for video in pending(videos, self._store)}
        report = extract(
            videos, self._store, self._backbone, self._sampler, workers=self._threads, shown=False
        )
        failed = {failure.video_id: failure.reason for failure in report.failed}
        ids = [video[0] for video in videos]
        return {
            "id": [_bytes(video_id) for video_id in ids],
            "reason": [failed.get(video_id, "") for video_id in ids],
            "there": [video_id in there for video_id in ids],
            "frames": [report.frames, *[0] * (len(ids) - 1)],
        }


def extract_with_ray(
    videos: Iterable[VideoItem],
    store: FeatureStore,
    setup: WorkerSetup,
    *,
    concurrency: int | None = None,
    address: str | None = None,
    why_missing: Callable[[str], str] | None = None,
) -> ExtractionReport:
    """Encode every video that `store` does not have yet, in the processes of a Ray cluster.

    The store is the same bit for bit as that of `extract`. A video that kills the process which decodes it fails,
    and does not take others with it.

    Args:
        videos: As in `extract`.
        store: Of the same backbone and sampler as `setup`.
        setup: What the workers do.
        concurrency: How many workers; one per core of the cluster when None.
        address: Of a cluster that is running ("auto", "host:6379"); None starts one on this machine.
        why_missing: As in `extract`.

    Raises:
        ConfigError: Ray is not installed, or the cluster cannot be reached.
    """
    began = time.perf_counter()
    jobs = distinct_jobs(videos)
    todo = {job.video_id: job for job in jobs}
    for job in jobs:
        if store.has(job.video_id, job.path):
            del todo[job.video_id]
    store.repair()
    store.resolve_failures({job.video_id for job in jobs} - todo.keys())
    failed: dict[str, Failure] = {}
    frames = 0
    if todo:
        store.create()
        with _cluster(address) as ray, bar("Extracting features", len(todo)) as progress:
            workers = concurrency or max(1, int(ray.cluster_resources().get("CPU", 1)) // setup.threads)
            for careful in (False, True):  # what died with others is asked again alone
                left = [job for video_id, job in todo.items() if video_id not in failed]
                left = [job for job in left if not _is_done(store, job)] if careful else left
                if left:
                    frames += _round(left, setup, min(workers, len(left)), failed, progress, careful)
        with Leases(store.folder):  # clears what workers that died had claimed
            pass
        for job in todo.values():
            if job.video_id not in failed and not _is_done(store, job):
                reason = "The process that decoded it died each time."
                failed[job.video_id] = Failure(job.video_id, str(job.path), reason)
                store.add_failure(failed[job.video_id])
    reports = tuple(_explained(failure, why_missing) for failure in failed.values())
    done = len(todo) - len(failed)
    return ExtractionReport(done, len(jobs) - len(todo), reports, frames, time.perf_counter() - began)


def _round(
    jobs: Sequence[Job],
    setup: WorkerSetup,
    workers: int,
    failed: dict[str, Failure],
    progress: Bar,
    careful: bool,
) -> int:
    """Let the workers encode some videos; return how many frames. Blocks that a dying worker takes along are lost."""
    data = import_module("ray.data")
    context = data.DataContext.get_current()
    context.max_errored_blocks, context.enable_progress_bars = -1, False
    together = 1 if careful else TOGETHER
    by_id = {job.video_id: job for job in jobs}
    items = [
        {
            "id": _bytes(job.video_id),
            "path": _bytes(str(job.path.absolute())),
            "start": _number(job, 0),
            "end": _number(job, 1),
        }
        for job in jobs
    ]
    results = data.from_items(items, override_num_blocks=-(-len(items) // together)).map_batches(
        Worker,
        fn_constructor_args=(setup,),
        batch_size=together,
        compute=data.ActorPoolStrategy(size=workers),
        num_cpus=setup.threads,
        num_gpus=setup.gpus or None,
        ray_remote_args_fn=lambda: {"max_restarts": -1, "max_task_retries": 0 if careful else 1},
    )
    frames = 0
    for row in _rows(results):
        video_id = _text(row["id"])
        frames += int(row["frames"])
        if row["reason"]:
            failed[video_id] = Failure(video_id, str(by_id[video_id].path), str(row["reason"]))
        progress.advance()
    return frames


def _rows(results: Any) -> Iterator[dict[str, Any]]:
    """Yield what the workers told; end early where none of them is left."""
    errors = import_module("ray.exceptions")
    try:
        yield from results.iter_rows()
    except errors.RayError as error:
        say(f"Ray stopped ({type(error).__name__}); what is missing is tried again.")


def _is_done(store: FeatureStore, job: Job) -> bool:
    return store.has(job.video_id, job.path)


def _explained(failure: Failure, why_missing: Callable[[str], str] | None) -> Failure:
    if why_missing is None or os.path.lexists(failure.path):
        return failure
    return Failure(failure.video_id, failure.path, f"{why_missing(failure.video_id)}.")


@contextmanager
def _cluster(address: str | None) -> Iterator[Any]:
    """Yield Ray, connected to a cluster; one that was started here is stopped at the end.

    Ray reports nothing home, keeps its sockets where their names are short enough, and prints nothing: what it would
    write to stdout of dying workers is not data.

    Raises:
        ConfigError: It is not installed, or does not start.
    """
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    try:
        ray: Any = import_module("ray")
        import_module("ray.data")
    except ImportError as error:
        raise ConfigError(
            f"--distributed ray needs Ray (pip install 'temadapter[ray]'), which cannot be imported: {error}."
        ) from error
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    mine = not ray.is_initialized()
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(redirect_stdout(stack.enter_context(open(os.devnull, "w", encoding="utf-8"))))
        if mine:
            _start(ray, address)
            stack.callback(ray.shutdown)
        yield ray


def _start(ray: Any, address: str | None) -> None:
    options: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address is None:
        options |= {"include_dashboard": False, "_temp_dir": _short_folder()}
    try:
        ray.init(address=address or "local", **options)
    except Exception as error:  # Ray raises many kinds
        where = f"The Ray cluster at {address} cannot be reached" if address else "Ray does not start here"
        raise ConfigError(f"{where}: {' '.join(str(error).split())[:300]}") from error


def _short_folder() -> str:
    usual = os.path.join(tempfile.gettempdir(), "ray")
    return usual if len(usual) <= LONGEST_FOLDER else "/tmp/ray"


def _number(job: Job, place: int) -> float:
    second = None if job.span is None else job.span[place]
    return float("nan") if second is None else second


def _second(value: float) -> float | None:
    return None if math.isnan(value) else value


def _bytes(text: str) -> bytes:
    """Return a name as Arrow can hold it, whatever bytes are in it."""
    return text.encode("utf-8", "surrogatepass")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogatepass")
