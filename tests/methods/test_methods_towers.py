"""The methods that run the towers: on frames, and prompts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from method_cases import changed, feature_batch, learn, picture_batch, trained_names, weights

from temadapter.backbones.base import Backbone
from temadapter.errors import ConfigError, DataError
from temadapter.methods.base import Batch, MethodContext, TrainableMethod
from temadapter.methods.registry import get_method
from temadapter.methods.tower_method import sparse_frames
from temadapter.methods.towers import rows_at_once

FRAMES = ("fine-tuning", "partial-fine-tuning", "lora", "multi-layer-adapter")
PROMPTS = ("coop-description", "coop")
ADDED = {"lora": ".lora_", "multi-layer-adapter": ".mlp.down.|.mlp.up.", "coop-description": "vectors"}


def build(name: str, backbone: Backbone, *, seed: int = 0, **options: Any) -> TrainableMethod:
    torch.manual_seed(seed)
    options = ({"context": 4} if name in PROMPTS else {}) | options
    context = MethodContext(
        embedding_dim=backbone.embedding_dim, logit_scale=10.0, backbone=backbone, options=options
    )
    method = get_method(name).build(context)
    assert isinstance(method, TrainableMethod)
    return method


def batch_for(name: str, backbone: Backbone, **changes: int) -> Batch:
    if name in FRAMES:
        return picture_batch(**changes)
    return feature_batch(backbone.embedding_dim, **changes)


def expected_names(name: str, method: TrainableMethod) -> set[str]:
    """Return what docs/methods.md says is trained, told from the names of parameters."""
    names = {parameter for parameter, _ in method.module.named_parameters()}
    if name == "fine-tuning":
        return names
    if name == "partial-fine-tuning":
        last = (".layers.1.", "_projection.", "text.head.", "image.head.")
        return {one for one in names if any(part in one for part in last)}
    parts = ADDED.get(name, "vectors").split("|")
    return {one for one in names if any(part in one for part in parts)}


@pytest.mark.parametrize("name", [*FRAMES, *PROMPTS])
def test_a_few_steps_lower_the_loss_and_change_what_is_said_and_nothing_else(
    name: str, backbone: Backbone
) -> None:
    original = {key: value.clone() for key, value in backbone.model.state_dict().items()}
    method = build(name, backbone)
    before = weights(method)
    batch = batch_for(name, backbone)
    first, last = learn(method, batch, rate=1e-3 if name == "fine-tuning" else 1e-2)
    assert last < first
    trained = trained_names(method)
    assert trained == expected_names(name, method)
    assert changed(before, method) == {one for one in trained if _gets_gradient(one, method)}
    assert all(torch.equal(value, original[key]) for key, value in backbone.model.state_dict().items())


def _gets_gradient(name: str, method: TrainableMethod) -> bool:
    """Tell whether a parameter can learn at all: the key bias of an attention has no effect on its output."""
    if not name.endswith(("k_proj.bias", "in_proj_bias")):
        return True
    gradient = method.module.get_parameter(name).grad
    return gradient is not None and bool(gradient.abs().max() > 1e-12)


@pytest.mark.parametrize("name", [*FRAMES, *PROMPTS])
def test_what_is_kept_answers_the_same(name: str, clip: Backbone) -> None:
    method, batch = build(name, clip), batch_for(name, clip)
    learn(method, batch, steps=2)
    state = method.inference_state()
    assert set(state) == trained_names(method)
    other = build(name, clip, seed=1)
    other.load_inference_state(state)
    assert torch.equal(method.score(batch), other.score(batch))
    with pytest.raises(DataError, match="do not fit"):
        other.load_inference_state(dict(list(state.items())[1:]))


@pytest.mark.parametrize("name", [*FRAMES, *PROMPTS])
def test_a_checkpoint_holds_what_is_trained_and_restores_it(name: str, clip: Backbone) -> None:
    method, batch = build(name, clip), batch_for(name, clip)
    learn(method, batch, steps=2)
    state = method.module.state_dict()
    assert set(state) == trained_names(method)
    other = build(name, clip, seed=1)
    other.module.load_state_dict(state)
    assert torch.equal(method.score(batch), other.score(batch))
    with pytest.raises(RuntimeError, match="Missing key"):
        other.module.load_state_dict(dict(list(state.items())[1:]))


@pytest.mark.parametrize("name", ["lora", "multi-layer-adapter", "coop-description"])
@pytest.mark.parametrize(("options", "frames"), [(2, 1), (5, 3)])
def test_any_number_of_options_and_frames(name: str, options: int, frames: int, backbone: Backbone) -> None:
    method, batch = build(name, backbone), batch_for(name, backbone, options=options, frames=frames)
    logits = method.score(batch)
    assert torch.equal(torch.isneginf(logits), ~batch.option_mask)
    assert method.frame_scores(batch).shape == (3, frames, options)
    assert method.loss(batch).total.isfinite()
    assert torch.allclose(logits, method.score(batch.expanded()), atol=1e-4)


def test_padded_frames_and_masked_options_say_nothing(clip: Backbone) -> None:
    method, batch = build("lora", clip), picture_batch()
    frames = batch.frames.clone()
    frames[~batch.frame_mask] = 255
    texts = (*batch.texts[:2], (*batch.texts[2][:2], "green snow"))
    masked = replace(batch, option_mask=torch.tensor([[True] * 3, [True] * 3, [True, True, False]]))
    other = replace(masked, frames=frames, texts=texts)
    assert torch.allclose(method.score(masked), method.score(other), atol=1e-5)


@pytest.mark.parametrize("name", ["fine-tuning", "partial-fine-tuning", "lora"])
def test_before_training_it_answers_as_the_backbone_does(name: str, backbone: Backbone) -> None:
    batch = picture_batch()
    features = torch.stack([backbone.encode_frames(video) for video in batch.frames])
    texts = torch.stack([backbone.encode_texts(own) for own in batch.texts])
    template = get_method("clip-template").build(MethodContext(embedding_dim=1, logit_scale=10.0))
    expected = template.score(replace(batch, frames=features, options=texts))
    assert torch.allclose(build(name, backbone).score(batch), expected, atol=1e-3)


@pytest.mark.parametrize("name", ["fine-tuning", "lora", "coop-description"])
def test_a_divided_batch_has_the_same_gradients(name: str, backbone: Backbone) -> None:
    gradients = []
    for at_once in (64, 2):
        method = build(name, backbone, at_once=at_once)
        method.module.eval()
        method.loss(batch_for(name, backbone)).total.backward()
        gradients.append([value.grad for value in method.trainable_parameters()])
    for whole, divided in zip(*gradients, strict=True):
        assert torch.allclose(whole, divided, rtol=1e-3, atol=1e-6)


def test_each_video_and_each_sentence_passes_its_tower_once(clip: Backbone, monkeypatch: Any) -> None:
    method, batch = build("lora", clip), picture_batch()
    seen: dict[str, int] = {}
    for kind in ("_encode_pictures", "_encode_text"):
        inner = getattr(method.towers, kind)

        def counted(rows: torch.Tensor, inner: Any = inner, kind: str = kind) -> torch.Tensor:
            seen[kind] = seen.get(kind, 0) + len(rows)
            return inner(rows)

        monkeypatch.setattr(method.towers, kind, counted)
    method.loss(batch)
    distinct = {text for own in batch.texts for text in own}
    assert seen == {"_encode_pictures": int(batch.frame_mask.sum()), "_encode_text": len(distinct)}


def test_the_prompt_stands_where_the_first_words_would(backbone: Backbone) -> None:
    method = build("coop-description", backbone, context=1)
    tower, sentence = method.prompted.towers, "red car stops"
    (row,) = tower.token_ids(["a red car stops"])
    word = row[method.prompted.start]
    with torch.no_grad():
        method.prompted.vectors.copy_(tower.text.embeddings.token_embedding.weight[word][None])
        read = method.prompted([sentence])
    assert torch.allclose(read, backbone.encode_texts(["a red car stops"]), atol=1e-4)


def test_a_text_that_does_not_fit_behind_the_prompt_is_cut_with_a_warning(clip: Backbone) -> None:
    method = build("coop-description", clip, context=10)
    sentence = "a red car stops at the crossing in snow"
    with pytest.warns(UserWarning, match="room for 6 tokens"):
        cut = method.prompted([sentence])
    assert torch.allclose(cut, method.prompted(["a red car stops"]), atol=1e-5)


def test_options_that_do_not_fit_the_towers_are_refused(clip: Backbone) -> None:
    with pytest.raises(ConfigError, match="blocks=3, but the image tower has 2"):
        build("partial-fine-tuning", clip, blocks=3)
    with pytest.raises(ConfigError, match="leaves no room for a word"):
        build("coop-description", clip, context=14)


@pytest.mark.parametrize("name", [*FRAMES, *PROMPTS])
def test_a_backbone_without_towers_is_refused(name: str) -> None:
    class Closed:
        name = "closed"
        tokenizer = None

    for backbone, reason in ((None, "with a backbone"), (Closed(), "closed does not give")):
        with pytest.raises(ConfigError, match=reason):
            get_method(name).build(MethodContext(embedding_dim=8, backbone=backbone))


def test_sentences_are_needed(clip: Backbone) -> None:
    with pytest.raises(ConfigError, match="need the options' sentences"):
        build("lora", clip).score(replace(picture_batch(), texts=()))


def test_sizes_of_what_is_added(clip: Backbone) -> None:
    def size(name: str, **options: Any) -> int:
        return sum(value.numel() for value in build(name, clip, **options).trainable_parameters())

    assert size("lora", rank=2) == 2 * 2 * 2 * (32 * 2 * 2)  # towers, blocks, projections, A and B
    assert size("lora", rank=2, targets="qkvo") == 2 * size("lora", rank=2)
    assert size("multi-layer-adapter", width=8) == 2 * 2 * (32 * 8 * 2 + 8 + 32)
    assert size("coop", context=3) == 3 * 32


def test_what_passes_at_once_shrinks_with_the_tower(clip: Backbone) -> None:
    config = clip.model.config.vision_config
    small, large = rows_at_once(config, 17), rows_at_once(config, 170)
    assert small > large > 0
    config = type(config)(
        hidden_size=1664, intermediate_size=8192, num_hidden_layers=48, num_attention_heads=16
    )
    assert 1 <= rows_at_once(config, 257) < 4  # ViT-bigG/14


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 100), st.booleans())
def test_sparse_frames_are_real_in_order_and_one_of_each_part(
    real: int, count: int, seed: int, masked: bool
) -> None:
    torch.manual_seed(seed)
    longest = real + 3 if masked else real
    frames = torch.arange(longest).repeat(2, 1)[..., None]
    mask = (frames[..., 0] < real) if masked else None
    drawn = sparse_frames(frames, mask, count)[..., 0]
    parts = torch.arange(count + 1) * real / count
    assert drawn.shape == (2, count)
    assert (drawn >= parts[:-1].floor()).all()
    assert (drawn < parts[1:].ceil()).all()


def test_training_sees_some_frames_and_answers_rest_on_all(clip: Backbone) -> None:
    batch = picture_batch(frames=6)
    few, every = build("lora", clip, training_frames=2), build("lora", clip, training_frames=None)
    assert torch.equal(few.score(batch), every.score(batch))
    few.module.train()
    assert few.encode_video(batch).frames.shape[1] == 2  # type: ignore[attr-defined]
    torch.manual_seed(0)
    losses = {few.loss(batch).total.item() for _ in range(6)}
    assert len(losses) > 1, "frames are drawn anew in every step"
    every.module.train()
    assert every.encode_video(batch).frames.shape[1] == 6  # type: ignore[attr-defined]
