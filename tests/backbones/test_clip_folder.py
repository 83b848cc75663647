"""CLIP's towers against transformers' with the same weights, and what a folder must say for them to be built."""

from __future__ import annotations

import json
import re
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from temadapter.backbones.clip_folder import load_clip
from temadapter.backbones.registry import load_backbone
from temadapter.errors import BackboneError

TOWER = {"hidden_size": 48, "intermediate_size": 80, "num_hidden_layers": 3, "num_attention_heads": 4}
KINDS = {
    "as OpenAI's": ({"eos_token_id": 2}, {}),
    "with an end of its own": ({"eos_token_id": 7}, {}),
    "as LAION's": ({"hidden_act": "gelu", "eos_token_id": 2}, {"hidden_act": "gelu"}),
    "of two kinds": ({"hidden_act": "quick_gelu", "eos_token_id": 7}, {"hidden_act": "gelu_pytorch_tanh"}),
    "of other activations": ({"hidden_act": "relu"}, {"hidden_act": "silu"}),
    "of other sizes": (
        {"hidden_size": 64, "num_hidden_layers": 1},
        {"image_size": 28, "num_attention_heads": 2},
    ),
    "of rougher norms": ({"layer_norm_eps": 1e-2}, {"layer_norm_eps": 1e-3}),
    "with patches that leave a rest": ({}, {"patch_size": 9}),
}


@pytest.fixture
def copy(clip_folder, tmp_path):
    return shutil.copytree(clip_folder, tmp_path / "copy")


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def change_part(folder, part, **values):
    whole = json.loads((folder / "config.json").read_text())
    change(folder / "config.json", **{part: whole[part] | values})


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS)
def pair(request, tmp_path_factory):
    """Return transformers' model of random weights and ours, read from what it saved."""
    from transformers import CLIPConfig, CLIPModel

    text, vision = request.param
    ids = {
        "vocab_size": 20,
        "max_position_embeddings": 12,
        "eos_token_id": 7,
        "bos_token_id": 1,
        "pad_token_id": 0,
    }
    torch.manual_seed(0)
    theirs = CLIPModel(
        CLIPConfig(
            text_config={**TOWER, **ids, **text},
            vision_config={**TOWER, "image_size": 32, "patch_size": 8, **vision},
            projection_dim=24,
        )
    ).eval()
    for name, value in theirs.named_parameters():  # fresh biases and norms would hide their places
        if value.ndim == 1:
            torch.nn.init.normal_(value, mean=float("norm" in name and "weight" in name), std=0.2)
        else:
            value.data.mul_(3)
    folder = tmp_path_factory.mktemp("pair")
    theirs.save_pretrained(folder)
    ours, unused = load_clip(folder)
    assert unused == []
    return theirs, ours.eval()


def inputs(model):
    torch.manual_seed(1)
    side = model.config.vision_config.image_size
    ids = torch.randint(8, 19, (5, 11))
    for row, end in enumerate((2, 5, 6, 9, 10)):
        ids[row, end:] = 7
        ids[row, end] = 19 if model.config.text_config.eos_token_id == 2 else 7
    return torch.randn(4, 3, side, side), ids


@pytest.mark.parametrize("training", [False, True])
def test_features_are_those_of_transformers(pair, training):
    theirs, ours = pair
    pixels, ids = inputs(theirs)
    with torch.set_grad_enabled(training):
        for name, given in (("get_image_features", pixels), ("get_text_features", ids)):
            wanted, got = (getattr(model, name)(given).pooler_output for model in (theirs, ours))
            torch.testing.assert_close(got, wanted, rtol=1e-5, atol=1e-5)
            assert got.requires_grad is training
            assert got.std() > 0.1


def test_gradients_are_those_of_transformers(pair):
    theirs, ours = pair
    pixels, ids = inputs(theirs)
    for model in pair:
        model.zero_grad()
        images, texts = model.get_image_features(pixels), model.get_text_features(ids)
        (images.pooler_output.sin().sum() + texts.pooler_output.sin().sum()).backward()
    wanted = {name: value.grad for name, value in theirs.named_parameters()}
    found = {name: value.grad for name, value in ours.named_parameters()}
    assert list(found) == list(wanted)  # LoRA draws its weights in this order
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, wanted[name], rtol=1e-3, atol=1e-4, msg=name)


def test_in_bfloat16_the_features_stay_near(pair, tmp_path):
    theirs, ours = pair
    pixels, ids = inputs(theirs)
    half = load_state(ours).bfloat16()
    with torch.no_grad():
        for name, given in (("get_image_features", pixels.bfloat16()), ("get_text_features", ids)):
            got = getattr(half, name)(given).pooler_output
            assert got.dtype == torch.bfloat16
            wanted = getattr(theirs, name)(
                given.float() if given.is_floating_point() else given
            ).pooler_output
            assert torch.cosine_similarity(got.float(), wanted).min() > 0.995


def load_state(model):
    from temadapter.backbones.clip import ClipModel

    other = ClipModel(model.config)
    other.load_state_dict(model.state_dict())
    return other.eval()


def test_dropout_of_attention_counts_in_training_only(pair):
    from dataclasses import replace

    ours = load_state(pair[1])
    pixels, _ = inputs(pair[0])
    for layer in ours.vision_model.encoder.layers:
        layer.self_attn.dropout = 0.5
    still = ours.get_image_features(pixels).pooler_output
    torch.testing.assert_close(still, pair[1].get_image_features(pixels).pooler_output)
    for training in (True, False):  # with gradients and without: two ways to compute
        with torch.set_grad_enabled(training):
            assert not torch.allclose(ours.train().get_image_features(pixels).pooler_output, still)
    changed = replace(ours.config.text_config, attention_dropout=0.25)
    assert type(ours.text_model)(changed).encoder.layers[0].self_attn.dropout == 0.25


