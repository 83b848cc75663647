"""The examples run, on fewer clips than they draw for people, and the notebook runs as it is."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import temadapter
from temadapter.backbones import registry as backbones
from temadapter.methods import registry as methods

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
if not EXAMPLES.is_dir():
    pytest.skip("the examples are not here", allow_module_level=True)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    import torch

    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: None)  # other tests want the other cores
    # What an example registers is gone after it.
    monkeypatch.setattr(methods, "_METHODS", dict(methods._METHODS))
    monkeypatch.setattr(backbones, "_registered", dict(backbones._registered))
    yield importlib.import_module(request.param)
    for name in ("own_videos", "own_method", "own_backbone"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("example", ["own_videos"], indirect=True)
def test_own_videos(example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = example.main(example.draw(tmp_path / "videos", clips=18), tmp_path)
    assert answer.answer in {"to the right", "to the left"}
    assert "18 videos encoded, 0 failed" in capsys.readouterr().out


@pytest.mark.parametrize("example", ["own_method"], indirect=True)
def test_own_method_sees_the_direction_that_a_mean_cannot(example: ModuleType, tmp_path: Path) -> None:
    found = example.main(tmp_path, clips=36)
    assert found["before-and-after"] == 1.0
    assert found["mean-linear"] < 0.9


@pytest.mark.parametrize("example", ["own_backbone"], indirect=True)
def test_own_backbone(example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = example.main(tmp_path, clips=18)
    assert (answer.answer, answer.backbone) == ("something red", "colours")
    assert answer.note in answer._repr_html_()
    assert isinstance(example.load("", device="cpu", dtype="auto"), temadapter.Backbone)


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    for name in ("own_videos.py", "first_steps.ipynb"):
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes())
    notebook = nbformat.read(tmp_path / "first_steps.ipynb", as_version=4)
    client.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "test accuracy 100% of 20 questions" in str(notebook.cells)
    assert (tmp_path / "first-steps" / "answer.png").is_file()
