"""Folding CLIP's activation into the weights changes nothing but rounding."""

from __future__ import annotations

import torch
from torch import nn
from transformers import CLIPModel
from transformers.activations import QuickGELUActivation

from temadapter.backbones.quick_gelu import QuickGELU, fold_quick_gelu
from temadapter.backbones.registry import load_backbone


def test_both_towers_give_the_same(clip_folder):
    model = CLIPModel.from_pretrained(clip_folder).eval()
    torch.manual_seed(0)
    for parameter in model.parameters():  # large enough that the activation matters
        nn.init.normal_(parameter, std=0.3)
    ids, pixels = torch.randint(4, 9, (3, 6)), torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        before = (model.get_text_features(ids).pooler_output, model.get_image_features(pixels).pooler_output)
        fold_quick_gelu(model)
        after = (model.get_text_features(ids).pooler_output, model.get_image_features(pixels).pooler_output)
    for one, two in zip(before, after, strict=True):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-4)
    assert isinstance(model.vision_model.encoder.layers[0].mlp.activation_fn, nn.SiLU)


def test_the_lean_one_has_the_bits_and_gradients_of_transformers():
    theirs, own = QuickGELUActivation(), QuickGELU()
    values = torch.randn(50, 7)
    kept = values.clone()
    with torch.no_grad():
        assert torch.equal(own(values), theirs(values))
    assert torch.equal(values, kept)
    gradients = []
    for activation in (theirs, own):
        leaf = values.clone().requires_grad_()
        activation(leaf).square().sum().backward()
        gradients.append(leaf.grad)
    assert torch.equal(*gradients)


def test_only_rounded_weights_are_folded(clip_folder):
    found = {}
    for dtype in ("float32", "bfloat16"):
        model = load_backbone(f"dir:{clip_folder}", device="cpu", dtype=dtype).model
        found[dtype] = type(model.text_model.encoder.layers[0].mlp.activation_fn)
    assert found == {"float32": QuickGELU, "bfloat16": nn.SiLU}
