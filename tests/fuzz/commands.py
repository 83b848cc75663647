"""Running `temadapter` in a forked process, to be killed or starved, with everything loaded already."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

CRASHED = 70
SECONDS = 100.0


@dataclass
class Trouble:
    """What befalls a command.

    Args:
        kill: A signal.
        after: Seconds until it comes from outside.
        at_write: Or: it comes when the so-manieth file has been written and not yet renamed.
        room: No file may grow beyond so many bytes.
        full_at: Or: the so-manieth file finds the disk full.
    """

    kill: int | None = None
    after: float | None = None
    at_write: int | None = None
    room: int | None = None
    full_at: int | None = None


@dataclass
class Ended:
    """How a command ended: its exit code (a signal's number, negative), what it printed, what it took."""

    code: int
    printed: str
    seconds: float
    writes: int = 0
    memory: int = 0
    files: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> bool:
        """Whether it ended with an exception that is not for users."""
        return self.code == CRASHED or "Traceback (most recent call last)" in self.printed


def prepare() -> None:
    """Load what commands need, so that every fork has it; make the backbone `toy` known."""
    import h5py  # noqa: F401
    import huggingface_hub.hf_api  # noqa: F401
    import matplotlib.backends.backend_agg  # noqa: F401
    import scipy.stats  # noqa: F401
    import torch
    import torch._dynamo

    import temadapter.cli.app
    import temadapter.runs.train  # noqa: F401
    from temadapter.backbones import registry
    from toy_backbone import ToyBackbone

    torch.set_num_threads(1)  # a fork with other threads would wait for them forever

    def factory(argument: str, /, *, device: str, dtype: str) -> ToyBackbone:
        return ToyBackbone()

    for name in ("toy", "mini"):  # a run on `mini` can be published
        registry._registered[name] = registry._Entry(factory, "")


def run(words: Sequence[object], folder: Path, trouble: Trouble | None = None) -> Ended:
    """Run `temadapter` with `words` in `folder`, and let trouble befall it."""
    trouble = trouble or Trouble()
    log, counter = folder / ".printed", folder / ".writes"
    counter.unlink(missing_ok=True)
    began = time.monotonic()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(_child([str(word) for word in words], folder, trouble, log, counter))
    status, usage = _wait(pid, trouble, began)
    printed = log.read_text(errors="replace") if log.is_file() else ""
    writes = len(counter.read_bytes()) if counter.is_file() else 0
    log.unlink(missing_ok=True)
    counter.unlink(missing_ok=True)
    code = os.waitstatus_to_exitcode(status)
    return Ended(code, printed, time.monotonic() - began, writes, usage.ru_maxrss * 1024)


def _wait(pid: int, trouble: Trouble, began: float) -> tuple[int, Any]:
    sent = trouble.kill is None or trouble.after is None
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage
        seconds = time.monotonic() - began
        if not sent and trouble.after is not None and seconds >= trouble.after:
            os.kill(pid, trouble.kill or signal.SIGKILL)
            sent = True
        if seconds > SECONDS:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise TimeoutError(f"the command still ran after {SECONDS} s")
        time.sleep(0.002)


def _child(words: list[str], folder: Path, trouble: Trouble, log: Path, counter: Path) -> int:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    try:
        os.chdir(folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from temadapter.cli.app import main

        with _counted_writes(trouble, counter), _little_room(trouble.room):
            return main(words)
    except BaseException:
        traceback.print_exc()
        return CRASHED
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()


@contextmanager
def _counted_writes(trouble: Trouble, counter: Path) -> Iterator[None]:
    """Let trouble come while a file is written: before it is flushed to disk, which comes before its renaming."""
    from temadapter import files

    plain, count = os.fsync, 0

    def fsync(handle: int) -> None:
        nonlocal count
        count += 1
        with counter.open("ab") as tally:
            tally.write(b".")
        if count == trouble.full_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if count == trouble.at_write:
            os.kill(os.getpid(), trouble.kill or signal.SIGKILL)
            time.sleep(0.05)
        plain(handle)

    files.os = SimpleNamespace(**vars(os) | {"fsync": fsync})  # for that file alone
    yield


@contextmanager
def _little_room(room: int | None) -> Iterator[None]:
    """Let no file grow beyond `room` bytes; what is printed goes to a file too, so it needs its own share."""
    if room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(room, 1 << 14), resource.RLIM_INFINITY))
    yield


Check = Callable[[Path], object]
