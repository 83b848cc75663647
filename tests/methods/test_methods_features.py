"""CLIP-Adapter and the temporal Transformer: methods on stored features."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from method_cases import changed, feature_batch, learn, trained_names, weights
from torch.nn import functional

from temadapter.errors import ConfigError, DataError
from temadapter.methods.base import MethodContext, TrainableMethod
from temadapter.methods.registry import get_method
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.config import ModelConfig

DIM = 32
NAMES = ("clip-adapter", "temporal-transformer", "mean-linear", "motion")
CASES = [*((name, {}) for name in NAMES), ("temporal-transformer", {"pooling": "cls", "layers": 2})]


def build(name: str, *, seed: int = 0, model: ModelConfig | None = None, **options: Any) -> TrainableMethod:
    torch.manual_seed(seed)
    context = MethodContext(embedding_dim=DIM, logit_scale=10.0, model=model, options=options)
    method = get_method(name).build(context)
    assert isinstance(method, TrainableMethod)
    return method


@pytest.mark.parametrize(("name", "options"), CASES)
def test_a_few_steps_lower_the_loss_and_change_everything(name: str, options: dict[str, Any]) -> None:
    method = build(name, **options)
    before = weights(method)
    first, last = learn(method, feature_batch(DIM))
    assert last < first
    assert changed(before, method) == trained_names(method) == set(before)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_what_is_kept_answers_the_same(name: str, options: dict[str, Any]) -> None:
    method, batch = build(name, **options), feature_batch(DIM)
    learn(method, batch)
    other = build(name, seed=1, **options)
    other.load_inference_state(method.inference_state())
    assert torch.equal(method.score(batch), other.score(batch))


@pytest.mark.parametrize(("name", "options"), CASES)
@given(count=st.integers(2, 5), frames=st.integers(1, 4))
def test_any_number_of_options_and_frames(
    name: str, options: dict[str, Any], count: int, frames: int
) -> None:
    method, batch = build(name, **options), feature_batch(DIM, options=count, frames=frames)
    logits = method.score(batch)
    assert torch.equal(torch.isneginf(logits), ~batch.option_mask)
    assert method.frame_scores(batch).shape == (3, frames, count)
    assert method.loss(batch).total.isfinite()
    assert torch.allclose(logits, method.score(batch.expanded()), atol=1e-4)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_padding_and_masked_options_say_nothing(name: str, options: dict[str, Any]) -> None:
    method, batch = build(name, **options), feature_batch(DIM)
    frames, texts = batch.frames.clone(), batch.options.clone()
    frames[~batch.frame_mask] = 7.0
    texts[~batch.option_mask] = -3.0
    other = replace(batch, frames=frames, options=texts)
    assert torch.allclose(method.score(batch), method.score(other), atol=1e-5)
    method.module.eval()
    assert method.loss(batch).total.item() == pytest.approx(method.loss(other).total.item(), rel=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_without_dropout_and_leave_the_mode_alone(name: str) -> None:
    method, batch = build(name), feature_batch(DIM)
    method.module.train()
    assert torch.equal(method.score(batch), method.score(batch))
    assert method.module.training
    assert not method.score(batch).requires_grad


def test_clip_adapter_without_its_adapters_is_clip_with_template() -> None:
    method = build("clip-adapter", image_ratio=0.0, text_ratio=0.0)
    template = get_method("clip-template").build(MethodContext(embedding_dim=DIM, logit_scale=10.0))
    assert torch.allclose(method.score(feature_batch(DIM)), template.score(feature_batch(DIM)), atol=1e-4)


def test_clip_adapter_cannot_see_order_and_the_temporal_transformer_can() -> None:
    batch = replace(feature_batch(DIM), frame_mask=None)
    backwards = replace(batch, frames=batch.frames.flip(1))
    blind, seeing = build("clip-adapter"), build("temporal-transformer")
    assert torch.allclose(blind.score(batch), blind.score(backwards), atol=1e-4)
    assert not torch.allclose(seeing.score(batch), seeing.score(backwards), atol=1e-3)


def test_the_temporal_transformer_is_as_large_as_tem_adapters_encoder() -> None:
    config = ModelConfig(embedding_dim=DIM, heads=8, temporal_mlp_ratio=2)
    tem = TemAdapterMethod.from_context(MethodContext(embedding_dim=DIM, model=config))
    encoder = sum(value.numel() for value in tem.model.temporal.encoder.parameters())
    method = build("temporal-transformer", model=config)
    assert sum(value.numel() for value in method.parameters()) == encoder + 1  # and the factor on cosines


def test_a_temporal_transformer_that_starts_at_nothing_starts_as_the_backbone() -> None:
    config = ModelConfig(embedding_dim=DIM, identity_start=0.0, position_amplitude=0.0)
    method = build("temporal-transformer", model=config)
    torch.nn.init.zeros_(method.module.layers[0].linear2.bias)
    batch = feature_batch(DIM, frames=1)
    frames = functional.layer_norm(batch.frames[batch.videos, 0], (DIM,))
    cosine = functional.cosine_similarity(frames[:, None], batch.options, dim=-1)
    expected = (cosine / 0.07).masked_fill(~batch.option_mask, -torch.inf)
    assert torch.allclose(method.score(batch), expected, atol=1e-3)


def test_training_needs_answers() -> None:
    with pytest.raises(ConfigError, match="clip-adapter needs the correct answers"):
        build("clip-adapter").loss(replace(feature_batch(DIM), answers=None))


def test_weights_of_other_options_are_refused() -> None:
    state = build("clip-adapter", reduction=2).inference_state()
    with pytest.raises(DataError, match=r"differ in name or shape.*method_options"):
        build("clip-adapter").load_inference_state(state)
