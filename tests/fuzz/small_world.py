"""What the commands work on, made once: videos, questions, the authors' files, a finished run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fuzz.commands import run
from presets import official_model
from video_files import write_colours

COLOURS = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
TOY = ("--backbone", "mini", "--sampler", "uniform(4)", "--store", "store")
QUICK = ("--set", "training.batch_size=8", "--set", "training.dtype=float32", "--set", "training.device=cpu")
PLAN = """
title: Two ways
reference: whole
trials:
  whole: {label: whole}
  still: {label: one frame, sets: [features.control=one_frame]}
"""


@dataclass(frozen=True)
class Command:
    """A command that may be cut off at any moment and given again.

    Args:
        words: What is given at first.
        again: What is given after it was cut off.
        result: What it leaves in its folder, for comparison with a run that nothing befell.
    """

    words: tuple[object, ...]
    again: tuple[object, ...]
    result: Callable[[Path], Mapping[str, bytes]]


def make_world(folder: Path, *, trained: bool) -> Mapping[str, Command]:
    """Fill `folder`, with a finished run if that is wanted (for `push`), and return the commands by name."""
    from temadapter.models.tem_adapter import TemAdapter
    from temadapter.official.parameter_names import official_state_dicts

    folder.mkdir(parents=True)
    rows = []
    for number in range(9):
        name = list(COLOURS)[number % 3]
        write_colours(folder / "videos" / f"{number}.mp4", [COLOURS[name]] * 5)
        row = {
            "video": f"{number}.mp4",
            "question": "What colour is it?",
            "options": list(COLOURS),
            "answer": name,
        }
        rows.append({**row, "type": "U", "split": "train" if number < 6 else "test", "video_id": number})
    (folder / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "two.yaml").write_text(PLAN)
    import torch

    torch.manual_seed(0)
    states = official_state_dicts(TemAdapter(official_model(embedding_dim=64)))
    for name, state in zip(("temporal.pt", "semantic.pt"), states, strict=True):
        torch.save({"epoch": 49, "state_dict": state, "optimizer": {}, "model_kwargs": {}}, folder / name)
    _authors_features(folder / "features.h5")
    questions, sets = folder / "mine.jsonl", (*QUICK, "--set", "data.validation_fraction=0.4")
    train = ("train", questions, "--output", "run", *TOY, "--method", "tem-adapter", "--epochs", 3, *sets)
    train = (*train, "--set", "training.checkpoint_every=0")
    if trained:
        ended = run(train, folder)
        assert ended.code == 0, ended.printed
    return _commands(folder, questions, train, sets)


def _authors_features(path: Path) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        file["appearance_features"] = np.random.default_rng(0).normal(size=(9, 8, 16, 64)).astype(np.float32)
        file["ids"] = np.arange(9)


def _commands(
    folder: Path, questions: Path, train: tuple[object, ...], sets: tuple[object, ...]
) -> Mapping[str, Command]:
    extract = ("extract", folder / "videos", *TOY)
    convert = ("convert", "checkpoint", folder / "temporal.pt", folder / "semantic.pt", "--output", "run")
    imported = ("convert", "features", folder / "features.h5", "--annotations", questions)
    imported = (*imported, "--backbone", "mini", "--store", "store")
    compare = ("compare", "--plan", folder / "two.yaml", "--dataset", questions, "--seeds", 1, "--jobs", 1)
    compare = (
        *compare,
        *TOY[-2:],
        "--backbone",
        "toy",
        "--sampler",
        "uniform(4)",
        *sets,
        "--set",
        "training.epochs=1",
    )
    push = ("push", folder / "run", "dir:out")
    return {
        "extract": Command(extract, extract, _named("store/*/*.safetensors")),
        "train": Command(
            train, (*train, "--resume"), _named("run/model.safetensors", "run/predictions.jsonl")
        ),
        "compare": Command(compare, compare, _named("comparison/**/predictions.jsonl")),
        "push": Command(push, (*push, "--overwrite"), _named("out/*")),
        "convert checkpoint": Command(
            convert, (*convert, "--overwrite"), _named("run/model.safetensors", "run/config.yaml")
        ),
        "convert features": Command(imported, imported, _named("store/*/*.safetensors")),
    }


def _named(*patterns: str) -> Callable[[Path], Mapping[str, bytes]]:
    def result(folder: Path) -> Mapping[str, bytes]:
        files = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    return result
