"""Training and comparing warn where mini is to learn from videos that it cannot know."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from temadapter.backbones.familiar import unfamiliar
from temadapter.config.data_config import DataConfig
from temadapter.config.run_config import Config
from temadapter.runs.shared_data import SharedData


@pytest.fixture
def data(tmp_path: Path, make_video: Callable[..., Path]) -> DataConfig:
    make_video(tmp_path / "videos" / "a.mp4", [(9, 9, 9)] * 4)
    row = {"video": "a.mp4", "question": "What?", "options": ["a", "b"], "answer": 0}
    (tmp_path / "mine.jsonl").write_text(json.dumps(row))
    return DataConfig(dataset=str(tmp_path / "mine.jsonl"))


def warn(shared: SharedData, data: DataConfig, backbone: str) -> None:
    asked = shared.questions(Config(data=data))
    shared.warn_once(asked.dataset, unfamiliar(backbone, asked.files))


def test_the_runs_of_a_comparison_warn_once(data: DataConfig) -> None:
    shared = SharedData()
    with pytest.warns(UserWarning, match="mini knows the drawn streets of Crossroads only"):
        warn(shared, data, "mini")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn(shared, data, "mini")
        warn(shared, data, "hf:openai/clip-vit-base-patch32")


def test_crossroads_is_not_warned_about(data: DataConfig) -> None:
    (Path(data.dataset).parent / "crossroads.json").write_text("{}")
    shared = SharedData()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn(shared, data, "mini")
