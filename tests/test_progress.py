"""Progress in a log: what is done, and how long the rest will take."""

from __future__ import annotations

import pytest

from temadapter import progress


def test_a_log_gets_a_line_at_every_note(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 300.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.bar("Comparing", 4, logged=True) as shown:
        shown.note("beginning")
        shown.advance()
        shown.note("lora, seed 0")
    assert capsys.readouterr().err.splitlines() == [
        "Comparing: beginning",
        "Comparing: 1 of 4, about 15 min left: lora, seed 0",
    ]


def test_other_bars_say_nothing_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.bar("Training", 2) as shown:
        shown.advance()
        shown.note("loss 1")
    assert list(progress.track([1, 2], "Reading")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_names_cannot_command_the_terminal(capsys):
    progress.say("a\x1b[2J\x9b\u202eb\udcff.mp4 é 🙂\n\tnext")
    assert capsys.readouterr().err == "a\\x1b[2J\\x9b\\u202eb\\udcff.mp4 é 🙂\n\tnext\n"
    assert progress.one_line("a\nb") == "a\\nb"
