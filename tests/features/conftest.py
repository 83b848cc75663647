from __future__ import annotations

from pathlib import Path

import pytest
from grey_backbone import GreyBackbone, write_video


@pytest.fixture(scope="session")
def videos(tmp_path_factory) -> list[tuple[str, Path]]:
    """Six videos of different lengths: (id, file)."""
    folder = tmp_path_factory.mktemp("videos")
    lengths = [20, 5, 33, 12, 20, 1]
    return [
        (f"town/clip {index}.mp4", write_video(folder / f"{index}.mp4", frames=length, seed=index))
        for index, length in enumerate(lengths)
    ]


@pytest.fixture
def backbone() -> GreyBackbone:
    return GreyBackbone()
