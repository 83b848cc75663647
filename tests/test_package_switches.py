"""Whoever follows `temadapter train` is not sent from folder to folder (CONTRIBUTING.md)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import package_switches
from package_switches import switches

MOST = 45
"""Lower it when you can; before you raise it, look for the step that leaves its room for a single value."""

QUESTIONS, SAMPLER = 12, "uniform(4)"


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """The command that trains preset plus on features and texts that are stored already."""
    import temadapter
    from temadapter.features.store import FeatureStore

    rows = []
    store = FeatureStore(
        tmp_path / "features", backbone=(mini := temadapter.load_backbone("mini")), sampler=SAMPLER
    )
    for number in range(QUESTIONS):
        store.write(f"v{number}.mp4", features=torch.randn(4, mini.embedding_dim), times=torch.arange(4.0))
        row = {"video": f"v{number}.mp4", "question": "Which vehicle stopped?", "answer": number % 2}
        row |= {"options": ["the red car", "the blue bus"], "split": "test" if number < 2 else "train"}
        rows.append(json.dumps(row))
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(rows))
    settings = {"features.store": tmp_path / "features", "features.sampler": SAMPLER}
    settings |= {"training.epochs": 1, "training.device": "cpu"}
    temadapter.train(questions, output=tmp_path / "first", settings=settings, backbone=mini)
    options = [f"--set={name}={value}" for name, value in settings.items()]
    return ["train", str(questions), "--output", str(tmp_path / "run"), *options]


def test_train_changes_room_seldom_before_the_first_step(command: list[str]) -> None:
    script = package_switches.__file__
    told = subprocess.run(
        [sys.executable, script, *command], capture_output=True, text=True, check=True
    ).stdout
    calls = [json.loads(line) for line in told.splitlines()]
    rooms = {room for room, _, _ in calls}
    assert {"config", "data", "features", "methods", "models", "training", "runs"} <= rooms
    entered = switches(calls)
    shown = "\n".join(
        f"{number:3} {room:13} {file} {name}" for number, (room, file, name) in enumerate(entered, 1)
    )
    assert len(entered) <= MOST, f"{len(entered)} changes of room before the first step:\n{shown}"


def test_the_count_above_can_fail() -> None:
    calls = [("cli", "a", "f"), ("runs", "b", "g"), ("", "c", "h"), ("runs", "b", "i"), ("cli", "a", "j")]
    assert switches(calls) == [("runs", "b", "g"), ("cli", "a", "j")]
