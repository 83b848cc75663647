"""Memory that a step (of training, of encoding, of drawing) gives back is kept for the next one."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # parameters of mallopt, see `man mallopt`
_USUAL_TRIM, _USUAL_MMAPS = 128 * 1024, 65_536
_NEVER_TRIM, _NO_MMAPS = -1, 0


@contextmanager
def kept_memory() -> Iterator[None]:
    """Let glibc's `malloc` keep what is freed while the block runs; afterwards the memory goes back.

    It asks the system for every large array anew, and the system clears each page: a tenth to a quarter of the time of
    a training step on a CPU (`benchmarks/adapter_step.py`), of encoding frames and of drawing videos. Other C libraries
    are left as they are.
    """
    library = _glibc()
    if library is None:
        yield
        return
    _keep(library)
    try:
        yield
    finally:
        library.mallopt(_MMAP_MAX, _USUAL_MMAPS)
        library.mallopt(_TRIM_THRESHOLD, _USUAL_TRIM)
        library.malloc_trim(0)


def keep_memory() -> None:
    """Do what `kept_memory` does until this process ends: for processes that do one kind of work only."""
    library = _glibc()
    if library is not None:
        _keep(library)


def _glibc() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def _keep(library: ctypes.CDLL) -> None:
    library.mallopt(_MMAP_MAX, _NO_MMAPS)
    library.mallopt(_TRIM_THRESHOLD, _NEVER_TRIM)
