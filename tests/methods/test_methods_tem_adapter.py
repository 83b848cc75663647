from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from presets import official_model
from temadapter.errors import ConfigError
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.config import ModelConfig
from temadapter.models.objective import Objective, ObjectiveConfig


def example(questions: int = 4, seed: int = 0) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    return Batch(
        frames=torch.randn(questions, 5, 32, generator=generator),
        options=torch.randn(questions, 4, 32, generator=generator),
        option_mask=torch.tensor([True, True, True, False]).expand(questions, 4),
        answers=torch.randint(0, 3, (questions,), generator=generator),
    )


def build(model: ModelConfig | None = None, **changes: Any) -> TemAdapterMethod:
    torch.manual_seed(0)
    context = MethodContext(embedding_dim=32, model=model, objective=Objective(ObjectiveConfig(**changes)))
    return TemAdapterMethod.from_context(context)


def test_the_backbones_size_replaces_the_configurations() -> None:
    assert build(official_model(embedding_dim=512)).model.config == official_model(embedding_dim=32)


def test_scores_are_without_dropout_and_leave_the_mode_alone() -> None:
    method, batch = build(), example()
    method.module.train()
    assert torch.equal(method.score(batch), method.score(batch))
    assert method.module.training
    assert not method.score(batch).requires_grad
    assert torch.isneginf(method.score(batch)[:, 3]).all()


def test_frame_scores_average_to_the_score_where_similarity_is_linear() -> None:
    method, batch = build(ModelConfig(similarity="dot", embedding_dim=32)), example()
    scores = method.frame_scores(batch)
    assert scores.shape == (4, 5, 4)
    assert torch.isneginf(scores[..., 3]).all()
    assert torch.allclose(scores.mean(1)[:, :3], method.score(batch)[:, :3], atol=1e-4)


def test_every_parameter_learns() -> None:
    method = build()
    losses = method.loss(example())
    losses.total.backward()
    dead = [
        name
        for name, value in method.model.named_parameters()
        if value.grad is None or not value.grad.abs().any()
    ]
    assert dead == []


def test_it_learns_what_it_is_shown() -> None:
    method, batch = build(), example(8)
    optimizer = torch.optim.Adam(method.trainable_parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        method.loss(batch).total.backward()
        method.clip_gradients()
        optimizer.step()
    assert torch.equal(method.score(batch).argmax(1), batch.answers)


def gradient_norms(method: TemAdapterMethod) -> tuple[float, float]:
    def norm(module: torch.nn.Module) -> float:
        return torch.cat([p.grad.flatten() for p in module.parameters() if p.grad is not None]).norm().item()

    return norm(method.model.temporal), norm(method.model.semantic)


@pytest.mark.parametrize(("scope", "semantic_untouched"), [("temporal", True), ("all", False)])
def test_clipping_covers_what_the_objective_says(scope: str, semantic_untouched: bool) -> None:
    method = build(gradient_clip=scope, clip_norm=1e-3)
    method.loss(example()).total.backward()
    before = gradient_norms(method)
    reported = method.clip_gradients()
    after = gradient_norms(method)
    assert after[0] <= 1.001e-3
    assert (after[1] == before[1]) is semantic_untouched
    if scope == "temporal":
        assert reported == pytest.approx(before[0], rel=1e-4)


def test_clipping_the_temporal_module_where_there_is_none_does_nothing() -> None:
    method = build(ModelConfig(use_temporal=False), gradient_clip="temporal")
    method.loss(example()).total.backward()
    assert method.clip_gradients() == 0.0


@pytest.mark.parametrize("kind", ["masked", "compete"])
def test_options_outside_the_batchs_mask_do_not_count_in_the_loss(kind: str) -> None:
    method = build(ModelConfig(empty_options=kind, temporal_dropout=0.0, semantic_dropout=0.0))
    batch = example()
    options = batch.options.clone()
    options[:, 3] = batch.options[:, 0] * 2 + 1
    everything = torch.ones_like(batch.option_mask)
    for mask, counts in ((batch.option_mask, False), (everything, True)):
        one, other = replace(batch, option_mask=mask), replace(batch, option_mask=mask, options=options)
        assert (method.loss(one).qa.item() != method.loss(other).qa.item()) is counts


@pytest.mark.parametrize("preset", [ModelConfig(), official_model()])
def test_questions_about_one_video_may_share_its_frames(preset: ModelConfig) -> None:
    method, batch = build(preset), example(3)
    real = torch.arange(5).expand(2, 5) < torch.tensor([[5], [3]])
    shared = replace(batch, frames=batch.frames[:2], frame_mask=real, videos=torch.tensor([1, 0, 1]))
    separate = shared.expanded()
    assert separate.frames.shape == (3, 5, 32)
    assert torch.allclose(method.score(shared), method.score(separate), atol=1e-5)
    assert torch.allclose(method.frame_scores(shared), method.frame_scores(separate), atol=1e-4)
    method.module.eval()
    assert method.loss(shared).qa.item() == pytest.approx(method.loss(separate).qa.item(), rel=1e-4)
    method.module.train()
    method.loss(shared).total.backward()


def test_without_autoregressive_weight_nothing_is_predicted() -> None:
    method = build(autoregressive_weight=0)
    losses = method.loss(example())
    losses.total.backward()
    assert losses.autoregressive.item() == 0.0
    assert all(value.grad is None for value in method.model.temporal.decoder.parameters())


def test_training_needs_an_objective_and_answers() -> None:
    with pytest.raises(ConfigError, match="objective"):
        TemAdapterMethod(build().model).loss(example())
    with pytest.raises(ConfigError, match="answers"):
        build().loss(replace(example(), answers=None))


def test_what_is_kept_answers_the_same() -> None:
    method, other = build(), TemAdapterMethod.from_context(MethodContext(embedding_dim=32))
    other.load_inference_state(method.inference_state())
    assert torch.equal(method.score(example()), other.score(example()))
