from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temadapter import __version__
from temadapter.cli import exit_codes
from temadapter.cli.output import columns, size, to_json
from temadapter.errors import ConfigError, DataError, VideoError
from temadapter.text_formats import plain

COMMANDS = (
    "ask",
    "train",
    "evaluate",
    "extract",
    "describe",
    "data",
    "ls",
    "info",
    "crossroads",
    "convert",
    "demo",
)


def test_help_names_every_command(run: Callable[..., Any]) -> None:
    result = run("--help")
    assert result.code == 0
    for command in COMMANDS:
        assert command in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Callable[..., Any], command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0
    if command not in ("crossroads", "convert", "data"):  # groups: their commands have the examples
        assert "Example:" in result.out


def test_version(run: Callable[..., Any]) -> None:
    assert run("--version").out == f"temadapter {__version__}\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["ls"], "Missing argument"),
        (["ls", "methods", "--nonsense"], "No such option"),
        (["ls", "method"], "Did you mean 'methods'?"),
        (["ask", "a.mp4", "-q", "What?"], "Missing option"),
        (["describe"], "Give either one dataset or --question"),
        (["describe", "-q", " ", "-o", "a"], "The question is empty"),
        (["describe", "-q", "What?"], "at least one --option"),
        (["train", "x", "--limit", "0"], "--limit"),
        (["extract", "x", "--workers", "many"], "--workers"),
        (["ask", "a.mp4", "-q", "?", "-o", "a", "-o", "b", "--device", "gpu"], "There is no device 'gpu'"),
    ],
)
def test_wrong_usage_is_explained_with_exit_code_2(
    run: Callable[..., Any], words: list[str], reason: str
) -> None:
    result = run(*words)
    assert result.code == 2
    assert reason in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("wrong."), 2, "Error: wrong.\n"),
        (DataError("bad."), 1, "Error: bad.\n"),
        (VideoError("bad."), 1, "Error: bad.\n"),
        (FileNotFoundError(2, "No such file", "x.txt"), 1, "Error: No such file (x.txt).\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_errors_become_one_sentence_and_an_exit_code(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("temadapter.api.list_available._methods", fail)
    result = run("ls", "methods")
    assert (result.code, result.err, result.out) == (code, said, "")


def test_a_mistake_of_ours_is_not_hidden(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temadapter.api.list_available._methods", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("ls", "methods")


def test_a_reader_that_goes_away_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    code = "import sys; from temadapter.cli.app import main; sys.exit(main(['ls', 'methods']))"
    result = subprocess.run([sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_installed_command_works(tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "temadapter"
    result = subprocess.run([command, "ls", "presets"], capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.splitlines()[0].startswith("plus")
    assert subprocess.run([command, "nonsense"], capture_output=True).returncode == 2


def test_exit_codes_are_those_of_the_design() -> None:
    codes = (exit_codes.DONE, exit_codes.FAILED, exit_codes.WRONG_USAGE, exit_codes.SOME_FAILED)
    assert (*codes, exit_codes.INTERRUPTED) == (0, 1, 2, 3, 130)


def test_output_helpers(tmp_path: Path) -> None:
    import numpy as np

    values = {
        "a": np.float32(1.5),
        "b": (1, None),
        "c": float("nan"),
        "d": tmp_path,
        "e": np.arange(2),
        3: True,
    }
    assert plain(values) == {"a": 1.5, "b": [1, None], "c": None, "d": str(tmp_path), "e": [0, 1], "3": True}
    assert to_json({"x": float("inf")}) == '{\n  "x": null\n}'
    assert columns([]) == ""
    assert [size(count) for count in (0, 1023, 1024, 5 * 2**40)] == ["0 B", "1023 B", "1.0 KiB", "5120.0 GiB"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("train --batch-size 3", "It is a setting here: --set training.batch_size=..."),
        ("compare --epochs 4", "It is a setting here: --set training.epochs=..."),
        ("ask -x.mp4", "For a file whose name begins with a dash write ./ before it."),
        ("extract --foo", None),
        ("train --workrs 3", None),
    ],
)
def test_the_hint_at_a_wrong_option_fits_it(run: Callable[..., Any], words: str, hint: str | None) -> None:
    result = run(*words.split())
    assert result.code == 2
    assert [line for line in result.err.splitlines() if line.startswith(("It is", "For a"))] == (
        [] if hint is None else [hint]
    )


def test_sigterm_ends_as_ctrl_c_does(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    before, tidied = signal.getsignal(signal.SIGTERM), []

    def told_to_end() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            tidied.append(True)

    monkeypatch.setattr("temadapter.api.list_available._methods", told_to_end)
    result = run("ls", "methods")
    assert (result.code, result.err, tidied) == (130, "Interrupted.\n", [True])
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ask no.mp4 -q a? -o b -o c", "There is no file no.mp4"),
        ("ask no.mp4 -q a? -o b", "at least two options"),
        ("train no.jsonl --output run", "There is no dataset at no.jsonl"),
        ("extract no.jsonl", "There is no dataset at no.jsonl"),
        ("compare --dataset no.jsonl", "There is no dataset at no.jsonl"),
    ],
)
def test_what_is_quick_to_tell_is_told_before_a_model_is_looked_for(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, told: str
) -> None:
    def load(*_: object, **__: object) -> None:
        raise AssertionError("a model was looked for")

    monkeypatch.chdir(tmp_path)
    for place in ("qa", "runs.train", "backbones.registry"):
        monkeypatch.setattr(f"temadapter.{place}.load_backbone", load, raising=False)
    result = run(*words.split(), "--backbone", "hf:foo/bar")
    assert result.code != 0
    assert told in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["extract", "", "--backbone", "mini"], "A name is empty"),
        (["extract", " "], "A name is empty"),
        (["extract", "videos", "--store", ""], "What stands behind --store is empty"),
        (["predict", "videos", "--run=", "-q", "?"], "What stands behind --run is empty"),
        (["demo", "--output", ""], "What stands behind --output is empty"),
        (["ask", "a.mp4", "-q", "", "-o", "x", "-o", "y"], "The question is empty"),
        (["ask", "a.mp4", "-q", "?", "-o", "", "-o", "y"], "Option 1 is empty"),
    ],
)
def test_a_name_that_is_empty_never_means_the_current_folder(
    run: Callable[..., Any], words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.code in (1, 2)
    assert told in done.err
    assert list(tmp_path.iterdir()) == []
