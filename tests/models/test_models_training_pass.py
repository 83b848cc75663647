"""The training pass does less work than PyTorch's layers and gives the same numbers."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.models.by_video import ByVideo
from temadapter.models.config import ModelConfig
from temadapter.models.dropout import attend, dropout, relu_dropout
from temadapter.models.tem_adapter import TemAdapter
from temadapter.models.temporal_aligner import TemporalAligner
from temadapter.models.temporal_layers import decode, encode_twice

D, F = 32, 7
CAUSAL = torch.ones(F, F, dtype=torch.bool).tril()


@pytest.fixture
def temporal():
    torch.manual_seed(0)
    config = ModelConfig(embedding_dim=D, heads=4, temporal_dropout=0.0, semantic_dropout=0.0)
    return TemAdapter(config).train().temporal


@pytest.mark.parametrize("padded", [False, True])
def test_both_encodings_are_those_of_the_layer(temporal, padded):
    frames, mask = torch.randn(3, F, D), torch.arange(F)[None] < torch.tensor([[F], [4], [1]])
    mask = mask if padded else None
    whole, causal = encode_twice(temporal.encoder, frames, mask, CAUSAL)
    hidden = None if mask is None else ~mask
    wanted = temporal.encoder(frames, src_key_padding_mask=hidden)
    torch.testing.assert_close(whole, wanted)
    wanted = temporal.encoder(frames, src_mask=~CAUSAL, src_key_padding_mask=hidden)
    torch.testing.assert_close(causal, wanted)


def test_the_decoding_and_its_gradients_are_those_of_the_layer(temporal):
    inputs, memory = torch.randn(3, F, D), torch.randn(3, F, D)
    gradients = []
    for run in (
        lambda: decode(temporal.decoder, inputs, memory, CAUSAL),
        lambda: temporal.decoder(inputs, memory, tgt_mask=~CAUSAL, memory_mask=~CAUSAL),
    ):
        temporal.zero_grad()
        output = run()
        output.square().sum().backward()
        gradients.append((output, *(p.grad for p in temporal.decoder.parameters())))
    for own, wanted in zip(*gradients, strict=True):
        torch.testing.assert_close(own, wanted, rtol=1e-4, atol=1e-4)


def test_start_tokens_learn_what_they_would_of_the_layer(temporal):
    frames, memory = torch.randn(3, F, D), torch.randn(3, F, D)
    gradients = []
    for module in (temporal.train(), temporal.eval()):
        module.zero_grad()
        module.predict(frames, frames, None, memory=memory).square().sum().backward()
        gradients.append({name: p.grad for name, p in module.named_parameters() if p.grad is not None})
    assert set(gradients[0]) == set(gradients[1]) >= {"start", "decoder.self_attn.in_proj_weight"}
    for name, wanted in gradients[1].items():
        torch.testing.assert_close(gradients[0][name], wanted, rtol=1e-4, atol=1e-4)


def test_attention_with_dropout_has_the_gradients_of_what_it_returns():
    torch.manual_seed(6)
    parts = [torch.randn(3, 2, 5, 4, requires_grad=True) for _ in range(3)]
    mask = (
        torch.ones(5, 5, dtype=torch.bool).tril()
        & (torch.arange(5) < torch.tensor([[5], [3], [1]]))[:, None, None]
    )

    def read(*given):
        torch.manual_seed(7)
        return attend(*given, mask, rate=0.3, training=True).square().sum()

    read(*parts).backward()
    for index, part in enumerate(parts):
        for place in ((0, 0, 0, 0), (1, 1, 2, 3), (2, 0, 0, 1)):
            ends = []
            for step in (1e-2, -1e-2):
                moved = [each.detach().clone() for each in parts]
                moved[index][place] += step
                ends.append(float(read(*moved)))
            assert (ends[0] - ends[1]) / 2e-2 == pytest.approx(float(part.grad[place]), abs=2e-2)


def test_relu_and_dropout_in_one_pass_are_those_of_two():
    values = torch.randn(70, 30)
    results = []
    for run in (lambda x: relu_dropout(x, 0.2, True), lambda x: dropout(torch.relu(x), 0.2, True)):
        torch.manual_seed(8)
        own = values.clone().requires_grad_()
        dropped = run(own)
        (dropped * values).sum().backward()
        results.append((dropped, own.grad))
    for one, two in zip(*results, strict=True):
        assert torch.equal(one, two)


def test_training_without_dropout_answers_as_evaluation_does():
    torch.manual_seed(1)
    config = ModelConfig(
        embedding_dim=D, heads=4, temporal_dropout=0.0, semantic_dropout=0.0, pooling="guided"
    )
    model = TemAdapter(config)
    frames, options, answers = torch.randn(2, F, D), torch.randn(5, 4, D), torch.tensor([0, 1, 2, 3, 0])
    videos = torch.tensor([1, 0, 1, 1, 0])
    trained = model.train()(frames, options, answers=answers, videos=videos)
    asked = model.eval()(frames, options, answers=answers, videos=videos)
    torch.testing.assert_close(trained.logits, asked.logits)
    torch.testing.assert_close(trained.predicted_frames, asked.predicted_frames)


def test_dropout_keeps_its_share_and_its_mean_and_repeats():
    values = torch.ones(1000, 101, requires_grad=True)
    torch.manual_seed(4)
    one = dropout(values, 0.2, True)
    torch.manual_seed(4)
    assert torch.equal(one, dropout(values, 0.2, True))
    assert not torch.equal(one, dropout(values, 0.2, True))
    assert float((one == 0).float().mean()) == pytest.approx(0.2, abs=0.005)
    assert float(one.detach().mean()) == pytest.approx(1, abs=0.01)
    one.sum().backward()
    assert torch.equal(values.grad, one.detach())
    assert dropout(values, 0.2, False) is values


def test_attention_with_dropout_is_right_on_average():
    torch.manual_seed(5)
    query, key, value = torch.randn(3, 1, 2, 6, 8).unbind(0)
    mask = torch.rand(6, 6) < 0.7
    mask |= torch.eye(6, dtype=torch.bool)
    rows = [part.expand(4000, -1, -1, -1) for part in (query, key, value)]
    mean = attend(*rows, mask, rate=0.1, training=True).mean(0, keepdim=True)
    wanted = attend(query, key, value, mask, rate=0.1, training=False)
    torch.testing.assert_close(mean, wanted, rtol=0, atol=0.04)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(1, 3))
def test_what_is_spread_over_videos_comes_back(videos, options):
    distinct, rows = torch.unique(torch.tensor(videos), return_inverse=True)
    groups = ByVideo(rows, len(distinct))
    questions = torch.randn(len(videos), options, 2)
    spread = groups.spread(questions)
    assert torch.equal(groups.gather(spread, options), questions)
    frames = torch.randn(len(distinct), 3, 2)
    read = groups.gather(spread @ frames.transpose(1, 2), options)
    torch.testing.assert_close(read, questions @ frames[rows].transpose(1, 2))


def test_one_video_with_most_questions_is_not_paid_for_by_all_others():
    rows = torch.cat([torch.zeros(30, dtype=torch.long), torch.arange(1, 60)])
    assert not ByVideo(rows, 60).pays
    assert ByVideo(torch.arange(40) % 8, 8).pays


def test_an_encoder_that_starts_as_the_identity_passes_normalised_states_on() -> None:
    encoder = TemporalAligner(ModelConfig(embedding_dim=32, identity_start=0.0)).encoder
    assert not encoder.self_attn.out_proj.weight.any()
    assert not encoder.linear2.weight.any()
