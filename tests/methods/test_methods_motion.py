"""The linear baselines on statistics of frames."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from method_cases import feature_batch, learn

from temadapter.errors import DataError
from temadapter.methods.base import Batch, MethodContext, TrainableMethod
from temadapter.methods.registry import get_method
from temadapter.models.frame_statistics import RunningScale, StatisticsClassifier

DIM = 16


def build(name: str) -> TrainableMethod:
    method = get_method(name).build(MethodContext(embedding_dim=DIM, logit_scale=10.0))
    assert isinstance(method, TrainableMethod)
    return method


@pytest.mark.parametrize("name", ["mean-linear", "motion"])
def test_it_starts_as_clip_with_template(name: str) -> None:
    template = get_method("clip-template").build(MethodContext(embedding_dim=DIM, logit_scale=10.0))
    batch = feature_batch(DIM)
    frames = torch.nn.functional.normalize(batch.frames, dim=-1)
    assert torch.allclose(build(name).score(batch), template.score(replace(batch, frames=frames)), atol=1e-4)


def test_the_statistics_are_those_of_numpy() -> None:
    frames = torch.randn(2, 5, DIM)
    frames = frames / frames.square().mean(-1, keepdim=True).sqrt()
    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    found = StatisticsClassifier(DIM, change=True, logit_scale=1.0).statistics(frames, mask)
    for row, count in enumerate((5, 3)):
        own = frames[row, :count].numpy()
        expected = [own.mean(0), own.std(0), abs(own[1:] - own[:-1]).mean(0)]
        assert torch.allclose(found[row], torch.cat([torch.from_numpy(v) for v in expected]), atol=1e-5)


@given(st.integers(2, 6), st.integers(0, 50))
def test_the_mean_is_blind_to_order_and_motion_is_blind_to_direction_only(frames: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    own = torch.randn(1, frames, DIM, generator=generator)
    mean, motion = (StatisticsClassifier(DIM, change=c, logit_scale=1.0).statistics for c in (False, True))
    shuffled = own[:, torch.randperm(frames, generator=generator)]
    assert torch.allclose(mean(own), mean(shuffled), atol=1e-5)
    assert torch.allclose(motion(own), motion(own.flip(1)), atol=1e-5)


def _moving(answers: list[int]) -> Batch:
    """Videos of one and the same mean; in those whose answer is 1 everything flickers, in the others half the time."""
    flicker = torch.tensor([1.0, -1.0, 1.0, -1.0])
    slow = torch.tensor([1.0, 1.0, -1.0, -1.0])
    direction = torch.eye(DIM)[0]
    frames = torch.stack(
        [(flicker if a else slow)[:, None] * direction + 3 * torch.eye(DIM)[1] for a in answers]
    )
    options = torch.eye(DIM)[2:4].expand(len(answers), 2, DIM)
    shown = torch.ones(len(answers), 2, dtype=torch.bool)
    return Batch(frames=frames, options=options, option_mask=shown, answers=torch.tensor(answers))


def test_motion_learns_what_the_mean_cannot() -> None:
    batch = _moving([0, 1, 0, 1, 1, 0])
    for name, sees in (("motion", True), ("mean-linear", False)):
        method = build(name)
        method.module.train()
        method.take_in(batch)  # the scale of the statistics
        learn(method, batch, steps=40, rate=0.05)
        right = (method.score(batch).argmax(1) == batch.answers).float().mean().item()
        assert (right == 1.0) is sees


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_rows_seen_in_any_batches_give_one_scale(sizes: list[int]) -> None:
    rows = torch.randn(sum(sizes), 3, generator=torch.Generator().manual_seed(0))
    whole, parts = RunningScale(3), RunningScale(3)
    whole.take_in(rows)
    for part in rows.split(sizes):
        parts.take_in(part)
    assert torch.allclose(whole.eval()(rows), parts.eval()(rows), atol=1e-5)
    assert torch.equal(RunningScale(3).eval()(rows), rows)


def test_weights_of_another_method_are_refused() -> None:
    with pytest.raises(DataError, match="do not fit the method motion"):
        build("motion").load_inference_state(build("mean-linear").inference_state())
