from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from temadapter.errors import ConfigError
from temadapter.runs.train import train_run
from temadapter.training import trainer as loop
from training_toy import ToyBackbone, toy_config


class Writer:
    """Stands for TensorBoard's."""

    made: list[Writer]

    def __init__(self, folder: Path, purge_step: int) -> None:
        self.folder, self.purge_step, self.scalars = folder, purge_step, []
        self.closed = False
        Writer.made.append(self)

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.scalars.append((name, value, step))

    def close(self) -> None:
        self.closed = True


def test_tensorboard_that_is_not_installed_is_refused_before_any_work(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "find_spec", lambda name: None)
    config = toy_config(world, "paper", "training.tensorboard=true")
    with pytest.raises(ConfigError, match=r"temadapter\[tensorboard\]"):
        train_run(config, tmp_path / "run", backbone=ToyBackbone())
    assert not (tmp_path / "run").exists()


def test_tensorboard_gets_what_the_metrics_hold(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module: Any = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter, Writer.made = Writer, []
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    monkeypatch.setattr(loop, "find_spec", lambda name: True)
    config = toy_config(world, "paper", "training.tensorboard=true")
    run = train_run(config, tmp_path / "run", backbone=ToyBackbone()).folder
    (writer,) = Writer.made
    assert writer.closed
    assert writer.purge_step == 1
    losses = [(line["loss"], line["epoch"]) for line in run.read_metrics()]
    assert [(value, step) for name, value, step in writer.scalars if name == "loss"] == losses


def test_metrics_hold_losses_learning_rate_and_validation_of_every_epoch(world: Path, tmp_path: Path) -> None:
    sets = ("training.schedule=halve", "training.halve_every=1")
    run = train_run(toy_config(world, "paper", *sets), tmp_path / "run", backbone=ToyBackbone()).folder
    lines = run.read_metrics()
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert [line["learning_rate"] for line in lines] == [0.003, 0.0015, 0.00075]
    for line in lines:
        assert line["loss"] == pytest.approx(line["qa"] + line["autoregressive"], rel=1e-5)
        assert 0 <= line["validation_accuracy"] <= 1
        assert line["gradient_norm"] > 0


def test_it_learns(world: Path, tmp_path: Path) -> None:
    result = train_run(
        toy_config(world, "paper", "training.epochs=15"), tmp_path / "run", backbone=ToyBackbone()
    )
    lines = result.folder.read_metrics()
    assert lines[-1]["autoregressive"] < 0.8 * lines[0]["autoregressive"]
    assert lines[-1]["qa"] < 0.8 * lines[0]["qa"]


def test_kernels_are_repeatable_while_training_only() -> None:
    from temadapter.training.seeding import repeatable_kernels

    before = torch.are_deterministic_algorithms_enabled()
    with repeatable_kernels():
        assert torch.are_deterministic_algorithms_enabled()
    assert torch.are_deterministic_algorithms_enabled() == before


@pytest.mark.parametrize("together", [1, 4])
def test_bfloat16_and_shared_videos_train_too(together: int, world: Path, tmp_path: Path) -> None:
    sets = ("training.dtype=bfloat16", f"training.questions_together={together}")
    run = train_run(toy_config(world, "paper", *sets), tmp_path / "run", backbone=ToyBackbone())
    weights, _ = run.folder.read_weights()
    assert all(value.dtype == torch.float32 for value in weights.values())
