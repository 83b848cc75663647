"""A CLIP and a SigLIP of random weights, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiny_backbones import write_clip, write_siglip


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="session")
def siglip_folder(tmp_path_factory) -> Path:
    return write_siglip(tmp_path_factory.mktemp("siglip"))


@pytest.fixture(scope="session")
def clip(clip_folder):
    from temadapter.backbones.registry import load_backbone

    return load_backbone(f"dir:{clip_folder}", device="cpu", dtype="float32")


@pytest.fixture(scope="session")
def siglip(siglip_folder):
    from temadapter.backbones.registry import load_backbone

    return load_backbone(f"dir:{siglip_folder}", device="cpu", dtype="float32")


@pytest.fixture
def frames():
    """Some frames that are not square."""
    import numpy as np

    picture = np.random.default_rng(0).integers(0, 256, (5, 9, 14, 3), dtype=np.uint8)
    return picture.repeat(6, axis=1).repeat(6, axis=2)  # (5, 54, 84, 3), smooth enough to be resized well
