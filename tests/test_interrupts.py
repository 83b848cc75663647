from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator

import pytest

from temadapter.interrupts import ended_by_sigterm


class Told:
    """Gets a signal while it is taken apart, where Python drops what is raised."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        signal.raise_signal(self.number)


def _wait_after(told: Told) -> None:
    del told
    for _ in range(1000):
        time.sleep(0.01)


def _mistaken(number: int) -> None:
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        raise ValueError("could not determine the shape of an object") from None


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl+C interrupts, also where the tests themselves run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interruption_that_python_drops_comes_again(
    number: int, capfd: pytest.CaptureFixture[str], ctrl_c: None
) -> None:
    hook, handler = sys.unraisablehook, signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ended_by_sigterm():
        _wait_after(Told(number))
    assert "Traceback" not in capfd.readouterr().err
    assert sys.unraisablehook is hook
    assert signal.getsignal(signal.SIGTERM) is handler


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interruption_that_others_take_for_an_error_is_one(number: int, ctrl_c: None) -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_sigterm():
        _mistaken(number)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ValueError, match="of its own"), ended_by_sigterm():
        raise ValueError("of its own")


def test_what_a_shell_has_ignored_stays_ignored(ctrl_c: None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ended_by_sigterm():
        signal.raise_signal(signal.SIGINT)
