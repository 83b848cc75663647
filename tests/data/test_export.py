from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from temadapter.data.dataset import Dataset
from temadapter.data.export import write_dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import Question
from temadapter.errors import ConfigError

QUESTIONS = (
    Question(id="1", video="a.mp4", text="Which “one”?", options=("red", "blue", "", "été"), answer=3, split="train"),
    Question(id="2", video="a.mp4", text="When?", options=("now", "later"), start=1.5, end=3.0, split="test", type="T"),
    Question(id="3", video="b.mp4", text="Who?", options=("x", "y"), answer=0, split="test", group="north"),
)  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset("mine", tmp_path, QUESTIONS)


def test_what_is_written_is_read_back(dataset: Dataset, tmp_path: Path) -> None:
    assert write_dataset(dataset, tmp_path / "out") == {"train": 1, "test": 2}
    read = [
        q for name in ("train", "test") for q in load_dataset(tmp_path / "out" / f"{name}.jsonl").questions
    ]
    assert tuple(read) == tuple(replace(q, video=str(tmp_path / q.video)) for q in QUESTIONS)


def test_every_row_has_every_column_and_the_card_names_every_file(dataset: Dataset, tmp_path: Path) -> None:
    write_dataset(dataset, tmp_path / "out")
    rows = [
        json.loads(line) for f in (tmp_path / "out").glob("*.jsonl") for line in f.read_text().splitlines()
    ]
    assert len({tuple(row) for row in rows}) == 1
    card = yaml.safe_load((tmp_path / "out" / "README.md").read_text().split("---")[1])
    named = {entry["split"]: entry["path"] for entry in card["configs"][0]["data_files"]}
    assert named == {"train": "train.jsonl", "test": "test.jsonl"}


def test_nothing_is_overwritten(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(ConfigError, match="not empty"):
        write_dataset(dataset, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
