"""What several rooms' tests share: small videos made here, and a backbone that loads in no time."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from toy_backbone import ToyBackbone
from video_files import write_colours

os.environ.setdefault("OMP_NUM_THREADS", "1")  # small tensors: more threads only wait for each other

settings.register_profile("steady", deadline=None)  # no test depends on how fast the machine is
settings.load_profile("steady")

MakeVideo = Callable[..., Path]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import all tests without looking for garbage among what stays, then or later: a tenth of the tests' time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def own_threads() -> Iterator[None]:
    """Take back what a test did to torch's threads: two of them for small tensors cost the others ten times as much."""
    yield
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != (threads := int(os.environ["OMP_NUM_THREADS"])):
        torch.set_num_threads(threads)


@pytest.fixture
def toy_backbone(monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the backbone "toy" known by its name."""
    from temadapter.backbones import registry

    def factory(argument: str, /, *, device: str, dtype: str) -> ToyBackbone:
        return ToyBackbone()

    monkeypatch.setitem(registry._registered, "toy", registry._Entry(factory, ""))
    return "toy"


@pytest.fixture(scope="session")
def make_video() -> MakeVideo:
    """Return `write_colours`."""
    return write_colours


@pytest.fixture
def red_then_blue(tmp_path: Path) -> Path:
    """Two seconds of red, then two of blue, at 10 frames a second."""
    return write_colours(tmp_path / "red then blue.mp4", [(250, 5, 5)] * 20 + [(5, 5, 250)] * 20)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with questions.jsonl and features/, made once for all tests that only read it."""
    import torch

    from training_toy import make_world

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("world")
    make_world(folder)
    return folder
