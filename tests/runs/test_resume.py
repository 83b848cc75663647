"""InterruptedRunError runs end as uninterrupted ones: the same bits, and no epoch twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from forks import CONTEXT
from temadapter.errors import ConfigError, DataError, TemAdapterError
from temadapter.runs.folder import RunFolder
from temadapter.runs.train import train_run
from temadapter.training import checkpoint
from temadapter.training import trainer as loop
from temadapter.training.checkpoint import load_checkpoint
from training_toy import ToyBackbone, toy_config, train_slowly

SETS = ("training.checkpoint_every=0",)


class InterruptedRunError(Exception):
    """Stands for a kill."""


@pytest.fixture(scope="module")
def whole(world: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run that was never interrupted."""
    output = tmp_path_factory.mktemp("whole") / "run"
    return train_run(toy_config(world, "paper", *SETS), output, backbone=ToyBackbone()).folder


def assert_same_run(run: RunFolder, whole: RunFolder) -> None:
    assert run.weights.read_bytes() == whole.weights.read_bytes()
    assert run.predictions.read_bytes() == whole.predictions.read_bytes()
    assert _without_time(run) == _without_time(whole)
    (mine, own), (its, other) = load_checkpoint(run.checkpoint) or (), load_checkpoint(whole.checkpoint) or ()
    assert mine.best_epoch == its.best_epoch
    for name, value in own["model"].items():
        assert torch.equal(value, other["model"][name]), name
    assert torch.equal(own["random"]["cpu"], other["random"]["cpu"])


def _without_time(run: RunFolder) -> list[dict[str, float]]:
    return [{key: value for key, value in line.items() if key != "seconds"} for line in run.read_metrics()]


@pytest.mark.parametrize(
    ("place", "call"),
    [
        ("count", 1),  # in a step
        ("count", 7),
        ("save_if_due", 2),  # before a checkpoint
        ("save_if_due", 10),
        ("end_epoch", 2),  # before validation
        ("log", 3),  # before metrics.jsonl
    ],
)
def test_interrupted_anywhere_it_ends_with_the_same_bits(
    place: str, call: int, world: Path, whole: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = getattr(loop._Run, place), 0

    def interrupted(self: loop._Run, *args: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            raise InterruptedRunError
        return original(self, *args, **named)

    config = toy_config(world, "paper", *SETS)
    with monkeypatch.context() as patch:
        patch.setattr(loop._Run, place, interrupted)
        with pytest.raises(InterruptedRunError):
            train_run(config, tmp_path / "run", backbone=ToyBackbone())
    run = train_run(config, tmp_path / "run", resume=True, backbone=ToyBackbone()).folder
    assert_same_run(run, whole)


def test_interrupted_again_and_again_it_ends_with_the_same_bits(
    world: Path, whole: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, original = toy_config(world, "paper", *SETS), loop._Run.count
    steps = 0

    def every_fifth(self: loop._Run, *args: object, **named: object) -> None:
        nonlocal steps
        steps += 1
        if steps % 5 == 0:
            raise InterruptedRunError
        original(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(loop._Run, "count", every_fifth)
    for _ in range(20):
        try:
            run = train_run(config, tmp_path / "run", resume=True, backbone=ToyBackbone()).folder
        except InterruptedRunError:
            continue
        break
    assert steps > 13
    assert_same_run(run, whole)


def test_interrupted_before_the_first_checkpoint_it_starts_over(
    world: Path, whole: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = toy_config(world, "paper", "training.checkpoint_every=1000")
    with monkeypatch.context() as patch:
        patch.setattr(loop._Run, "end_epoch", lambda self: (_ for _ in ()).throw(InterruptedRunError))
        with pytest.raises(InterruptedRunError):
            train_run(config, tmp_path / "run", backbone=ToyBackbone())
    run = train_run(config, tmp_path / "run", resume=True, backbone=ToyBackbone()).folder
    assert_same_run(run, whole)


def test_killed_while_the_checkpoint_is_written_the_old_one_stays(tmp_path: Path) -> None:
    progress = checkpoint.Progress(epoch=2)
    checkpoint.save_checkpoint(tmp_path, progress=progress, model={}, optimizer={}, random={})
    (tmp_path / ".state.pt.1.partial").write_bytes(b"half")  # what a kill leaves
    found = load_checkpoint(tmp_path)
    assert found is not None
    assert found[0] == progress


def test_damaged_checkpoint_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / checkpoint.FILE).write_bytes(b"not a checkpoint")
    with pytest.raises(DataError, match="--overwrite"):
        load_checkpoint(tmp_path)


def test_sigkill_at_any_moment(world: Path, tmp_path: Path) -> None:
    """A real process, killed in the middle of 200 epochs of 4 steps, with a checkpoint after each step."""
    run = RunFolder(tmp_path / "run")
    process = CONTEXT.Process(target=train_slowly, args=(world, run.path))
    process.start()
    try:
        _wait_until(lambda: len(run.read_metrics()) >= 3, process)
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -signal.SIGKILL
    done = len(run.read_metrics())
    assert 3 <= done < 200
    epochs = done + 2
    sets = (*SETS, f"training.epochs={epochs}")  # not to wait for 200: no rate depends on it before epoch 10
    run.config.write_text(run.config.read_text(encoding="utf-8").replace("epochs: 200", f"epochs: {epochs}"))
    config = toy_config(world, "paper", *sets)
    resumed = train_run(config, run.path, resume=True, backbone=ToyBackbone()).folder
    never = train_run(config, tmp_path / "whole", backbone=ToyBackbone()).folder
    assert [line["epoch"] for line in resumed.read_metrics()] == list(range(1, epochs + 1))
    assert_same_run(resumed, never)


def _wait_until(reached: Callable[[], bool], process: BaseProcess) -> None:
    end = time.monotonic() + 120
    while not reached():
        assert process.is_alive(), "the run ended before it could be killed"
        assert time.monotonic() < end, "the run never got that far"
        time.sleep(0.005)


def test_resume_refuses_another_configuration(world: Path, whole: RunFolder) -> None:
    config = toy_config(world, "paper", *SETS, "training.learning_rate=0.5")
    with pytest.raises(ConfigError, match=r"training.learning_rate was 0.003 and is now 0.5"):
        train_run(config, whole.path, resume=True, backbone=ToyBackbone())


def test_resume_allows_what_changes_no_result(world: Path, whole: RunFolder) -> None:
    config = toy_config(world, "paper", "training.checkpoint_every=30")
    assert train_run(config, whole.path, resume=True, backbone=ToyBackbone()).was_finished


def test_loss_that_is_no_number_stops_the_run_with_advice(world: Path, tmp_path: Path) -> None:
    config = toy_config(world, "paper", "training.learning_rate=1e30", "training.epochs=30")
    with pytest.raises(TemAdapterError, match="learning_rate"):
        train_run(config, tmp_path / "run", backbone=ToyBackbone())


def test_weights_file_and_checkpoint_agree(whole: RunFolder) -> None:
    found = load_checkpoint(whole.checkpoint)
    assert found is not None
    weights = load_file(whole.weights)
    assert found[0].best_weights.keys() == weights.keys()
    assert all(torch.equal(value, weights[name]) for name, value in found[0].best_weights.items())
