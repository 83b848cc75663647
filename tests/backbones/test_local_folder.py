"""Loading from a folder: what it needs, what it complains about, what its fingerprint depends on."""

from __future__ import annotations

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from temadapter.backbones.registry import load_backbone
from temadapter.errors import BackboneError


@pytest.fixture
def copy(clip_folder, tmp_path):
    return shutil.copytree(clip_folder, tmp_path / "copy")


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def load(folder, **options):
    return load_backbone(f"dir:{folder}", device="cpu", **options)


@pytest.mark.parametrize(
    "file", ["config.json", "preprocessor_config.json", "model.safetensors", "tokenizer.json"]
)
def test_a_missing_file_is_named(copy, file):
    (copy / file).unlink()
    with pytest.raises(BackboneError, match=f"lacks {file}"):
        load(copy)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(BackboneError, match=r"no folder .*nowhere"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "tokenizer.json"])
def test_a_broken_file_is_named(copy, file):
    (copy / file).write_text("{ not json")
    with pytest.raises(BackboneError, match=file):
        load(copy)


def test_broken_weights_are_one_sentence(copy):
    (copy / "model.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(BackboneError, match="cannot be loaded"):
        load(copy)


def test_missing_tensors_are_never_made_up(copy):
    tensors = load_file(copy / "model.safetensors")
    del tensors["visual_projection.weight"]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BackboneError, match=r"lack 1 tensors .*visual_projection"):
        load(copy)


@pytest.mark.parametrize("kind", ["bert", "siglip2"])
def test_other_kinds_of_model_are_refused(copy, kind):
    change(copy / "config.json", model_type=kind)
    with pytest.raises(BackboneError, match=f"type '{kind}'; supported are clip and siglip"):
        load(copy)


def test_a_preprocessor_of_another_size_is_refused(copy):
    change(copy / "preprocessor_config.json", crop_size={"height": 48, "width": 48})
    with pytest.raises(BackboneError, match="48 pixels, but the image tower was built for 32"):
        load(copy)


def test_the_fingerprint_follows_weights_and_preprocessing(copy, clip):
    assert load(copy).fingerprint == clip.fingerprint
    assert len(clip.fingerprint) == 16
    seen = {clip.fingerprint}
    change(copy / "preprocessor_config.json", image_mean=[0.4, 0.5, 0.5])
    seen.add(load(copy).fingerprint)
    change(copy / "preprocessor_config.json", do_center_crop=False, size={"height": 32, "width": 32})
    seen.add(load(copy).fingerprint)
    tensors = load_file(copy / "model.safetensors")
    tensors["logit_scale"] += 0.5
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    seen.add(load(copy).fingerprint)
    assert len(seen) == 4


def test_weights_in_float16_give_float32_on_the_cpu(copy):
    import torch

    tensors = {name: tensor.half() for name, tensor in load_file(copy / "model.safetensors").items()}
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    change(copy / "config.json", dtype="float16")
    assert load(copy, dtype="float32").dtype == torch.float32


def test_pickled_weights_load_where_there_is_nothing_else(copy, clip, frames):
    import torch

    torch.save(load_file(copy / "model.safetensors"), copy / "pytorch_model.bin")
    (copy / "model.safetensors").unlink()
    assert torch.equal(load(copy).encode_frames(frames), clip.encode_frames(frames))


def test_loading_says_nothing(copy, capfd):
    load(copy)
    assert capfd.readouterr() == ("", "")
