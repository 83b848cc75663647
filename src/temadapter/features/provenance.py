"""What the features of a video were made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

IMPORTED = "imported_row"


def source_state(path: Path) -> dict[str, int]:
    """Return what tells one version of a file from another: its size in bytes and time of change in ns."""
    state = path.stat()
    return {"bytes": state.st_size, "changed_ns": state.st_mtime_ns}


def imported_state(row: int) -> dict[str, int]:
    """Return the source of features that somebody else made: the row of their file in which they stood."""
    return {IMPORTED: row}


def is_current(source: Mapping[str, int] | None, wanted: Mapping[str, int] | None) -> bool:
    """Tell whether features made from `source` are good for a video file in the state `wanted`.

    Imported features are good for every version of the file: nobody could make them again. So are any
    features where no version is wanted (None).
    """
    return wanted in (None, source) or IMPORTED in (source or {})
