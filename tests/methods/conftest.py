"""A CLIP and a SigLIP of random weights as backbones, made once for all tests here."""

from __future__ import annotations

import pytest

from tiny_backbones import write_clip, write_siglip


def _load(folder):
    from temadapter.backbones.registry import load_backbone

    return load_backbone(f"dir:{folder}", device="cpu", dtype="float32")


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    return _load(write_clip(tmp_path_factory.mktemp("clip")))


@pytest.fixture(scope="session")
def siglip(tmp_path_factory):
    return _load(write_siglip(tmp_path_factory.mktemp("siglip")))


@pytest.fixture(params=["clip", "siglip"])
def backbone(request):
    return request.getfixturevalue(request.param)
