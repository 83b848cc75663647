"""Processes that a run starts: they say when they are ready, why they failed, and never outlive the first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from temadapter.errors import DataError, TemAdapterError
from temadapter.training.place import Place
from temadapter.training.team import team


def note(folder: Path, place: Place) -> None:
    """Write down which process this is, once all are ready."""
    print("nobody reads this")
    place.wait()
    (folder / str(place.rank)).write_text(f"{os.getpid()} {place.count}")


def wait_for_ever(folder: Path, place: Place) -> None:
    (folder / f"{place.rank} began").write_text(str(os.getpid()))
    place.wait()
    time.sleep(600)


def fail(place: Place) -> None:
    raise DataError("It has no questions.")


def crash(place: Place) -> None:
    raise ZeroDivisionError("by nought")


def be_killed(place: Place) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def until(there: Path) -> int:
    """Wait for a file that holds a process's number."""
    deadline = time.monotonic() + 60
    while not (there.is_file() and there.read_text()):
        assert time.monotonic() < deadline, f"{there} never came"
        time.sleep(0.02)
    return int(there.read_text().split()[0])


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{process}/status").read_text() if sys.platform == "linux" else True


def test_all_work_and_print_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with team(3, partial(note, tmp_path)) as place:
        assert (place.rank, place.count) == (0, 3)
        assert not list(tmp_path.iterdir())  # they wait for the first one
        place.wait()
        numbers = {until(tmp_path / name) for name in ("1", "2")}
    assert len(numbers | {os.getpid()}) == 3
    assert capfd.readouterr() == ("", "")
    assert not any(map(is_alive, numbers))


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (fail, r"It has no questions\.$"),
        (crash, "process 2 ended with exit code 1: ZeroDivisionError: by nought"),
        (be_killed, "process 2 was ended by SIGKILL, most likely because memory ran out"),
    ],
)
def test_one_that_fails_before_it_is_ready_ends_the_wait(work: object, reason: str) -> None:
    with pytest.raises(TemAdapterError, match=reason), team(2, work) as place:  # type: ignore[arg-type]
        place.wait()


def test_whatever_happens_in_the_block_they_end(tmp_path: Path) -> None:
    def interrupted() -> None:
        with team(2, partial(wait_for_ever, tmp_path)) as place:
            until(tmp_path / "1 began")
            place.wait()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not is_alive(until(tmp_path / "1 began"))


def test_they_end_when_the_first_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, functools, time; "
        "from temadapter.training.team import team; from test_team import wait_for_ever\n"
        f"with team(2, functools.partial(wait_for_ever, pathlib.Path({str(tmp_path)!r}))) as place: time.sleep(600)"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    first = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": paths, "TMPDIR": str(tmp_path)},  # whoever is killed cannot tidy up
    )
    process = until(tmp_path / "1 began")
    first.kill()
    first.wait()
    deadline = time.monotonic() + 60
    while is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(process)
