"""What the features of a video were made from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

IMPORTED = "imported_row"
Source = dict[str, int | str]


def source_state(path: Path) -> Source:
    """Return what tells one version of a file from another at a glance: its size and time of change in ns."""
    state = path.stat()
    return {"bytes": state.st_size, "changed_ns": state.st_mtime_ns}


def identify(path: Path) -> Source:
    """Return `source_state` and the file's SHA-256: a copy of the file, or a touched one, has the same."""
    return source_state(path) | {"sha256": _sha256(path)}


def imported_state(row: int) -> Source:
    """Return the source of features that somebody else made: the row of their file in which they stood."""
    return {IMPORTED: row}


def current_source(source: Mapping[str, int | str] | None, path: Path | None) -> Source | None:
    """Return the source that features made from `source` have now, None where the file at `path` is another.

    Size and time of change decide where both are as they were. Where only the time differs (the file was
    copied, touched, or replaced by one of the same size) its content is compared, and the answer has the new
    time. Imported features are good for every version of the file: nobody could make them again. So are any
    features where there is no file to compare with.
    """
    own = dict(source or {})
    if path is None or IMPORTED in own or not os.path.exists(path):
        return own
    now = source_state(path)
    if now.items() <= own.items():
        return own
    if own.get("bytes") == now["bytes"] and "sha256" in own and own["sha256"] == _sha256(path):
        return own | now
    return None


def _sha256(path: Path) -> str:
    state = path.stat()
    return _digest(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=1024)
def _digest(path: Path, size: int, changed_ns: int) -> str:
    """Return SHA-256 of a file; many parts of one video, and many questions about it, hash it once."""
    del size, changed_ns  # they tell versions of the file apart
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
