"""Every setting has an effect: on what a run of a few steps trains, or on what a feature store holds."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from temadapter.config.data_config import DataConfig
from temadapter.config.feature_config import FeatureConfig
from temadapter.config.run_config import load_config
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
    "training.ensemble": ("2", ()),
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
    "data.descriptions": ("rules", ()),
    "data.training_fraction": ("0.5", ()),
    "data.validation_fraction": ("0.6", (*HELD_OUT, "training.selection=validation")),
    "data.limit": ("5", ()),
    "features.control": ("shuffled_frames", ()),
}
"""Each setting with another value than its own, and what it needs beside it to matter."""

SEEN = {
    "features.backbone": "mini",
    "features.sampler": "uniform(3)",
    "features.preprocessing": "squash",
    "features.store": "elsewhere",
}
"""Each setting with a value that changes what a feature store holds, or where it is."""

ELSEWHERE = {
    "training.device": "tests/test_devices.py::test_missing_cuda_is_one_clear_sentence",
    "training.tensorboard": "tests/training/test_trainer.py::test_tensorboard_gets_what_the_metrics_hold",
    "training.checkpoint_every": "tests/runs/test_resume.py::test_interrupted_anywhere_it_ends_with_the_same_bits",
    "model.embedding_dim": "tests/methods/test_methods_tem_adapter.py::"
    "test_the_backbones_size_replaces_the_configurations",
    "model.option_count": "tests/runs/test_every_setting.py::test_four_options_only_takes_no_others",
    "data.dataset": "tests/runs/test_prepare.py::test_dataset_reader_and_video_folder_are_those_of_the_settings",
    "data.reader": "tests/runs/test_prepare.py::test_dataset_reader_and_video_folder_are_those_of_the_settings",
    "data.video_dir": "tests/runs/test_prepare.py::test_dataset_reader_and_video_folder_are_those_of_the_settings",
    "data.test_fraction": "tests/runs/test_prepare.py::test_so_many_videos_as_are_asked_for_are_held_out_for_the_test",
}
"""Where the effect of a setting is tested that shows in neither."""


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
    sections = {
        "data": DataConfig,
        "features": FeatureConfig,
        "training": TrainingConfig,
        "model": ModelConfig,
        "objective": ObjectiveConfig,
    }
    assert sections.keys() == {
        n for n, part in load_config("paper").to_dict().items() if isinstance(part, dict)
    }
    names = [f"{name}.{field.name}" for name, kind in sections.items() for field in fields(kind)]
    assert sorted([*CHANGES, *SEEN, *ELSEWHERE]) == sorted(names)


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_tests_elsewhere_are_there(test: str) -> None:
    file, _, name = test.partition("::")
    text = (Path(__file__).resolve().parents[2] / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", text, re.MULTILINE)


@pytest.mark.parametrize("setting", CHANGES)
def test_a_setting_changes_what_is_trained(
    setting: str, world: Path, trained: dict[tuple[str, ...], str], tmp_path: Path
) -> None:
    value, beside = CHANGES[setting]
    usual = weights(world, tmp_path / "usual", trained, *beside)
    assert weights(world, tmp_path / "other", trained, *beside, f"{setting}={value}") != usual


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory, make_video: Callable[..., Path]) -> Path:
    """Two videos of changing colours, wider than they are high, and a question about each."""
    folder = tmp_path_factory.mktemp("videos")
    rows = []
    for number in range(2):
        make_video(
            folder / f"{number}.mp4", [(40 * step, 0, 100 * number) for step in range(6)], size=(96, 32)
        )
        row = {"video": f"{number}.mp4", "question": "Is it red?", "options": ["yes", "no"], "answer": 0}
        rows.append(json.dumps(row | {"split": "test"}))
    (folder / "questions.jsonl").write_text("\n".join(rows))
    return folder / "questions.jsonl"


def seen(questions: Path, folder: Path, *sets: str) -> set[tuple[str, str]]:
    """Return the files that a run leaves in feature stores, each with a digest."""
    usual = (
        "method=clip-template",
        f"data.dataset={questions}",
        "features.backbone=toy",
        "features.sampler=uniform(2)",
        f"features.store={folder / 'features'}",
    )
    train_run(load_config("paper", [*usual, *sets]), folder / "run")
    files = folder.glob("*/*/*-mp4-*.safetensors")
    return {(str(file.relative_to(folder)), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}


@pytest.mark.parametrize("setting", SEEN)
def test_a_setting_changes_what_is_seen(
    setting: str, videos: Path, toy_backbone: str, tmp_path: Path
) -> None:
    value = str(tmp_path / "other" / SEEN[setting]) if setting == "features.store" else SEEN[setting]
    usual, other = seen(videos, tmp_path / "usual"), seen(videos, tmp_path / "other", f"{setting}={value}")
    assert len(usual) == len(other) == 2
    assert not usual & other


def test_the_same_settings_see_the_same(videos: Path, toy_backbone: str, tmp_path: Path) -> None:
    assert seen(videos, tmp_path / "first") == seen(videos, tmp_path / "second")


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
