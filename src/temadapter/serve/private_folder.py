"""The folder that holds uploads: private to this user, removed at the end, also after a kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

PREFIX = "temadapter-serve-"


class PrivateFolder:
    """A new folder that only this user can enter. It is removed on exit.

    A server that was killed could not remove its folder. The next one does: a folder whose lock nobody holds
    belongs to no server any more.

    Args:
        parent: Where it is made; the system's folder for temporary files when None.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent or Path(tempfile.gettempdir())
        self._lock: int | None = None
        self.path = Path()

    def __enter__(self) -> PrivateFolder:
        remove_abandoned(self._parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._parent))  # mode 0700
        self._lock = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path.mkdir(
            mode=0o700, exist_ok=True
        )  # another server, starting now, may have taken it for abandoned
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_abandoned(parent: Path) -> None:
    """Remove the folders of servers of this user that are no longer running."""
    for folder in parent.glob(PREFIX + "*"):
        with suppress(OSError):
            state = folder.lstat()
            if state.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
                continue
            lock = os.open(folder / ".lock", os.O_RDWR)  # without one: a server that is just starting
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
