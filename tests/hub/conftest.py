"""A finished run, small and quick, and a hub on this machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_hub import FakeHub

COLOURS = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}


_made: list[Path] = []


@pytest.fixture(autouse=True)
def toy_mini(toy_backbone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the name `mini` mean the toy backbone, which loads in no time."""
    from temadapter.backbones import registry

    monkeypatch.setitem(registry._registered, "mini", registry._registered[toy_backbone])


@pytest.fixture
def trained(
    toy_mini: None, make_video: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A run on videos in a folder with a space in its name, made once; `run_folder` may be changed, it may not."""
    if not _made:
        _made.append(_train(tmp_path_factory.mktemp("secret"), make_video))
    return _made[0]


def _train(root: Path, make_video: Callable[..., Path]) -> Path:
    from temadapter.config.run_config import load_config
    from temadapter.runs.train import train_run

    rows = []
    for number in range(12):
        name = list(COLOURS)[number % 3]
        make_video(root / "my data" / "videos" / f"{number}.mp4", [COLOURS[name]] * 5)
        row = {
            "video": f"{number}.mp4",
            "question": "What colour is it?",
            "options": ["red", "green", "blue"],
        }
        rows.append({**row, "answer": name, "type": "U", "split": "train" if number < 8 else "test"})
    questions = root / "my data" / "mine.jsonl"
    questions.write_text("\n".join(map(json.dumps, rows)))
    sets = (
        f"data.dataset={questions}",
        f"features.store={root / 'my store'}",
        "features.sampler=uniform(4)",
        "training.epochs=2",
        "training.batch_size=16",
        "training.device=cpu",
        "training.dtype=float32",
    )
    train_run(load_config("paper", sets), root / "runs" / "a")
    return root / "runs" / "a"


@pytest.fixture
def run_folder(trained: Path, tmp_path: Path) -> Path:
    """A copy of the run, which a test may change."""
    return shutil.copytree(trained, tmp_path / "own" / "runs" / "a")


@pytest.fixture
def video(trained: Path) -> Path:
    """A blue video."""
    return trained.parents[1] / "my data" / "videos" / "2.mp4"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub that the real client talks to, with an empty cache, and nobody logged in."""
    fake = FakeHub()
    _lead(monkeypatch, fake.url)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no token"))
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield fake
    fake.close()


@pytest.fixture
def logged_in(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be `me` on the hub."""
    monkeypatch.setenv("HF_TOKEN", "hf_good")


@pytest.fixture
def unplug(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that lets no further request reach a hub."""
    return lambda: _lead(monkeypatch, "http://127.0.0.1:9")


def _lead(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    template = "{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", f"{url}/{template}")
