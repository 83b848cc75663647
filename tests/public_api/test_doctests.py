"""Every public name has an example, and every example runs, in a folder with a small Crossroads and a run on it."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

import temadapter
from live_server import sending
from presets import official_model
from temadapter.backbones import registry as backbones
from temadapter.crossroads.generate import generate
from temadapter.methods import registry as methods
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.parameter_names import official_state_dicts

PUBLIC = sorted(set(temadapter.__all__) - {"__version__"})
OTHERS = ("temadapter.config.run_config", "temadapter.files", "temadapter.cli.output")
MODULES = sorted({f"temadapter.{home}" for home in temadapter._HOMES.values()} | set(OTHERS))
MINI = 256  # how long the embeddings of mini are
FINDER = doctest.DocTestFinder()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the examples find where they run: crossroads/ with nine videos, runs/a, and authors/ with four files."""
    folder = tmp_path_factory.mktemp("examples")
    generate(folder / "crossroads", sizes=(6, 3), seed=0, workers=1)
    temadapter.train(
        folder / "crossroads",
        output=folder / "runs" / "a",
        settings={
            "method": "clip-adapter",
            "features.sampler": "uniform(16)",
            "features.store": folder / "features",
            "training.epochs": 1,
        },
    )
    _write_authors_files(folder / "authors", folder / "crossroads" / "annotations" / "R2_test.jsonl")
    return folder


def _write_authors_files(folder: Path, questions: Path) -> None:
    """Write files like the authors': untrained weights, random features of the videos of some questions."""
    folder.mkdir()
    shutil.copy(questions, folder / "output_file_test.jsonl")
    states = official_state_dicts(TemAdapter(official_model(embedding_dim=MINI)))
    for name, state in zip(("tempaligner_49.pt", "semanticaligner_49.pt"), states, strict=True):
        torch.save({"epoch": 49, "state_dict": state}, folder / name)
    ids = sorted({question.video_id for question in temadapter.load_dataset(questions).questions})
    with h5py.File(folder / "app_feat.h5", "w") as file:
        rng = np.random.default_rng(0)
        file["appearance_features"] = rng.normal(size=(len(ids), 8, 16, MINI)).astype(np.float32)
        file["ids"] = np.array([int(identity) for identity in ids])


@pytest.fixture
def address(tmp_path: Path, make_video: Callable[..., Path]) -> Iterator[str]:
    """Yield the address of a camera that sends eight black seconds."""
    recording = make_video(tmp_path / "a.ts", [(5, 5, 5)] * 80)
    with sending(recording.read_bytes()) as found:
        yield found


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(
    name: str, folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    # What an example registers is gone after it.
    monkeypatch.setattr(methods, "_METHODS", dict(methods._METHODS))
    monkeypatch.setattr(backbones, "_registered", dict(backbones._registered))
    known = {"address": request.getfixturevalue("address")} if name == "temadapter.api.watch" else {}
    result = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS, extraglobs=known)
    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_an_example_that_runs(name: str) -> None:
    module = import_module(f"temadapter.{temadapter._HOMES[name]}")
    found = FINDER.find(getattr(temadapter, name), name, module=module)
    examples = [example for test in found for example in test.examples]
    assert examples
    assert not [example.source for example in examples if example.options.get(doctest.SKIP)]
