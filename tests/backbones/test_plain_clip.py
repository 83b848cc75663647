"""The plain towers against transformers: the same bits; and what they leave to transformers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from temadapter.backbones.folder import _load_model
from temadapter.backbones.plain_clip import read_plain_clip
from temadapter.backbones.registry import MINI_FOLDER, load_backbone

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def both(clip_folder):
    return read_plain_clip(clip_folder), _load_model(clip_folder, "clip").eval()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_mini_has_the_bits_of_transformers(dtype):
    plain, theirs = read_plain_clip(MINI_FOLDER), _load_model(MINI_FOLDER, "clip").eval()
    assert plain.count() == sum(parameter.numel() for parameter in theirs.parameters())
    plain, theirs = plain.to(CPU, dtype), theirs.to(dtype)
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(8, 3, 64, 64, generator=generator).to(dtype)
    ids = torch.randint(3, 1000, (16, 24), generator=generator)
    ids[torch.arange(16), torch.arange(16) + 4] = theirs.config.text_config.eos_token_id
    with torch.no_grad():
        assert torch.equal(plain.images(pixels), theirs.get_image_features(pixels).pooler_output)
        assert torch.equal(plain.texts(ids), theirs.get_text_features(ids).pooler_output)
    assert torch.equal(plain.logit_scale, theirs.logit_scale)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000), rows=st.integers(1, 9), length=st.integers(1, 16), end=st.sampled_from([2, 5])
)
def test_any_batch_has_the_bits_of_transformers(both, seed, rows, length, end):
    plain, theirs = both
    theirs.text_model.eos_token_id = plain.config.text_config.eos_token_id = end  # 2: the highest id counts
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(0, plain.config.text_config.vocab_size, (rows, length), generator=generator)
    pixels = torch.randn(rows, 3, 32, 32, generator=generator)
    with torch.no_grad():
        assert torch.equal(plain.texts(ids), theirs.get_text_features(ids).pooler_output)
        assert torch.equal(plain.images(pixels), theirs.get_image_features(pixels).pooler_output)


def changed(folder: Path, kind: str) -> None:
    """Make a copy of a CLIP unusual."""
    config = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    if kind == "another activation":
        config["text_config"]["hidden_act"] = "relu"
    elif kind == "defaults left out":
        del config["vision_config"]["layer_norm_eps"]
    elif kind == "old overrides":
        config["text_config_dict"] = config["text_config"] | {"hidden_act": "gelu"}
    elif kind == "a weight too many":
        weights["extra"] = torch.zeros(1)
    (folder / "config.json").write_text(json.dumps(config))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    "kind", ["another activation", "defaults left out", "old overrides", "a weight too many"]
)
def test_what_is_unusual_is_left_to_transformers(clip_folder, tmp_path, frames, kind):
    folder = shutil.copytree(clip_folder, tmp_path / "copy")
    changed(folder, kind)
    assert read_plain_clip(folder) is None
    backbone = load_backbone(f"dir:{folder}", device="cpu")
    assert backbone.encode_frames(frames).shape == (5, 24)


def test_old_position_numbers_among_the_weights_do_not_matter(clip_folder, tmp_path):
    folder = shutil.copytree(clip_folder, tmp_path / "copy")
    weights = load_file(folder / "model.safetensors")
    weights["text_model.embeddings.position_ids"] = torch.arange(16)[None]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert read_plain_clip(folder) is not None


def test_encoding_with_mini_never_imports_transformers():
    code = (
        "import sys, numpy; from temadapter.backbones.registry import load_backbone;"
        "b = load_backbone('mini', device='cpu'); b.encode_texts(['a red car']);"
        "b.encode_frames(numpy.zeros((1, 9, 9, 3), 'uint8')); assert 'transformers' not in sys.modules;"
        "assert b.model.config.model_type == 'clip'; assert b.model.dtype == b.dtype"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
