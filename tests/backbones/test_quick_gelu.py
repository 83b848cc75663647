"""Folding CLIP's activation into the weights changes nothing but rounding."""

from __future__ import annotations

import torch
from torch import nn
from transformers.activations import QuickGELUActivation

from temadapter.backbones.clip import ClipModel
from temadapter.backbones.clip_config import ClipConfig, TextConfig, VisionConfig
from temadapter.backbones.quick_gelu import QuickGELU, fold_quick_gelu

SIZES = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}


def features(model):
    torch.manual_seed(1)
    ids, pixels = torch.randint(4, 9, (3, 6)), torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        return model.get_text_features(ids).pooler_output, model.get_image_features(pixels).pooler_output


def test_both_towers_give_the_same():
    vision = VisionConfig(**SIZES, image_size=32, patch_size=8)
    model = ClipModel(ClipConfig(TextConfig(**SIZES, vocab_size=10), vision, projection_dim=24)).eval()
    torch.manual_seed(0)
    for parameter in model.parameters():  # large enough that the activation matters
        nn.init.normal_(parameter, std=0.3)
    before = features(model)
    fold_quick_gelu(model)
    for one, two in zip(before, features(model), strict=True):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-4)
    activations = {
        type(layer.mlp.activation_fn)
        for tower in (model.text_model, model.vision_model)
        for layer in tower.encoder.layers
    }
    assert activations == {nn.SiLU}


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
