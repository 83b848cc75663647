"""Which files of a repository are fetched: all that loading needs, whoever saved the model."""

from __future__ import annotations

import fnmatch
import json
import shutil
from types import SimpleNamespace

import pytest
from safetensors.torch import load_file, save_file

from temadapter.backbones import hub, registry


@pytest.fixture
def repository(tmp_path, monkeypatch, clip_folder):
    """A model on a hub of its own: change the folder, then load hf:someone/small."""
    source = shutil.copytree(clip_folder, tmp_path / "hub")
    cache = tmp_path / "cache"
    cache.mkdir()

    class Api:
        def model_info(self, *_, **__):
            files = (path.name for path in source.iterdir())
            return SimpleNamespace(siblings=[SimpleNamespace(rfilename=name) for name in files])

    def download(_, *, allow_patterns, **__):
        for path in source.iterdir():
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in allow_patterns):
                shutil.copy(path, cache)
        return str(cache)

    monkeypatch.setattr("huggingface_hub.HfApi", Api)
    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    monkeypatch.setattr(hub, "_cached", lambda repository: None)
    return source


def loaded_is(clip):
    return registry.load_backbone("hf:someone/small", device="cpu").fingerprint == clip.fingerprint


def test_weights_of_open_clip_are_no_weights(repository, clip, frames):
    """A repository of open_clip with a copy for transformers, which is pickled."""
    import torch

    torch.save(load_file(repository / "model.safetensors"), repository / "pytorch_model.bin")
    (repository / "model.safetensors").rename(repository / "open_clip_model.safetensors")
    loaded = registry.load_backbone("hf:someone/small", device="cpu")
    assert torch.equal(loaded.encode_frames(frames), clip.encode_frames(frames))


def test_a_model_saved_by_transformers_5(repository, clip):
    inside = (repository / "preprocessor_config.json").read_text()
    (repository / "preprocessor_config.json").unlink()
    (repository / "processor_config.json").write_text(f'{{"image_processor": {inside}}}')
    assert loaded_is(clip)


def test_safetensors_come_before_pickles(repository, clip, tmp_path):
    (repository / "pytorch_model.bin").write_bytes(b"not needed")
    assert loaded_is(clip)
    assert not (tmp_path / "cache" / "pytorch_model.bin").exists()


def test_shards_with_names_of_their_own(repository, clip, frames):
    import torch

    tensors = load_file(repository / "model.safetensors")
    (repository / "model.safetensors").unlink()
    save_file(tensors, repository / "weights-a.safetensors", metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": dict.fromkeys(tensors, "weights-a.safetensors")}
    (repository / "model.safetensors.index.json").write_text(json.dumps(index))
    loaded = registry.load_backbone("hf:someone/small", device="cpu")
    assert torch.equal(loaded.encode_frames(frames), clip.encode_frames(frames))


def test_weights_that_the_configuration_names(repository, clip, frames):
    import torch

    settings = json.loads((repository / "config.json").read_text())
    settings["transformers_weights"] = "own.safetensors.index.json"
    (repository / "config.json").write_text(json.dumps(settings))
    (repository / "model.safetensors").rename(repository / "a.safetensors")
    index = {"weight_map": dict.fromkeys(load_file(repository / "a.safetensors"), "a.safetensors")}
    (repository / "own.safetensors.index.json").write_text(json.dumps({"metadata": {}, **index}))
    loaded = registry.load_backbone("hf:someone/small", device="cpu")
    assert torch.equal(loaded.encode_frames(frames), clip.encode_frames(frames))
