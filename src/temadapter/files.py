"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is flushed to disk and renamed to `path`.

    The parent folder is made if it is missing. The file gets the permissions that any new file gets (those of
    the umask), whatever wrote it: safetensors makes files that only their owner may read. When the block
    raises, the temporary file is removed and whatever stood at `path` stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Processes of several machines may share the folder, and have the same number.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(3)}.partial")
    try:
        temporary.touch()
        usual = temporary.stat().st_mode
        yield temporary
        if temporary.stat().st_mode != usual:
            temporary.chmod(stat.S_IMODE(usual))
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if str(error.filename) == str(temporary):  # nobody knows the file by that name
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_text_atomic(path: Path, text: str) -> None:
    """Write `text` (UTF-8) to `path` in one step: readers see the old file or the new one."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
