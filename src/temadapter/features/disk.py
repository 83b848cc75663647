"""A full disk, told in a sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from temadapter.errors import StorageError


@contextmanager
def room_on_disk(folder: Path) -> Iterator[None]:
    """Say in a sentence that the disk under `folder` is full, where the block fails for that.

    Raises:
        StorageError: It is full, or a quota is used up.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StorageError(
            f"The disk is full ({folder}). What was written before is whole: make room and start again; it goes on "
            "where it stopped."
        ) from error
