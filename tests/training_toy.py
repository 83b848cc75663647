"""A world small enough to train in a second: questions about the order of two colours, features without videos."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from temadapter.config.run_config import Config, load_config
from temadapter.features.store import FeatureStore

DIM = 32
COLOURS = ("red", "green", "blue", "white")


class ToyBackbone:
    """Gives every word its own random direction; a sentence is the sum of its words."""

    name = "toy"
    embedding_dim = DIM
    image_size = 16
    resize_mode = "crop"
    fingerprint = hashlib.sha256(b"toy").hexdigest()[:16]
    note = "The backbone toy is for tests."
    logit_scale = 10.0

    def encode_frames(self, frames: Any) -> Any:
        raise AssertionError("every feature is stored: no frame may be encoded")

    def encode_texts(self, texts: Any) -> Any:
        rows = [torch.stack([word_vector(word) for word in text.split()]).sum(0) for text in texts if text]
        filled = iter(rows)
        return torch.stack([next(filled) if text else torch.zeros(DIM) for text in texts])


def word_vector(word: str) -> torch.Tensor:
    seed = int(hashlib.sha256(word.strip(".,?").lower().encode()).hexdigest()[:8], 16)
    return torch.randn(DIM, generator=torch.Generator().manual_seed(seed))


def make_world(folder: Path, *, videos: int = 24, empty: bool = False, splits: bool = True) -> Path:
    """Write questions and features; in every video one colour is followed by another."""
    store = FeatureStore(folder / "features", backbone=ToyBackbone(), sampler="uniform(6)")
    lines = []
    for number in range(videos):
        first, second = number % 4, (number // 4 + number + 1) % 4
        second = (second + 1) % 4 if second == first else second
        noise = torch.randn(6, DIM, generator=torch.Generator().manual_seed(number)) * 0.1
        shown = [first] * 3 + [second] * 3
        frames = torch.stack([word_vector(COLOURS[colour]) for colour in shown]) + noise
        name = f"v{number}.mp4"
        store.write(name, features=frames, times=torch.arange(6.0))
        split = "test" if number % 4 == 3 else "train"
        for kind, colour in (("first", first), ("last", second)):
            options = [*COLOURS]
            if empty:
                options[(colour + 1) % 4] = ""
            row = {
                "id": f"{number}-{kind}",
                "video": name,
                "question": f"Which colour is {kind}?",
                "options": options,
                "answer": colour,
                "type": kind,
            }
            lines.append(json.dumps(row | ({"split": split} if splits else {})))
    file = folder / "questions.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def toy_config(folder: Path, preset: str = "paper", *sets: str) -> Config:
    """Return a configuration that trains on `make_world(folder)` in well under a second."""
    config = load_config(
        preset,
        [
            f"data.dataset={folder / 'questions.jsonl'}",
            "data.validation_fraction=0.3",
            "data.descriptions=raw",
            "features.sampler=uniform(6)",
            "training.epochs=3",
            "training.batch_size=8",
            "training.learning_rate=0.003",
            "training.device=cpu",
            "training.dtype=float32",
            *sets,
        ],
    )
    return replace(config, features=replace(config.features, store=str(folder / "features"), backbone="toy"))


def train_slowly(world: Path, output: Path) -> None:
    """Train 200 epochs with a checkpoint after each step: what the SIGKILL test kills."""
    from temadapter.runs.train import train_run

    torch.set_num_threads(1)
    slow = toy_config(world, "paper", "training.checkpoint_every=0", "training.epochs=200")
    train_run(slow, output, resume=True, backbone=ToyBackbone())
