from __future__ import annotations

from pathlib import Path

import pytest

from temadapter.errors import ConfigError
from temadapter.runs.dry_run import plan_run
from temadapter.runs.train import train_run
from training_toy import ToyBackbone, toy_config


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temadapter.backbones.exact.load_backbone", lambda spec, *, device: ToyBackbone())


def test_plan_says_what_the_run_then_does(world: Path, tmp_path: Path, toy: None) -> None:
    config = toy_config(world)
    plan = plan_run(config)
    result = train_run(config, tmp_path / "run", backbone=ToyBackbone())
    assert plan.questions == result.results["train"]["questions"]
    assert plan.trainable_parameters == result.results["train"]["trainable_parameters"]
    assert plan.videos == 24
    assert plan.videos_to_extract == 0
    assert plan.videos_missing == 24  # there are features only, and they suffice
    assert plan.texts == 4
    assert plan.steps == 3 * -(-plan.questions["train"] // 8)
    assert plan.run_bytes is not None
    size = sum(path.stat().st_size for path in result.folder.path.rglob("*") if path.is_file())
    assert 0.5 < plan.run_bytes / size < 1.5


def test_plan_counts_what_is_to_be_extracted(world: Path, toy: None) -> None:
    plan = plan_run(toy_config(world, "paper", "features.sampler=uniform(5)"))
    assert plan.videos_to_extract == 24
    assert plan.store_bytes == 24 * 5 * ToyBackbone.embedding_dim * 2


def test_plan_downloads_no_backbone(world: Path) -> None:
    from dataclasses import replace

    config = toy_config(world)
    config = replace(config, features=replace(config.features, backbone="hf:some/model"))
    plan = plan_run(config)
    assert plan.trainable_parameters is None
    assert "hub" in (plan.backbone or "")


def test_method_that_runs_towers_is_refused_where_there_are_none(world: Path, tmp_path: Path) -> None:
    config = toy_config(world, "paper", "method=coop-description")
    with pytest.raises(ConfigError, match="which the backbone toy does not give"):
        train_run(config, tmp_path / "run", backbone=ToyBackbone())
