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


@pytest.mark.parametrize(
    "file", ["config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"]
)
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


def test_a_model_saved_by_transformers_5_loads(copy, clip, frames):
    """Its processor is inside of processor_config.json, which counts before an older file beside it."""
    import torch

    inside = json.loads((copy / "preprocessor_config.json").read_text())
    (copy / "processor_config.json").write_text(json.dumps({"image_processor": inside}))
    change(copy / "preprocessor_config.json", image_mean=[0.0, 0.0, 0.0])
    for _ in range(2):
        loaded = load(copy)
        assert loaded.fingerprint == clip.fingerprint
        assert torch.equal(loaded.encode_frames(frames), clip.encode_frames(frames))
        (copy / "preprocessor_config.json").unlink(missing_ok=True)
    (copy / "processor_config.json").write_text(json.dumps({"processor_class": "CLIPProcessor"}))
    with pytest.raises(BackboneError, match=r"lacks preprocessor_config\.json"):
        load(copy)


def test_mini_saved_by_transformers_5_is_mini(tmp_path):
    """All three parts as it writes them; no preprocessor_config.json.

    With `CLIPTokenizerFast` instead of `AutoTokenizer` the folder would get another tokenizer, other token ids and
    other answers, in transformers as here: that class makes rules of its own (`</w>`) for mini's vocabulary.
    """
    import torch
    from transformers import AutoTokenizer, CLIPModel, CLIPProcessor, CLIPTokenizerFast
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    from temadapter.backbones.registry import MINI_FOLDER

    mini, texts = load_backbone("mini", device="cpu"), ["blue", "What is red?"]
    for tokenizer, same in ((AutoTokenizer, True), (CLIPTokenizerFast, False)):
        folder = tmp_path / tokenizer.__name__
        model = CLIPModel.from_pretrained(MINI_FOLDER)
        model.save_pretrained(folder)
        pictures, words = (part.from_pretrained(MINI_FOLDER) for part in (CLIPImageProcessorPil, tokenizer))
        CLIPProcessor(pictures, words).save_pretrained(folder)
        assert not (folder / "preprocessor_config.json").exists()
        loaded = load(folder, dtype="float32")
        assert (loaded.fingerprint == mini.fingerprint) is same
        ids = AutoTokenizer.from_pretrained(folder)(texts, padding=True, return_tensors="pt")
        with torch.no_grad():
            theirs = model.float().eval().get_text_features(**ids).pooler_output
        assert torch.allclose(loaded.encode_texts(texts), theirs, atol=1e-4)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("text_config", {"hidden_act": "gelu"}),
        ("vision_config", {"hidden_act": "gelu"}),
        ("text_config", {"layer_norm_eps": 1e-3}),
        ("vision_config", {"num_attention_heads": 2}),
        ("vision_config", {"num_hidden_layers": 1}),
        ("text_config", {"num_hidden_layers": 1}),
        ("text_config", {"eos_token_id": 2}),
        ("text_config", {"eos_token_id": 5}),
    ],
)
def test_every_setting_that_changes_an_embedding_changes_the_fingerprint(copy, clip, frames, part, values):
    import torch

    whole = json.loads((copy / "config.json").read_text())
    end = whole["text_config"]["eos_token_id"]
    change(copy / "config.json", **{part: whole[part] | values})
    loaded = load(copy)
    sentences = ["a red car stops", "two vehicles meet at the crossing"]
    same = torch.equal(loaded.encode_frames(frames), clip.encode_frames(frames)) and torch.equal(
        loaded.encode_texts(sentences), clip.encode_texts(sentences)
    )
    if not same:
        assert loaded.fingerprint != clip.fingerprint
    else:
        assert values == {"eos_token_id": end}


def test_settings_without_effect_leave_the_fingerprint(copy, clip):
    whole = json.loads((copy / "config.json").read_text())
    other = {"attention_dropout": 0.5, "initializer_range": 0.1, "dropout": 0.3}
    change(copy / "config.json", transformers_version="4.1", text_config=whole["text_config"] | other)
    (copy / "model.fp16.safetensors").write_bytes(b"of no use here")
    assert load(copy).fingerprint == clip.fingerprint


