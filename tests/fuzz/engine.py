"""Doing cases in processes of their own, so that neither a crash nor a hang ends the campaign."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fuzz.outcomes import Outcome, Result

CPU_SECONDS = 20.0
"""More computing than this for one case is a hang."""
WALL_SECONDS = 120.0
"""So is more waiting than this, on a machine that may be busy with other things."""

Verdict = tuple[Outcome, str]


@dataclass(frozen=True)
class Case:
    """One thing to try; `run` gets an empty folder of its own."""

    kind: str
    number: int
    run: Callable[[Path], Verdict]


def run_cases(cases: Sequence[Case], folder: Path) -> Iterator[Result]:
    """Yield the result of every case, in order. A forked process does them until one of them ends or hangs it."""
    done = 0
    while done < len(cases):
        read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            os.setsid()
            _child(cases[done:], folder, write)
        os.close(write)
        with os.fdopen(read, "rb", buffering=0) as pipe:
            for result in _listen(pid, pipe, cases[done:]):
                done += 1
                yield result


def _child(cases: Sequence[Case], folder: Path, write: int) -> None:
    code = 0
    try:
        for case in cases:
            own = folder / f"{case.kind.replace(' ', '-')}-{case.number}"
            shutil.rmtree(own, ignore_errors=True)
            own.mkdir(parents=True)
            outcome, note = _judged(case, own)
            if outcome in (Outcome.FINE, Outcome.REFUSED):
                shutil.rmtree(own, ignore_errors=True)
            os.write(write, (json.dumps([outcome.name, note[-1500:]]) + "\n").encode())
    except BaseException:
        traceback.print_exc()
        code = 1
    os._exit(code)


def _judged(case: Case, folder: Path) -> Verdict:
    from temadapter.errors import TemAdapterError

    try:
        return case.run(folder)
    except TemAdapterError as error:
        return Outcome.REFUSED, str(error)
    except Exception:
        return Outcome.FOREIGN, traceback.format_exc()


def _listen(pid: int, pipe: object, cases: Sequence[Case]) -> Iterator[Result]:
    """Yield what the process tells, and what ended it."""
    heard = b""
    for case in cases:
        began, cpu = time.monotonic(), _cpu_seconds(pid)
        while b"\n" not in heard:
            if select.select([pipe], [], [], 0.2)[0]:
                chunk = os.read(pipe.fileno(), 1 << 16)  # type: ignore[attr-defined]
                if not chunk:
                    _, status = os.waitpid(pid, 0)
                    yield Result(case.kind, case.number, Outcome.FOREIGN, f"the process ended: {status}")
                    return
                heard += chunk
            elif _cpu_seconds(pid) - cpu > CPU_SECONDS or time.monotonic() - began > WALL_SECONDS:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                yield Result(case.kind, case.number, Outcome.HANG)
                return
        line, heard = heard.split(b"\n", 1)
        name, note = json.loads(line)
        yield Result(case.kind, case.number, Outcome[name], note)
    os.waitpid(pid, 0)


def _cpu_seconds(pid: int) -> float:
    """Return what a process and those that it waited for have computed."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
