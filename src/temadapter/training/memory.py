"""Memory that a training step gives back is kept for the next one."""

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
    """Let glibc's `malloc` keep what is freed while the block runs.

    It asks the system for every large tensor anew, and the system clears each page: a tenth to a quarter of a training
    step's time on a CPU (`benchmarks/adapter_step.py`). Afterwards the memory goes back. Other C libraries are left
    as they are.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not (hasattr(library, "mallopt") and hasattr(library, "malloc_trim")):
        yield
        return
    library.mallopt(_MMAP_MAX, _NO_MMAPS)
    library.mallopt(_TRIM_THRESHOLD, _NEVER_TRIM)
    try:
        yield
    finally:
        library.mallopt(_MMAP_MAX, _USUAL_MMAPS)
        library.mallopt(_TRIM_THRESHOLD, _USUAL_TRIM)
        library.malloc_trim(0)
