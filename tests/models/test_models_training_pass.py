"""The training pass does less work than PyTorch's layers and gives the same numbers."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.models.by_video import ByVideo
from temadapter.models.config import ModelConfig
from temadapter.models.dropout import attend, dropout
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
