"""Writing files so that a reader never sees half of one, and a full disk is told in a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from temadapter.errors import StorageError, TemAdapterError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room, a quota that is used up, a file larger than this process may write."""
STALE_SECONDS = 600
"""A half-written file this old belongs to a process that was killed, wherever it ran."""

_CODE_OF_RUST = re.compile(r"\(os error (\d+)\)")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is flushed to disk and renamed to `path`.

    The parent folder is made if it is missing. The file gets the permissions that any new file gets (those of
    the umask), whatever wrote it: safetensors makes files that only their owner may read. When the block
    raises, the temporary file is removed and whatever stood at `path` stays as it was. A process that is killed
    leaves it behind: see `remove_leftovers`.

    Raises:
        StorageError: The disk is full, whatever error the library that writes makes of that.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{_this_machine()}{secrets.token_hex(3)}.partial")
    try:
        with room_on_disk(path.parent, probe=temporary):
            path.parent.mkdir(parents=True, exist_ok=True)
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


@contextmanager
def room_on_disk(folder: Path, *, probe: Path | None = None) -> Iterator[None]:
    """Say in a sentence that the disk under `folder` is full, where the block fails for that.

    Args:
        folder: What the message names.
        probe: A file that the block writes. Libraries in other languages have errors of their own for a full disk
            (torch a RuntimeError about positions, safetensors one of its own): a few more bytes at its end tell.

    Raises:
        StorageError: It is full, a quota is used up, or the file may not grow any further.
    """
    try:
        yield
    except TemAdapterError:
        raise
    except Exception as error:
        if not _tells_of_full_disk(error) and not (probe is not None and _cannot_grow(probe)):
            raise
        raise StorageError(
            f"The disk is full ({folder}). What was written before is whole: make room and give the command again; it "
            "goes on where it stopped (train with --resume)."
        ) from error


def _tells_of_full_disk(error: BaseException | None) -> bool:
    """Tell whether an error, or one that it was raised in place of, is that of a full disk."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if (code := _CODE_OF_RUST.search(str(error))) and int(code[1]) in _FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def _cannot_grow(file: Path) -> bool:
    try:
        with file.open("ab") as handle:
            handle.write(bytes(1 << 16))
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        return error.errno in _FULL
    return False


def leftovers(folder: Path, names: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Return what writers of files with these names (any, by default), killed while they wrote, left in a folder.

    >>> leftovers(Path("no such folder"), ["config.yaml"])
    ()
    """
    known = ".+" if names is None else "|".join(map(re.escape, names))
    wanted = re.compile(rf"\.(?:{known})\.\d+(?:-[0-9a-f]+)?\.partial")
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry for entry in folder.iterdir() if wanted.fullmatch(entry.name)))


def remove_leftovers(folder: Path, names: Iterable[str] | None = None) -> None:
    """Remove `leftovers`. Only for who knows that nobody else writes there now (see `folder_lock`)."""
    for file in leftovers(folder, names):
        file.unlink(missing_ok=True)


def remove_abandoned(folder: Path) -> None:
    """Remove the `leftovers` of processes that have ended, in a folder where others may be writing now.

    A process of this machine has ended when there is none of its number; one of another machine, when its file was
    not written to for `STALE_SECONDS`.
    """
    now = time.time()
    for file in leftovers(folder):
        with suppress(OSError):  # somebody else removed it, or the folder is not ours to change
            if _writer_ended(file.name) or now - file.stat().st_mtime > STALE_SECONDS:
                file.unlink()


def _writer_ended(name: str) -> bool:
    pid, _, mark = name.removesuffix(".partial").rpartition(".")[2].partition("-")
    return mark.startswith(_this_machine()) and len(mark) > len(_this_machine()) and not _runs(int(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@cache
def _this_machine() -> str:
    """Return six digits for this machine and its numbers of processes: several may share a folder."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        where = f"{platform.node()} {boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return secrets.token_hex(3)  # not known: no other process is taken for one of this machine
    return hashlib.sha256(where.encode()).hexdigest()[:6]
