"""Which process encodes which video, where several fill one store: claims that a killed holder cannot keep.

A claim is a file `leases/NAME.lease`, made as a hard link to the file of its process: that works on local and on
network file systems, and either succeeds for one process or fails. A running process touches its claims every few
seconds. A claim is abandoned when its process has ended (seen at once on the same machine) or when it was not
touched for `EXPIRY` seconds. Times are compared with that of a file just touched in the same folder, so that the
machines' clocks need not agree.

Should two processes ever hold one claim (a process that was stopped for longer than `EXPIRY` and went on), both
encode the video, to the same bytes.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from temadapter.text_formats import json_value

EXPIRY = 60.0
FOLDER, CLAIM = "leases", ".lease"


class Leases:
    """The claims of this process on the videos of one store; a context manager that gives them up at its end.

    Args:
        folder: The store's folder.
        expiry: Seconds without a sign of life after which another process may take a claim over.

    Example:
        >>> with Leases(store.folder) as leases:  # doctest: +SKIP
        ...     if leases.claim("a.safetensors"):
        ...         ...
    """

    def __init__(self, folder: Path, *, expiry: float = EXPIRY) -> None:
        self.folder, self._expiry = folder / FOLDER, expiry
        self._me = _identity()
        self._own = self.folder / f"{self._me['token']}.process"
        self._held: set[Path] = set()
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._stay_alive, daemon=True)

    def __enter__(self) -> Leases:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._own.write_text(json.dumps(self._me), encoding="utf-8")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._stop.set()
        self._thread.join(timeout=5)
        for path in tuple(self._held):
            self.release(path.name.removesuffix(CLAIM))
        self._own.unlink(missing_ok=True)
        self._sweep()

    def claim(self, name: str) -> bool:
        """Return whether this process may encode `name`: nobody else is at it."""
        path = self._path(name)
        for _ in range(2):  # once more after an abandoned claim was cleared
            with self._lock:
                if self._stop.is_set():  # a thread that decodes ahead, after the process was interrupted
                    return False
                if self._make(path):
                    self._held.add(path)
                    return True
            if not self._clear(path):
                return False
        return False

    def is_free(self, name: str) -> bool:
        """Return whether nobody holds a claim on `name` that still counts."""
        return not self._lives(self._path(name), _read(self._path(name)))

    def release(self, name: str) -> None:
        """Give the claim on `name` up, if it is still this process's."""
        path = self._path(name)
        with self._lock:
            self._held.discard(path)
        if _read(path).get("token") == self._me["token"]:
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{CLAIM}"

    def _make(self, path: Path) -> bool:
        """Make the claim in one step, unless there is one."""
        try:
            os.link(self._own, path)
        except FileExistsError:
            return False
        except FileNotFoundError:  # somebody tidied up: this process was taken for dead
            self.folder.mkdir(parents=True, exist_ok=True)
            self._own.write_text(json.dumps(self._me), encoding="utf-8")
            return self._make(path)
        except OSError:  # a file system without hard links
            try:
                with path.open("x", encoding="utf-8") as handle:
                    handle.write(json.dumps(self._me))
            except FileExistsError:
                return False
        return True

    def _lives(self, path: Path, holder: dict[str, Any]) -> bool:
        """Tell whether the claim at `path`, read as `holder`, is there and not abandoned."""
        try:
            touched = path.stat().st_mtime
        except FileNotFoundError:
            return False
        if holder.get("machine") == self._me["machine"] and not _runs(holder):
            return False
        return self._now() - touched < self._expiry

    def _clear(self, path: Path) -> bool:
        """Remove the claim at `path` if it is abandoned; tell whether there is none now."""
        holder = _read(path)
        if self._lives(path, holder):
            return False
        # Of several that find it abandoned one may be so late as to take a new claim away: it is put back.
        taken = path.with_name(f"{path.name}.{self._me['token']}.cleared")
        with suppress(FileNotFoundError):
            os.rename(path, taken)
            if _read(taken).get("token") != holder.get("token"):
                with suppress(OSError):
                    os.link(taken, path)
                taken.unlink(missing_ok=True)
                return False
            taken.unlink(missing_ok=True)
        return True

    def _now(self) -> float:
        """Return the time by the file system's clock."""
        with suppress(OSError):
            os.utime(self._own)
            return self._own.stat().st_mtime
        return time.time()

    def _stay_alive(self) -> None:
        while not self._stop.wait(self._expiry / 6):
            with self._lock:
                held = tuple(self._held)
            for path in (self._own, *held):
                with suppress(OSError):
                    os.utime(path)

    def _sweep(self) -> None:
        """Remove what processes that were killed left behind, and the folder if nobody uses it."""
        with suppress(OSError):
            for path in (*self.folder.glob(f"*{CLAIM}"), *self.folder.glob("*.process")):
                if not self._lives(path, _read(path)):
                    path.unlink(missing_ok=True)
            self.folder.rmdir()


def _identity() -> dict[str, Any]:
    pid = os.getpid()
    return {
        "token": f"{socket.gethostname()}-{pid}-{secrets.token_hex(4)}",
        "machine": _machine(),
        "pid": pid,
        "started": _started(pid),
    }


def _machine() -> str | None:
    """Return what names the machine and its space of process numbers; None where that is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{socket.gethostname()} {boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return None


def _started(pid: int) -> str | None:
    """Return when a process began, None where there is none: numbers of processes are used again."""
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def _runs(holder: dict[str, Any]) -> bool:
    return holder["machine"] is None or _started(int(holder["pid"])) == holder.get("started")


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json_value(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