def test_a_checkpoint_of_a_model_around_a_clip_loads(copy, clip):
    tensors = load_file(copy / "model.safetensors")
    places = {"text_model.embeddings.position_ids": torch.arange(16)[None]}  # of transformers before 4.31
    wrapped = {f"clip.{name}": value for name, value in (tensors | places).items()}
    save_file(wrapped | {"classifier.weight": torch.ones(2)}, copy / "model.safetensors")
    model, unused = load_clip(copy)
    assert unused == ["classifier.weight", "text_model.embeddings.position_ids"]
    for name, value in clip.model.state_dict().items():
        assert torch.equal(model.state_dict()[name], value)


def test_what_is_loaded_stays_when_the_file_changes(copy, clip):
    model, _ = load_clip(copy)
    file = copy / "model.safetensors"
    file.write_bytes(bytes(file.stat().st_size))
    assert torch.equal(model.visual_projection.weight, clip.model.visual_projection.weight)


def test_settings_of_early_versions_count_before_the_others(copy):
    """In `text_config_dict` what is left out is as usual, whatever `text_config` says."""
    whole = json.loads((copy / "config.json").read_text())["text_config"]
    own = {name: value for name, value in whole.items() if name != "layer_norm_eps"} | {"hidden_act": "gelu"}
    change(copy / "config.json", text_config=whole | {"layer_norm_eps": 0.5}, text_config_dict=own)
    change(copy / "config.json", vision_config_dict=None)
    config = load_clip(copy)[0].config
    assert (config.text_config.layer_norm_eps, config.text_config.hidden_act) == (1e-5, "gelu")
    assert config.vision_config.hidden_act == "quick_gelu"


def test_what_a_configuration_leaves_out_is_as_in_transformers():
    from pathlib import Path

    from transformers import CLIPConfig

    from temadapter.backbones.clip_config import read_clip_config

    ours, theirs = read_clip_config({}, Path("config.json")), CLIPConfig()
    for name in ("projection_dim", "logit_scale_init_value", "model_type"):
        assert getattr(ours, name) == getattr(theirs, name)
    for part in ("text_config", "vision_config"):
        usual = getattr(theirs, part).to_dict()
        own = getattr(ours, part).to_dict()
        assert own == {name: usual[name] for name in own}


@pytest.mark.parametrize(
    ("part", "name", "value", "why"),
    [
        ("text_config", "hidden_act", "mish", "known are quick_gelu, gelu, "),
        ("vision_config", "hidden_act", None, "it must be a name"),
        ("text_config", "hidden_size", "32", "it must be a whole number from 1 on"),
        ("text_config", "hidden_size", 34, "it must be a multiple of the 4 heads"),
        ("text_config", "num_attention_heads", 0, "it must be a whole number from 1 on"),
        ("text_config", "num_hidden_layers", True, "it must be a whole number from 1 on"),
        ("text_config", "eos_token_id", [5, 6], "it must be a whole number from 0 on"),
        ("text_config", "eos_token_id", None, "it must be a whole number from 0 on"),
        ("vision_config", "image_size", [32, 32], "it must be a whole number from 1 on"),
        ("vision_config", "layer_norm_eps", "small", "it must be a number"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(copy, part, name, value, why):
    change_part(copy, part, **{name: value})
    with pytest.raises(BackboneError, match=rf"config\.json says {part}\.{name} = .*: {why}"):
        load_clip(copy)


@pytest.mark.parametrize(("name", "value"), [("projection_dim", None), ("text_config", 5)])
def test_a_setting_of_the_whole_that_makes_no_sense_is_named(copy, name, value):
    change(copy / "config.json", **{name: value})
    with pytest.raises(BackboneError, match=rf"says {name} = {value}: it must be "):
        load_clip(copy)


@pytest.mark.parametrize("size", [25, 10**12, 10**30])
def test_weights_of_another_size_are_named_before_there_is_room_made_for_them(copy, size):
    change_part(copy, "text_config", vocab_size=size)
    with pytest.raises(BackboneError, match="cannot be loaded: ") as raised:
        load_clip(copy)
    if size < 10**30:
        named = rf"token_embedding\.weight has \d+ x 32 values, but config\.json asks for {size} x 32"
        assert re.search(named, str(raised.value))


def test_weights_that_are_no_table_of_tensors_are_refused(copy):
    (copy / "model.safetensors").unlink()
    torch.save([torch.ones(2)], copy / "pytorch_model.bin")
    with pytest.raises(BackboneError, match="cannot be loaded"):
        load_clip(copy)
    torch.save({"model": {"logit_scale": torch.ones(())}}, copy / "pytorch_model.bin")
    with pytest.raises(BackboneError, match=r"lack \d+ tensors"):
        load_clip(copy)


@pytest.mark.parametrize(
    ("part", "values", "same"),
    [
        ("text_config", {"return_dict": False}, False),  # as the fingerprints of earlier versions have it
        ("vision_config", {"return_dict": True, "projection_dim": 512, "torch_dtype": "float32"}, True),
        ("text_config", {"bos_token_id": 9, "attention_dropout": None, "model_type": "any"}, True),
    ],
)
def test_a_fingerprint_follows_the_settings_that_it_always_followed(copy, clip, part, values, same):
    change_part(copy, part, **values)
    found = load_backbone(f"dir:{copy}", device="cpu").fingerprint
    assert (found == clip.fingerprint) is same


def test_the_fingerprint_of_mini_is_the_one_that_stores_have():
    assert load_backbone("mini", device="cpu").fingerprint == "79b384d749585a52"
