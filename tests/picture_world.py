"""Short real videos of one colour after another, with questions about them: what methods that need frames train on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from temadapter.config.run_config import Config, load_config

COLOURS = {"red": (240, 10, 10), "green": (10, 240, 10), "blue": (10, 10, 240), "white": (240, 240, 240)}


def make_pictures(folder: Path, write_video: Callable[..., Path], *, videos: int = 10) -> Path:
    """Write videos and questions with two to four options, one of them empty."""
    names, lines = list(COLOURS), []
    for number in range(videos):
        first, last = number % 4, (number + 1 + number // 4) % 4
        shown = [COLOURS[names[first]]] * (2 if number % 3 else 1) + [COLOURS[names[last]]] * 2
        write_video(folder / f"v{number}.mp4", shown, size=(48, 32))
        for kind, colour in (("first", first), ("last", last)):
            options = [names[colour], names[(colour + 1) % 4]]
            options += ["", names[(colour + 2) % 4]] if kind == "last" else []
            lines.append(
                {
                    "id": f"{number}-{kind}",
                    "video": f"v{number}.mp4",
                    "question": f"Which colour is {kind}?",
                    "options": options,
                    "answer": 0,
                    "type": kind,
                    "split": "test" if number % 4 == 3 else "train",
                }
            )
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return file


def picture_config(folder: Path, backbone: str, method: str, *sets: Any) -> Config:
    """Return a configuration that trains on `make_pictures(folder)` in about a second."""
    context = ["method_options.context=4"] if method.startswith("coop") else []
    return load_config(
        "paper",
        [
            f"method={method}",
            f"data.dataset={folder / 'questions.jsonl'}",
            "data.validation_fraction=0.3",
            f"features.backbone={backbone}",
            "features.sampler=fps(10)",
            f"features.store={folder / 'features'}",
            "model.heads=4",
            "training.epochs=2",
            "training.batch_size=4",
            "training.learning_rate=0.001",
            "training.device=cpu",
            "training.dtype=float32",
            *context,
            *map(str, sets),
        ],
    )