def test_shards_count_by_the_names_that_the_index_gives(copy, clip, frames):
    import torch

    tensors = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    names = sorted(tensors)
    parts = {"one.safetensors": names[::2], "two.safetensors": names[1::2]}
    for file, own in parts.items():
        save_file({name: tensors[name] for name in own}, copy / file, metadata={"format": "pt"})
    where = {name: file for file, own in parts.items() for name in own}
    (copy / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))
    first = load(copy)
    assert torch.equal(first.encode_frames(frames), clip.encode_frames(frames))
    tensors["visual_projection.weight"] *= 2
    own = parts[where["visual_projection.weight"]]
    save_file(
        {name: tensors[name] for name in own},
        copy / where["visual_projection.weight"],
        metadata={"format": "pt"},
    )
    assert load(copy).fingerprint != first.fingerprint
    (copy / "two.safetensors").unlink()
    with pytest.raises(BackboneError, match=r"lacks two\.safetensors"):
        load(copy)


def test_pickled_shards_count_by_the_names_that_the_index_gives(copy, clip, frames):
    import torch

    tensors = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    last = "visual_projection.weight"
    parts = {
        "pytorch_model-00001-of-00002.bin": sorted(tensors.keys() - {last}),
        "pytorch_model-00002-of-00002.bin": [last],
    }
    where = {name: file for file, own in parts.items() for name in own}
    (copy / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))
    seen = set()
    for factor in (1, 2):
        tensors[last] *= factor
        for file, own in parts.items():
            torch.save({name: tensors[name] for name in own}, copy / file)
        loaded = load(copy)
        seen.add(loaded.fingerprint)
        assert torch.equal(loaded.encode_frames(frames), clip.encode_frames(frames)) is (factor == 1)
    assert len(seen) == 2


def test_weights_that_the_configuration_names_are_those_that_count(copy, clip, frames):
    """transformers loads what `transformers_weights` names, whatever else lies there."""
    import torch

    tensors = load_file(copy / "model.safetensors")
    tensors["visual_projection.weight"] *= 2
    save_file(tensors, copy / "other.safetensors", metadata={"format": "pt"})
    change(copy / "config.json", transformers_weights="other.safetensors")
    loaded = load(copy)
    assert not torch.allclose(loaded.encode_frames(frames), clip.encode_frames(frames))
    assert loaded.fingerprint != clip.fingerprint
    (copy / "model.safetensors").unlink()
    assert load(copy).fingerprint == loaded.fingerprint
    (copy / "other.safetensors").unlink()
    with pytest.raises(BackboneError, match=r"lacks other\.safetensors"):
        load(copy)


@pytest.mark.parametrize("name", ["../other.safetensors", "weights.bin", 3, ""])
def test_weights_outside_of_the_folder_or_pickled_are_refused(copy, name):
    change(copy / "config.json", transformers_weights=name)
    with pytest.raises(BackboneError, match="which is no safetensors file in its folder"):
        load(copy)


@pytest.mark.parametrize("names", [{"a": "../other.safetensors"}, {"a": 1}, [], {}, None])
def test_an_index_that_leads_elsewhere_is_refused(copy, names):
    (copy / "model.safetensors").rename(copy / "other.safetensors")
    (copy / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    with pytest.raises(BackboneError, match="lists no weight files"):
        load(copy)


def test_a_tokenizer_in_two_files_counts_whole(copy):
    from temadapter.backbones.fingerprint import _tokenizer_files

    (copy / "tokenizer.json").unlink()
    for name in ("vocab.json", "merges.txt"):
        (copy / name).write_text("{}")
    assert [path.name for path in _tokenizer_files(copy)] == [
        "vocab.json",
        "merges.txt",
        "tokenizer_config.json",
    ]


def test_folders_of_other_libraries_say_what_they_are(copy):
    (copy / "adapter_config.json").write_text("{}")
    with pytest.raises(BackboneError, match="adapter of peft"):
        load(copy)
    (copy / "adapter_config.json").unlink()
    (copy / "config.json").rename(copy / "open_clip_config.json")
    with pytest.raises(BackboneError, match="open_clip's own format"):
        load(copy)


def test_only_rounded_weights_are_folded(clip_folder):
    from torch import nn

    from temadapter.backbones.quick_gelu import QuickGELU

    found = {}
    for dtype in ("float32", "bfloat16"):
        model = load(clip_folder, dtype=dtype).model
        found[dtype] = type(model.text_model.encoder.layers[0].mlp.activation_fn)
    assert found == {"float32": QuickGELU, "bfloat16": nn.SiLU}
