"""`temadapter train --processes N`: one command trains in several processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from temadapter.runs import several
from temadapter.training import team, trainer
from toy_followers import install

Runner = Callable[..., Any]
SETS = (
    *("--preset", "paper", "--sampler", "uniform(6)", "--epochs", 3, "--device", "cpu", "--backbone", "toy"),
    *(
        "--set",
        "training.batch_size=8",
        "--set",
        "data.validation_fraction=0.3",
        "--set",
        "data.descriptions=raw",
    ),
    *("--set", "training.dtype=float32", "--set", "training.checkpoint_every=0"),
)


@pytest.fixture
def words(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """What trains on the small world; processes that are started know its backbone."""
    monkeypatch.syspath_prepend(str(install(tmp_path / "site")))
    monkeypatch.setattr(several, "cores", lambda: 2)
    monkeypatch.setenv("SPARED", str(os.getpid()))
    return ("train", world / "questions.jsonl", "--store", world / "features", *SETS)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started."""
    all_of_them: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            all_of_them.append(self)

    monkeypatch.setattr(team.subprocess, "Popen", Noted)
    return all_of_them


def weights(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def at_every_checkpoint(patched: pytest.MonkeyPatch, act: Callable[[int], None]) -> None:
    """Let something happen whenever a checkpoint was written; it is told how many there were."""
    plain, saved = trainer.save_checkpoint, count(1)

    def save(*arguments: Any, **options: Any) -> None:
        plain(*arguments, **options)
        act(next(saved))

    patched.setattr(trainer, "save_checkpoint", save)


def test_two_processes_train_what_two_of_torchrun_do_interrupted_or_not(
    run: Runner,
    words: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
) -> None:
    result = run(*words, "--output", tmp_path / "two", "--processes", 2)
    assert result.code == 0, result.err
    assert result.out.count("| tem-adapter") == 1
    assert json.loads((tmp_path / "two" / "results.json").read_text())["train"]["processes"] == 2
    launcher = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    paths = os.pathsep.join(sys.path)
    command = [*launcher, "-m", "temadapter", *map(str, words), "--output", str(tmp_path / "torchrun")]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": paths})
    assert weights(tmp_path / "two") == weights(tmp_path / "torchrun")
    assert run(*words, "--output", tmp_path / "one").code == 0
    assert weights(tmp_path / "two") != weights(tmp_path / "one")  # dropout is drawn by each

    def interrupt(saved: int) -> None:
        if saved == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        at_every_checkpoint(patched, interrupt)
        interrupted = run(*words, "--output", tmp_path / "parts", "--processes", 2)
    assert (interrupted.code, interrupted.err.splitlines()[-1]) == (130, "Interrupted.")
    assert all(process.poll() is not None for process in started)
    resumed = ("--output", tmp_path / "parts", "--processes", 2, "--resume")
    assert run(*words, *resumed).code == 0
    assert weights(tmp_path / "parts") == weights(tmp_path / "two")
    before = len(started)
    assert "was finished before" in run(*words, *resumed).out
    assert len(started) == before


def test_the_death_of_one_ends_the_run_and_says_why(
    run: Runner,
    words: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
) -> None:
    at_every_checkpoint(monkeypatch, lambda _: started[0].kill())
    result = run(*words, "--output", tmp_path / "run", "--processes", 2)
    assert result.code == 1
    assert "process 2 was ended by SIGKILL" in result.err
    assert "--resume" in result.err
    assert "Traceback" not in result.err
    block = json.loads((tmp_path / "run" / "results.json").read_text())["run"]
    assert block["status"] == "failed"
    assert "SIGKILL" in block["error"]


@pytest.mark.parametrize(
    ("fate", "message"),
    [
        ("killed", "cannot begin to train together: process 2 was ended by SIGKILL"),
        ("refused", "cannot begin to train together: The toy is broken."),
        ("another", "is not the same in all processes"),
    ],
)
def test_one_that_fails_early_ends_the_run(
    run: Runner,
    words: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fate: str,
    message: str,
) -> None:
    monkeypatch.setenv("FATE", fate)
    result = run(*words, "--output", tmp_path / "run", "--processes", 2)
    assert result.code == 1
    assert message in result.err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--processes", 3), "--processes 3 is more than the 2 cores of this machine"),
        (("--processes", 2, "--method", "zero-shot"), "has nothing to train"),
        (("--processes", 2, "--set", "training.batch_size=1"), "more than training.batch_size=1"),
        (("--processes", 2, "--set", "model.option_pairing=tiled"), "depends on the whole batch"),
    ],
)
def test_what_cannot_be_divided_is_refused(
    run: Runner,
    words: tuple[object, ...],
    tmp_path: Path,
    started: list[subprocess.Popen[bytes]],
    more: tuple[object, ...],
    message: str,
) -> None:
    result = run(*words, "--output", tmp_path / "run", *more)
    assert result.code == 2
    assert message in result.err
    assert not started
    assert not (tmp_path / "run").exists()


def test_torchrun_starts_its_own(
    run: Runner, words: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "0")
    result = run(*words, "--output", tmp_path / "run", "--processes", 2)
    assert result.code == 2
    assert "torchrun has started several processes already" in result.err
