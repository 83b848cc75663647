"""Which files can be decoded, told of many at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from temadapter.errors import VideoError
from temadapter.progress import track

FRAMES = "uniform(8)"
"""Where a thorough look is taken: all over the video."""


def try_decoding(
    paths: Iterable[Path], *, thorough: bool = False, workers: int | None = None
) -> Iterator[tuple[Path, str | None]]:
    """Yield each file with the reason why it cannot be decoded, or None where it can.

    Args:
        paths: Video files.
        thorough: Decode frames from all over each one, not the first one only; slow.
        workers: Threads; one per core when None.
    """
    todo = list(paths)
    attempt, title = (_decode, "Decoding videos") if thorough else (_open, "Opening videos")
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        yield from track(zip(todo, pool.map(attempt, todo), strict=True), title, total=len(todo))


def _decode(path: Path) -> str | None:
    from temadapter.video.decode import stream_frames
    from temadapter.video.sampling import get_sampler

    try:
        for _ in stream_frames(path, get_sampler(FRAMES), chunk=1):
            pass
    except VideoError as error:
        return str(error)
    return None


def _open(path: Path) -> str | None:
    """Decode the first frame."""
    from temadapter.video.probe import probe

    try:
        probe(path)
    except VideoError as error:
        return str(error)
    return None
