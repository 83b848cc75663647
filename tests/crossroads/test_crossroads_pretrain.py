"""Pretraining: the losses, resuming, and a model in the format of transformers."""

from __future__ import annotations

import json

import pytest
import torch

from temadapter.crossroads.pretraining.pretrain import PretrainConfig, Round, pretrain
from temadapter.crossroads.pretraining.stages import CaptionBatch, contrastive_loss
from temadapter.crossroads.pretraining.tags import TagHeads, tag_targets
from temadapter.crossroads.pretraining.vocabulary import build_tokenizer, vocabulary

TINY = PretrainConfig(
    stills=16,
    held_out=12,
    rounds=(Round(4, 1e-3, 4, 1e-3), Round(2, 1e-3, 2, 1e-3)),
    image_batch=8,
    text_batch=8,
    groups=4,
    image_size=16,
    embedding_dim=32,
    vision_width=64,
    vision_layers=1,
    text_width=64,
    text_layers=1,
    checkpoint_every=2,
)


def test_an_interrupted_pretraining_ends_with_the_same_weights(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    pretrain(whole, TINY, workers=1)
    pretrain(parts, TINY, workers=1)
    (parts / "work" / "text-1.pt").unlink()  # as if it had been stopped between the stages
    report = pretrain(parts, TINY, workers=1)
    assert (whole / "model.safetensors").read_bytes() == (parts / "model.safetensors").read_bytes()
    assert set(report.concepts) >= {"object", "colour", "place"}
    assert json.loads((parts / "pretraining.json").read_text())["parameters"] == report.parameters

    from temadapter.backbones.registry import load_backbone

    backbone = load_backbone(f"dir:{whole}")
    assert backbone.embedding_dim == 32
    assert backbone.encode_texts(["a red car on the north road"]).shape == (1, 32)


def test_transformers_reads_what_is_made(tmp_path):
    from transformers import CLIPModel

    from temadapter.backbones.registry import load_backbone

    pretrain(tmp_path, TINY, workers=1)
    theirs, report = CLIPModel.from_pretrained(tmp_path, dtype=torch.float32, output_loading_info=True)
    assert not any(report.values())
    ours = load_backbone(f"dir:{tmp_path}", device="cpu", dtype="float32")
    ids, pixels = ours.tokenize(["a red car on the north road"]), torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        for name, given in (("get_text_features", ids), ("get_image_features", pixels)):
            one, two = (getattr(model, name)(given).pooler_output for model in (theirs, ours.model))
            torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-5)
    own, other = theirs.config.text_config, json.loads((tmp_path / "config.json").read_text())["text_config"]
    assert {name: getattr(own, name) for name in other} == other


def test_first_weights_are_spread_as_those_of_transformers():
    from transformers import CLIPConfig
    from transformers import CLIPModel as Theirs

    from temadapter.backbones.clip import ClipModel
    from temadapter.backbones.clip_config import ClipConfig, TextConfig, VisionConfig
    from temadapter.crossroads.pretraining.initial_weights import draw_weights

    sizes = {"hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 3, "num_attention_heads": 2}
    vision = sizes | {"image_size": 64, "patch_size": 8}
    text = sizes | {"vocab_size": 900}
    torch.manual_seed(0)
    ours = ClipModel(ClipConfig(TextConfig(**text), VisionConfig(**vision)))
    draw_weights(ours)
    found = dict(ours.named_parameters())
    for name, wanted in Theirs(CLIPConfig(text_config=text, vision_config=vision)).named_parameters():
        if wanted.ndim == 2 or name.endswith(("class_embedding", "patch_embedding.weight")):
            torch.testing.assert_close(found[name].std(), wanted.std(), rtol=0.3, atol=0, msg=name)
            assert abs(found[name].mean()) < wanted.std() / 3
        else:
            assert torch.equal(found[name], wanted), name


def test_every_word_is_one_token_and_nothing_is_refused(tmp_path):
    from tokenizers import Tokenizer

    build_tokenizer(tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    long = [word for word in vocabulary() if "-" not in word and len(tokenizer.encode(word).ids) != 3]
    assert not long
    assert len(tokenizer.encode("Zürich 東京").ids) > 3


def test_the_contrastive_loss_knows_many_positives():
    true = torch.tensor([[[True, False]], [[True, False]], [[False, True]]])
    batch = CaptionBatch(["a", "b"], true, torch.ones_like(true))
    good = torch.where(true, 8.0, -8.0)
    one_word, matching = contrastive_loss(good, torch.tensor(0.0), batch)
    bad_word, bad_matching = contrastive_loss(-good, torch.tensor(0.0), batch)
    assert one_word < 1e-3 < bad_word
    assert matching < 1e-2 < bad_matching


def test_every_group_weighs_the_same_however_many_pictures_it_is_clear_in():
    true = torch.tensor([[[True, False], [True, False]], *[[[True, False], [False, False]]] * 9])
    batch = CaptionBatch(["a", "b", "c", "d"], true, torch.ones_like(true))
    sure, wrong = torch.tensor([40.0, 0.0]), torch.tensor([0.0, 40.0])
    logits = torch.stack([sure.expand(10, 2), wrong.expand(10, 2)], dim=1)  # right on the first group only
    one_word, _ = contrastive_loss(logits, torch.tensor(0.0), batch)
    assert one_word == pytest.approx(20.0)


def test_unclear_captions_count_for_nothing():
    true = torch.tensor([[[True, False, False]]])
    clear = torch.tensor([[[True, True, False]]])
    logits = torch.tensor([[[1.0, 0.0, 0.0]]])
    other = torch.tensor([[[1.0, 0.0, 9.0]]])
    batch = CaptionBatch(["a", "b", "c"], true, clear)
    for a, b in zip(
        contrastive_loss(logits, torch.tensor(0.0), batch),
        contrastive_loss(other, torch.tensor(0.0), batch),
        strict=True,
    ):
        assert a == pytest.approx(float(b))


def test_tags_follow_the_facts():
    from temadapter.crossroads.pretraining.stills import UNCLEAR, make_stills

    pictures = make_stills(20, seed=9, size=16, workers=1)
    targets = tag_targets(pictures)
    for row in range(20):
        for k in range(4):
            colour = int(pictures.colour[row, k])
            if colour >= 0:
                assert targets["kind"][row, colour] == pictures.kind[row, k] + 1
                place = int(pictures.place[row, k])
                assert targets["place"][row, colour] == (-100 if place == UNCLEAR else place + 1)
    loss = TagHeads(32)(torch.randn(20, 32), targets)
    assert torch.isfinite(loss)
