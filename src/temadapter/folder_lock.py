"""One holder of a folder at a time: two processes that write one run would mix their files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from temadapter.errors import ConfigError


@contextmanager
def sole_holder(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder, which is made if it is missing, while the block runs.

    The lock is on the folder itself: it leaves no file, and ends with its process however that ends. Where the
    system has no such locks (Windows, some network file systems) nobody is kept out.

    Args:
        folder: What is held.
        what: What the holder does, for the others' message: "a run".

    Raises:
        ConfigError: Another process holds it.
    """
    made = not folder.exists()
    handle = _open(folder)
    if handle is None:
        yield
        return
    try:
        if not _lock(handle):
            raise ConfigError(
                f"Another process is writing {what} in {folder} right now. Wait until it has ended, or name another "
                "folder."
            )
        yield
    except BaseException:
        if made:
            _remove_if_empty(folder)
        raise
    finally:
        os.close(handle)


def _open(folder: Path) -> int | None:
    if os.name != "posix" or (folder.exists() and not folder.is_dir()):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _lock(handle: int) -> bool:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
