"""Progress in a log: what is done, and how long the rest will take."""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable

import pytest

from temadapter import progress


def terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> io.StringIO:
    """Let a person watch; not a fixture, since pytest has its own stderr again when the test itself begins."""
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    return shown


def last_line(shown: io.StringIO) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.getvalue()).splitlines()[-1]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the progress goes by; a test moves it."""
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    return clock


def test_one_long_step_is_no_silence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LOG_SECONDS", 0.05)
    lines: list[str] = []

    def wait(said: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not said():
            assert time.monotonic() < deadline, lines
            time.sleep(0.01)
            lines.extend(capsys.readouterr().err.splitlines())

    with progress.bar("Comparing", 4) as shown:
        wait(lambda: len(lines) >= 2)
        shown.advance()
        shown.expect(5)
        shown.note("lora, seed 0")
        wait(lambda: lines[-1].endswith("lora, seed 0"))
    assert all(re.fullmatch(r"Comparing: 0 of 4, \d+ s so far", line) for line in lines[:2])
    assert re.fullmatch(r"Comparing: 1 of 5, about \d+ (s|min) left: lora, seed 0", lines[-1])
    time.sleep(0.1)
    capsys.readouterr()
    time.sleep(0.2)
    assert capsys.readouterr().err == ""  # nothing more when it is over


def test_other_bars_say_nothing_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.bar("Training", 2) as shown:
        shown.advance()
        shown.note("loss 1")
    assert list(progress.track([1, 2], "Reading")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_without_a_terminal_a_long_step_says_where_it_is_every_15_seconds(
    capsys: pytest.CaptureFixture[str], now: list[float]
) -> None:
    with progress.bar("Training", 120) as shown:
        shown.begin_at(20)
        for _ in range(40):
            now[0] += 1
            shown.advance()
            shown.note("loss 1")
    assert capsys.readouterr().err.splitlines() == [
        "Training: 35 of 120, about 1 min left: loss 1",
        "Training: 50 of 120, about 1 min left: loss 1",
    ]


def test_a_promised_time_counts_more_than_the_pace_so_far(
    capsys: pytest.CaptureFixture[str], now: list[float]
) -> None:
    with progress.bar("Comparing", 100) as shown:
        now[0] += 1
        shown.advance()
        shown.promise(50)
        now[0] += 20
        shown.note("lora, seed 0")
    assert capsys.readouterr().err.splitlines() == ["Comparing: 1 of 100, about 30 s left: lora, seed 0"]


def test_a_bar_shows_the_promised_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch, 80)
    with progress.bar("Comparing", 100) as running:
        running.advance()
        running.promise(3 * 3600)
    line = last_line(shown)
    assert re.search(r"1/100 .* left (3:00:00|2:59:5\d)", line)


@pytest.mark.parametrize("columns", [80, 120])
def test_a_bar_keeps_its_count_and_the_time_left(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch, columns)
    with progress.bar("Extracting features", 12345) as running:
        running.advance(11111)
        running.note("epoch 12  loss 0.345  validation 71.2 %  best: epoch 11")
    line = last_line(shown)
    assert "11111/12345" in line
    assert re.search(r"left (-:--:--|\d+:\d\d:\d\d) ", line)
    assert len(line.rstrip()) <= columns


def test_names_cannot_command_the_terminal(capsys):
    progress.say("a\x1b[2J\x9b\u202eb\udcff.mp4 é 🙂\n\tnext")
    assert capsys.readouterr().err == "a\\x1b[2J\\x9b\\u202eb\\udcff.mp4 é 🙂\n\tnext\n"
    assert progress.one_line("a\nb") == "a\\nb"
