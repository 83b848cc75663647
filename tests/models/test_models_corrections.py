"""One test or more for every row of docs/method.md section 7 that concerns the networks."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from presets import official_model
from temadapter.errors import ConfigError, DataError
from temadapter.models.config import ModelConfig
from temadapter.models.positions import sinusoid, unit_rms
from temadapter.models.tem_adapter import TemAdapter, TemAdapterOutput

D = 32


def build(preset: str = "paper", seed: int = 0, **changes: Any) -> TemAdapter:
    """A small model in evaluation mode, its gate wide open so that the video matters to the text."""
    torch.manual_seed(seed)
    make = official_model if preset == "official" else ModelConfig
    return TemAdapter(make(embedding_dim=D, gate_init=0.5, **changes)).eval()


def inputs(batch: int = 3, frames: int = 6, options: int = 4, seed: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    answers = torch.randint(0, options, (batch,), generator=generator)
    return draw(batch, frames, D), draw(batch, options, D), answers


def same(left: Tensor | None, right: Tensor | None) -> bool:
    assert left is not None
    assert right is not None
    return torch.allclose(left, right, atol=1e-5)


# Row 1: whose video refines an option.


def test_another_video_in_the_batch_changes_nothing() -> None:
    model = build()
    frames, options, answers = inputs()
    alone = model(frames[:1], options[:1], answers=answers[:1])
    together = model(frames, options, answers=answers)
    assert alone.frame_weights is None  # pooling `mean` has none
    for one, many in zip(alone[:5], together[:5], strict=True):
        assert same(one, many[:1])


def test_tiled_pairing_refines_row_r_with_video_r_mod_b() -> None:
    frames, options, _ = inputs(batch=3)
    tiled = build(option_pairing="tiled", option_attention="single")(frames, options).refined_options
    own = build(option_pairing="own", option_attention="single")
    for row in range(12):
        question, option = divmod(row, 4)
        alone = own(frames[row % 3][None], options[question, option][None, None]).refined_options
        assert same(tiled[question, option], alone[0, 0])


def test_tiled_predictions_depend_on_the_batch() -> None:
    model = build("official")
    frames, options, _ = inputs()
    assert not same(model(frames[:1], options[:1]).logits, model(frames, options).logits[:1])


# Rows 2 and 3: what reaches a prediction.


def predictions(model: TemAdapter, frames: Tensor) -> Tensor:
    _, options, answers = inputs(batch=frames.shape[0], frames=frames.shape[1])
    predicted: Tensor = model(frames, options, answers=answers).predicted_frames
    return predicted


def changed_predictions(model: TemAdapter, frame: int) -> list[int]:
    """Indices of the predicted frames that change when input frame `frame` does."""
    frames, _, _ = inputs(frames=6)
    disturbed = frames.clone()
    disturbed[:, frame] += torch.randn(D, generator=torch.Generator().manual_seed(2))
    difference = (predictions(model, frames) - predictions(model, disturbed)).abs().amax(dim=(0, 2))
    return [index for index, size in enumerate(difference.tolist()) if size > 1e-5]


@pytest.mark.parametrize("horizon", [1, 2, 9])
@pytest.mark.parametrize("predict", ["state", "change"])
def test_a_frame_reaches_only_predictions_behind_the_horizon(horizon: int, predict: str) -> None:
    model = build(horizon=horizon, predict=predict)
    for frame in range(6):
        assert changed_predictions(model, frame) == list(range(frame + horizon, 6))


def test_same_target_sees_the_frame_it_predicts() -> None:
    assert changed_predictions(build(autoregressive_target="same"), 3) == [3, 4, 5]


def test_full_memory_leaks_the_future() -> None:
    assert changed_predictions(build(memory="full"), 5) == [0, 1, 2, 3, 4, 5]
    assert changed_predictions(build("official"), 5) == [0, 1, 2, 3, 4, 5]


def test_answering_sees_the_whole_video_both_ways() -> None:
    model = build()
    frames, options, _ = inputs()
    disturbed = frames.clone()
    disturbed[:, -1] += 1
    states, others = model(frames, options).frame_states, model(disturbed, options).frame_states
    assert not same(states[:, 0], others[:, 0])


def test_targets_are_the_normalised_frames_without_gradient() -> None:
    frames, options, answers = inputs()
    frames.requires_grad_()
    output = build()(frames, options, answers=answers)
    assert same(output.target_frames, unit_rms(frames))
    assert not output.target_frames.requires_grad
    assert same(build("official")(frames, options, answers=answers).target_frames, frames)


def test_change_is_added_to_the_last_frame_seen() -> None:
    model = build(predict="change")
    torch.nn.init.zeros_(model.temporal.decoder.norm3.weight)
    frames, _, _ = inputs()
    predicted = predictions(model, frames)
    assert same(predicted[:, 1:], unit_rms(frames)[:, :-1])
    assert same(predicted[:, 0], torch.zeros(3, D))


def test_language_guidance_reaches_predictions_only_when_on() -> None:
    frames, options, answers = inputs()
    for guided in (True, False):
        model = build(language_guidance=guided)
        one = model(frames, options, answers=answers).predicted_frames
        other = model(frames, options, answers=(answers + 1) % 4).predicted_frames
        assert same(one, other) is not guided


# Row 4: similarity.


def test_cosine_ignores_lengths_and_dot_does_not() -> None:
    frames, options, _ = inputs()
    cosine, dot = build(), build(similarity="dot")
    assert same(cosine(frames, options).logits, cosine(frames * 3, options * 7).logits)
    assert not same(dot(frames, options).logits, dot(frames, options * 7).logits)


def test_the_learned_scale_is_bounded_like_clips() -> None:
    model = build()
    frames, options, _ = inputs()
    assert model.log_scale.exp().item() == pytest.approx(1 / 0.07)
    with torch.no_grad():
        model.log_scale.fill_(50.0)
    assert model(frames, options).logits.abs().max() <= 100.0 + 1e-3


# Row 6: masked options.


def masked(model: TemAdapter, content: float) -> TemAdapterOutput:
    frames, options, _ = inputs()
    options = options.clone()
    options[:, 2] = content
    mask = torch.tensor([True, True, False, True]).expand(3, 4)
    output: TemAdapterOutput = model(frames, options, option_mask=mask, answers=torch.tensor([0, 1, 3]))
    return output


def test_a_masked_option_never_wins_and_its_content_never_counts() -> None:
    model = build()
    one, other = masked(model, 0.0), masked(model, 5.0)
    assert torch.isneginf(one.logits[:, 2]).all()
    real = [0, 1, 3]
    assert same(one.logits[:, real], other.logits[:, real])
    assert same(one.refined_options[:, real], other.refined_options[:, real])
    assert same(one.predicted_frames, other.predicted_frames)
    assert same(one.frame_states, other.frame_states)


def test_a_masked_option_is_as_good_as_absent() -> None:
    model = build()
    frames, options, _ = inputs()
    mask = torch.tensor([True, True, False, True]).expand(3, 4)
    real = [0, 1, 3]
    assert same(
        model(frames, options, option_mask=mask).logits[:, real], model(frames, options[:, real]).logits
    )


def test_empty_options_compete_when_told_to() -> None:
    assert torch.isfinite(masked(build(empty_options="compete"), 1.0).logits).all()


def test_padding_never_competes() -> None:
    frames, options, _ = inputs()
    given = torch.tensor([True, True, True, False]).expand(3, 4)
    model = build(empty_options="compete")
    logits = model(frames, options, option_mask=torch.zeros_like(given), given_mask=given).logits
    assert same(logits[:, :3], model(frames, options[:, :3]).logits)
    assert torch.isneginf(logits[:, 3]).all()


# Row 7: positions.


def test_scaled_positions_keep_their_share_whatever_the_features_size() -> None:
    model = build(position_amplitude=0.25)
    frames, options, _ = inputs()
    codes = model.temporal.positions(frames)
    assert codes.square().mean().sqrt().item() == pytest.approx(0.25, rel=1e-3)
    assert codes.mean(1).abs().max() < 1e-5  # nothing but time: no constant is added to the features
    assert same(model(frames * 100, options).frame_states, model(frames, options).frame_states)


def test_raw_positions_drown_small_features() -> None:
    model = build(positions="raw")
    frames, options, _ = inputs()
    assert not same(model(frames * 100, options).frame_states, model(frames, options).frame_states)
    assert same(model.temporal.positions(frames)[0], sinusoid(6, D))


@pytest.mark.parametrize("kind", ["scaled", "raw", "learned"])
def test_the_order_of_frames_matters_to_the_answer(kind: str) -> None:
    model = build(positions=kind)
    frames, options, _ = inputs()
    assert not same(model(frames, options).logits, model(frames.flip(1), options).logits)


def test_learned_positions_read_the_same_curve_at_any_number_of_frames() -> None:
    positions = build(positions="learned").temporal.positions
    few, many = positions(torch.zeros(1, 3, D)), positions(torch.zeros(1, 5, D))
    assert same(few[:, [0, 1, 2]], many[:, [0, 2, 4]])
    positions(torch.zeros(1, 1, D))
    few.sum().backward()
    assert positions.anchors.grad.abs().sum() > 0


def test_sinusoid_has_sine_at_even_and_cosine_at_odd_channels() -> None:
    codes = sinusoid(4, 8)
    assert codes[3, 0].item() == pytest.approx(math.sin(3))
    assert codes[3, 3].item() == pytest.approx(math.cos(3 / 10000 ** (2 / 8)))


# Row 8: whether options see each other.


@pytest.mark.parametrize(("attention", "sees"), [("among", True), ("single", False)])
def test_options_tell_each_other_apart_only_among_themselves(attention: str, sees: bool) -> None:
    model = build(option_attention=attention)
    frames, options, _ = inputs()
    others = options.clone()
    others[:, 1] = others[:, 1].flip(-1)
    one, other = model(frames, options).refined_options, model(frames, others).refined_options
    assert same(one[:, 0], other[:, 0]) is not sees


def test_attention_over_a_single_option_gives_its_query_and_key_no_gradient() -> None:
    frames, options, _ = inputs()
    for attention, alive in (("among", True), ("single", False)):
        model = build(option_attention=attention)
        model(frames, options).refined_options.square().sum().backward()
        for projection in (model.semantic.layer.self_attn.q_proj, model.semantic.layer.self_attn.k_proj):
            assert (projection.weight.grad.abs().max().item() > 1e-7) is alive


# Row 10: how many options and frames.


@given(frames=st.integers(1, 12), options=st.integers(1, 7), batch=st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_any_number_of_frames_and_options(frames: int, options: int, batch: int) -> None:
    video, texts, answers = inputs(batch, frames, options)
    for kind in ("scaled", "learned"):
        output = build(positions=kind)(video, texts, answers=answers)
        assert output.logits.shape == (batch, options)
        assert output.refined_options.shape == (batch, options, D)
        assert output.predicted_frames.shape == output.frame_states.shape == (batch, frames, D)
        assert all(torch.isfinite(part).all() for part in output[:5])


def test_four_options_only_when_told_to() -> None:
    frames, options, _ = inputs(options=5)
    with pytest.raises(ConfigError, match="exactly four options, not 5"):
        build("official")(frames, options)


# Invariants of both presets' shared parts.


@given(order=st.permutations(range(5)), missing=st.sets(st.integers(0, 4), max_size=3))
@settings(max_examples=20, deadline=None)
def test_options_may_be_reordered_and_the_answer_follows(order: list[int], missing: set[int]) -> None:
    model = build()
    frames, options, answers = inputs(options=5)
    mask = torch.tensor([index not in missing for index in range(5)]).expand(3, 5)
    plain = model(frames, options, option_mask=mask, answers=answers)
    moved_answers = torch.tensor([order.index(int(answer)) for answer in answers])
    moved = model(frames, options[:, order], option_mask=mask[:, order], answers=moved_answers)
    assert same(plain.logits[:, order], moved.logits)
    assert same(plain.predicted_frames, moved.predicted_frames)
    assert [order[int(choice)] for choice in moved.logits.argmax(1)] == plain.logits.argmax(1).tolist()


@pytest.mark.parametrize("kind", ["scaled", "raw", "learned"])
@pytest.mark.parametrize("memory", ["causal", "full"])
@given(real=st.integers(1, 5), content=st.floats(-5, 5))
@settings(max_examples=5, deadline=None)
def test_padded_frames_change_nothing(kind: str, memory: str, real: int, content: float) -> None:
    model = build(positions=kind, memory=memory)
    frames, options, answers = inputs(frames=real)
    padding = torch.full((3, 6 - real, D), content)
    mask = (torch.arange(6) < real).expand(3, 6)
    short = model(frames, options, answers=answers)
    padded = model(torch.cat([frames, padding], 1), options, frame_mask=mask, answers=answers)
    assert same(short.logits, padded.logits)
    assert same(short.refined_options, padded.refined_options)
    assert same(short.predicted_frames, padded.predicted_frames[:, :real])


@pytest.mark.parametrize("pairing", ["own", "tiled"])
def test_questions_may_share_videos(pairing: str) -> None:
    model = build(option_pairing=pairing)
    frames, options, answers = inputs(batch=4)
    mask = torch.arange(6).expand(4, 6) < torch.tensor([6, 4, 1, 6])[:, None]
    rows = torch.tensor([1, 0, 1, 1])
    shared = model(frames[:2], options, frame_mask=mask[:2], answers=answers, videos=rows)
    separate = model(frames[rows], options, frame_mask=mask[rows], answers=answers)
    assert same(shared.logits, separate.logits)
    assert same(shared.frame_states, separate.frame_states)
    if pairing == "own":  # guided by the first question about each video: 1 about row 0, 0 about row 1
        assert same(shared.predicted_frames, separate.predicted_frames[[1, 0]])
        assert same(shared.target_frames, separate.target_frames[[1, 0]])


def test_clips_are_frames_that_follow_each_other() -> None:
    model = build()
    frames, options, _ = inputs(frames=6)
    mask = torch.arange(6).expand(3, 6) < 5
    clips = model(frames.view(3, 2, 3, D), options, frame_mask=mask.view(3, 2, 3))
    assert same(clips.logits, model(frames, options, frame_mask=mask).logits)


@pytest.mark.parametrize("shape", [(3, 6, D + 1), (2, 6, D), (6, D)])
def test_shapes_that_do_not_fit_are_refused_with_both_shapes(shape: tuple[int, ...]) -> None:
    _, options, _ = inputs()
    with pytest.raises(DataError, match=r"\(3, 4, 32\)"):
        build()(torch.zeros(shape), options)


# Ablations.


def test_without_the_temporal_aligner_the_video_is_the_mean_of_its_frames() -> None:
    model = build(use_temporal=False, use_semantic=False)
    frames, options, answers = inputs()
    output = model(frames, options, answers=answers)
    video = torch.nn.functional.normalize(frames, dim=-1).mean(1, keepdim=True)
    expected = torch.cosine_similarity(video, options, dim=-1) / 0.07
    assert same(output.logits, expected)
    assert output.predicted_frames is None
    assert sum(parameter.numel() for parameter in model.parameters()) == 1


def test_without_the_semantic_aligner_descriptions_stay_as_they_are() -> None:
    frames, options, _ = inputs()
    assert same(build("official", use_semantic=False)(frames, options).refined_options, options)


# Weights for answering, export.


def test_inference_needs_no_decoder() -> None:
    frames, options, _ = inputs()
    model, other = build(seed=0), build(seed=1)
    state = model.inference_state()
    assert not any("decoder" in name or "start" in name for name in state)
    other.load_inference_state(state)
    assert torch.equal(model(frames, options).logits, other(frames, options).logits)


def test_weights_that_do_not_fit_are_named_all_at_once() -> None:
    state = build().inference_state()
    state["semantic.gamma"] = torch.zeros(D + 1)
    state["surprise"] = state.pop("temporal.encoder.norm1.bias")
    with pytest.raises(DataError) as error:
        build().load_inference_state(state)
    for part in ("temporal.encoder.norm1.bias is missing", "surprise is unknown", "(33,)"):
        assert part in str(error.value)


def test_answering_can_be_exported() -> None:
    model = build()
    frames, options, _ = inputs()
    mask = torch.tensor([True, True, False, True]).expand(3, 4).contiguous()
    program = torch.export.export(model, (frames, options), {"option_mask": mask})
    expected = model(frames, options, option_mask=mask)
    assert same(program.module()(frames, options, option_mask=mask).logits, expected.logits)
