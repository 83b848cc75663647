from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from temadapter.config.run_config import load_config
from temadapter.errors import ConfigError
from temadapter.models.objective import Losses, Objective, ObjectiveConfig
from temadapter.models.tem_adapter import TemAdapterOutput

FRAMES = torch.zeros(2, 3, 4)
ANSWERS = torch.tensor([0, 1])
LOGITS = torch.tensor([[1.0, 0.5, -9.0, 2.0], [0.0, 3.0, 2.5, 0.0]])


def run(
    logits: Tensor,
    answers: Tensor = ANSWERS,
    mask: Tensor | None = None,
    preset: str = "paper",
    **changes: object,
) -> Losses:
    loss = Objective(ObjectiveConfig(**changes) if changes else load_config(preset).objective)
    output = TemAdapterOutput(logits, torch.zeros(*logits.shape, 4))
    return loss(output, frames=FRAMES, answers=answers, option_mask=mask)


def test_mean_hinge_averages_over_wrong_options_then_over_questions() -> None:
    # Question 0 against its three wrong options: 0.5, 0, 2; question 1: 0, 0.5, 0.
    assert run(LOGITS).qa.item() == pytest.approx(((0.5 + 0 + 2) / 3 + 0.5 / 3) / 2)


def test_summed_hinge_counts_the_correct_option_and_has_weight_one_hundredth() -> None:
    losses = run(LOGITS, preset="official")
    assert losses.qa.item() == pytest.approx(2.5 + 1 + 0.5 + 1)
    assert losses.total.item() == pytest.approx(0.01 * 5.0)


def test_the_constant_of_the_summed_hinge_has_no_gradient() -> None:
    logits = torch.tensor([[9.0, 0.0, 0.0, 0.0]], requires_grad=True)
    losses = run(logits, torch.tensor([0]), preset="official")
    losses.total.backward()
    assert losses.qa.item() == 1.0
    assert logits.grad.abs().max() == 0


def test_cross_entropy_is_over_the_options_that_count() -> None:
    mask = torch.tensor([[True, True, False, True], [True, True, True, True]])
    expected = -(LOGITS[0, [0, 1, 3]].log_softmax(0)[0] + LOGITS[1].log_softmax(0)[1]) / 2
    assert run(LOGITS, mask=mask, answer_loss="cross_entropy").qa.item() == pytest.approx(expected.item())


@pytest.mark.parametrize("kind", ["mean_hinge", "summed_hinge", "cross_entropy"])
def test_the_answer_weight_replaces_the_standard(kind: str) -> None:
    losses = run(LOGITS, answer_loss=kind, answer_weight=0.3)
    assert losses.total.item() == pytest.approx(0.3 * losses.qa.item())


@pytest.mark.parametrize("kind", ["mean_hinge", "cross_entropy", "summed_hinge"])
@given(content=st.floats(-50, 50), as_infinity=st.booleans())
@settings(max_examples=10, deadline=None)
def test_a_masked_option_never_counts(kind: str, content: float, as_infinity: bool) -> None:
    mask = torch.tensor([[True, True, True, False], [True, True, True, True]])
    logits = LOGITS.clone()
    logits[0, 3] = -torch.inf if as_infinity or kind == "summed_hinge" else content
    logits.requires_grad_()
    losses = run(logits, mask=mask, answer_loss=kind)
    fewer = run(LOGITS[:1, :3], ANSWERS[:1], answer_loss=kind), run(LOGITS[1:], ANSWERS[1:], answer_loss=kind)
    total = fewer[0].qa.item() + fewer[1].qa.item()
    assert losses.qa.item() == pytest.approx(total if kind == "summed_hinge" else total / 2, abs=1e-5)
    losses.total.backward()
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[0, 3] == 0


@pytest.mark.parametrize("kind", ["mean_hinge", "cross_entropy", "summed_hinge"])
def test_a_question_whose_answer_is_masked_does_not_count(kind: str) -> None:
    logits = LOGITS.clone()
    logits[0, 0] = -torch.inf
    logits.requires_grad_()
    losses = run(logits, answer_loss=kind)
    assert losses.qa.item() == pytest.approx(run(LOGITS[1:], ANSWERS[1:], answer_loss=kind).qa.item())
    losses.total.backward()
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("kind", ["mean_hinge", "cross_entropy", "summed_hinge"])
def test_a_batch_without_any_countable_question_gives_zero_not_nan(kind: str) -> None:
    logits = torch.full((2, 3), -torch.inf, requires_grad=True)
    losses = run(logits, answer_loss=kind)
    losses.total.backward()
    assert losses.qa.item() == 0
    assert torch.isfinite(logits.grad).all()


def test_the_released_loss_lets_empty_options_compete() -> None:
    mask = torch.tensor([[True, True, True, False], [True, True, True, True]])
    assert run(LOGITS, mask=mask, preset="official").qa == run(LOGITS, preset="official").qa


@given(st.permutations(range(4)))
@settings(max_examples=10, deadline=None)
def test_reordered_options_cost_the_same(order: list[int]) -> None:
    answers = torch.tensor([order.index(0), order.index(1)])
    for kind in ("mean_hinge", "summed_hinge", "cross_entropy"):
        plain, moved = run(LOGITS, answer_loss=kind), run(LOGITS[:, order], answers, answer_loss=kind)
        assert moved.qa.item() == pytest.approx(plain.qa.item(), rel=1e-5)


def autoregressive(
    predicted: Tensor, target: Tensor | None = None, mask: Tensor | None = None, **changes: object
):
    output = TemAdapterOutput(LOGITS, torch.zeros(2, 4, 4), predicted, None, target)
    frames = torch.zeros(2, 1, 3, 4)  # (B, C, F, D)
    return Objective(ObjectiveConfig(**changes))(output, frames=frames, answers=ANSWERS, frame_mask=mask)


def test_the_frame_error_is_a_mean_over_real_frames() -> None:
    predicted = torch.ones(2, 3, 4)
    predicted[0, 2] = 100.0
    mask = torch.tensor([[True, True, False], [True, True, True]])
    losses = autoregressive(predicted, mask=mask, autoregressive_weight=0.5, answer_weight=0.0)
    assert losses.autoregressive.item() == pytest.approx(1.0)
    assert losses.total.item() == pytest.approx(0.5)
    assert autoregressive(torch.ones(2, 3, 4) * 2).autoregressive.item() == pytest.approx(4.0)


def test_the_target_is_the_outputs_own_when_it_has_one() -> None:
    predicted = torch.ones(2, 3, 4)
    assert autoregressive(predicted, torch.ones(2, 3, 4)).autoregressive.item() == 0.0


def test_without_predictions_there_is_no_autoregressive_error() -> None:
    losses = run(LOGITS)
    assert losses.autoregressive.item() == 0.0
    assert not Objective(ObjectiveConfig(autoregressive_weight=0)).predicts
    assert Objective(ObjectiveConfig()).predicts


def test_presets() -> None:
    assert load_config("paper").objective == ObjectiveConfig()
    official = load_config("official").objective
    assert (official.answer_loss, official.gradient_clip, official.clip_norm) == (
        "summed_hinge",
        "temporal",
        12.0,
    )


def test_all_mistakes_come_in_one_message() -> None:
    with pytest.raises(ConfigError) as error:
        ObjectiveConfig(answer_loss="l2", gradient_clip="none", clip_norm=0, answer_weight=-1)
    for part in ("answer_loss", "gradient_clip", "clip_norm", "answer_weight"):
        assert f"objective.{part}" in str(error.value)
