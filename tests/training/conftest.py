"""The toy world, made once for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import settings
from training_toy import make_world

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with questions.jsonl and features/."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("world")
    make_world(folder)
    return folder
