"""Every setting of training, network and objective changes what is trained, on a run of a few steps."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path

import pytest

from temadapter.config.training_config import TrainingConfig
from temadapter.errors import ConfigError
from temadapter.models.config import ModelConfig
from temadapter.models.objective_config import ObjectiveConfig
from temadapter.runs.train import train_run
from training_toy import ToyBackbone, make_world, toy_config

TINY = ("training.epochs=2", "training.batch_size=9", "training.selection=last", "data.validation_fraction=0")
GUIDED = ("model.pooling=guided",)
HELD_OUT = ("data.validation_fraction=0.3", "training.learning_rate=0.05", "training.epochs=4")

CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "training.epochs": ("3", ()),
    "training.batch_size": ("5", ()),
    "training.questions_together": ("2", ()),
    "training.learning_rate": ("0.001", ()),
    "training.fast_rate": ("3", GUIDED),
    "training.schedule": ("cosine", ()),
    "training.halve_every": ("1", ()),
    "training.warmup": ("0.5", ()),
    "training.weight_decay": ("0.5", ()),
    "training.decayed": ("matrices", ("training.weight_decay=0.5",)),
    "training.second_beta": ("0.5", ()),
    "training.selection": ("validation", HELD_OUT),
    "training.seed": ("1", ()),
    "training.dtype": ("bfloat16", ()),
    "model.option_pairing": ("tiled", ()),
    "model.autoregressive_target": ("same", ()),
    "model.memory": ("full", ()),
    "model.similarity": ("dot", ()),
    "model.empty_options": ("compete", ()),
    "model.positions": ("learned", ()),
    "model.option_attention": ("single", ()),
    "model.use_temporal": ("false", ()),
    "model.use_semantic": ("false", ()),
    "model.language_guidance": ("false", ()),
    "model.horizon": ("2", ()),
    "model.predict": ("change", ()),
    "model.pooling": ("guided", ()),
    "model.pooling_width": ("8", GUIDED),
    "model.identity_start": ("0.1", ()),
    "model.heads": ("2", ()),
    "model.temporal_mlp_ratio": ("1", ()),
    "model.semantic_width": ("64", ()),
    "model.temporal_dropout": ("0.5", ()),
    "model.semantic_dropout": ("0.5", ()),
    "model.gate_init": ("0.5", ()),
    "model.position_amplitude": ("0.1", ()),
    "objective.answer_loss": ("cross_entropy", ()),
    "objective.answer_weight": ("0.2", ()),
    "objective.autoregressive_weight": ("0", ()),
    "objective.gradient_clip": ("temporal", ("objective.clip_norm=0.01",)),
    "objective.clip_norm": ("0.01", ()),
    "objective.margin": ("0.1", ()),
}
"""Each setting with another value than its own, and what it needs beside it to matter."""

ELSEWHERE = {
    "training.device": "tests/training/test_device.py",
    "training.tensorboard": "tests/training/test_trainer.py",
    "training.checkpoint_every": "tests/runs/test_resume.py",
    "model.embedding_dim": "set by the backbone",
    "model.option_count": "below",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("settings")
    make_world(folder, videos=12, empty=True)
    return folder


@pytest.fixture(scope="module")
def trained(world: Path) -> dict[tuple[str, ...], str]:
    return {}


def weights(world: Path, folder: Path, known: dict[tuple[str, ...], str], *sets: str) -> str:
    """Return a digest of what settings train; runs with the same settings are done once."""
    if sets not in known:
        run = train_run(toy_config(world, "paper", *TINY, *sets), folder, backbone=ToyBackbone()).folder
        known[sets] = hashlib.sha256(run.weights.read_bytes()).hexdigest()
    return known[sets]


def test_no_setting_is_left_out() -> None:
    sections = {"training": TrainingConfig, "model": ModelConfig, "objective": ObjectiveConfig}
    names = {f"{name}.{field.name}" for name, kind in sections.items() for field in fields(kind)}
    assert names == CHANGES.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("setting", CHANGES)
def test_a_setting_changes_what_is_trained(
    setting: str, world: Path, trained: dict[tuple[str, ...], str], tmp_path: Path
) -> None:
    value, beside = CHANGES[setting]
    usual = weights(world, tmp_path / "usual", trained, *beside)
    assert weights(world, tmp_path / "other", trained, *beside, f"{setting}={value}") != usual


def test_the_same_settings_train_the_same(world: Path, tmp_path: Path) -> None:
    assert weights(world, tmp_path / "first", {}) == weights(world, tmp_path / "second", {})


def test_four_options_only_takes_no_others(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("")
    make_world(tmp_path, videos=12)
    lines = (tmp_path / "questions.jsonl").read_text().replace(', "white"]', "]").splitlines()
    (tmp_path / "questions.jsonl").write_text("\n".join(line for line in lines if '"answer": 3' not in line))
    with pytest.raises(ConfigError, match="exactly four options, not 3"):
        train_run(
            toy_config(tmp_path, "paper", *TINY, "model.option_count=four"),
            tmp_path / "run",
            backbone=ToyBackbone(),
        )
