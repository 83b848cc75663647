"""Guided pooling: a plain mean at the start, weights over time that the description sets, blind to padding."""

from __future__ import annotations

import torch
from torch.nn import functional

from presets import official_model
from temadapter.models.config import ModelConfig
from temadapter.models.pooling import GuidedPooling
from temadapter.models.tem_adapter import TemAdapter

CONFIG = ModelConfig(embedding_dim=32, pooling="guided")


def trained() -> TemAdapter:
    """A model whose pooling has learned something."""
    torch.manual_seed(0)
    model = TemAdapter(CONFIG).eval()
    assert model.pooling is not None
    torch.nn.init.normal_(model.pooling.coefficients.weight)
    return model


def test_at_the_start_every_frame_counts_the_same():
    model = TemAdapter(CONFIG).eval()
    frames, options = torch.randn(2, 7, 32), torch.randn(2, 3, 32)
    output = model(frames, options)
    assert output.frame_weights is not None
    assert torch.allclose(output.frame_weights, torch.full((2, 3, 7), 1 / 7))
    each = model.compare(output.frame_states, output.refined_options).mean(1)
    assert torch.allclose(output.logits, each, atol=1e-4)


def test_weights_add_up_to_one_and_may_be_negative():
    pooling = trained().pooling
    weights = pooling(torch.randn(4, 3, 32) * 5, 16)
    assert torch.allclose(weights.sum(-1), torch.ones(4, 3), atol=1e-4)
    assert (weights < 0).any()


def test_the_weights_depend_on_the_description_and_not_on_the_video():
    model, options = trained(), torch.randn(1, 3, 32)
    model.semantic = None
    first, second = (model(torch.randn(1, 9, 32), options).frame_weights for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.allclose(first[:, 0], first[:, 1])


def test_padded_frames_change_nothing():
    pooling, options = trained().pooling, torch.randn(2, 3, 32)
    mask = torch.arange(10)[None].expand(2, -1) < torch.tensor([[10], [6]])
    padded, alone = pooling(options, 10, mask), pooling(options[1:], 6)
    assert torch.allclose(padded[1:, :, :6], alone, atol=1e-6)
    assert (padded[1, :, 6:] == 0).all()


def test_order_matters_once_something_is_learned():
    model = trained()
    model.temporal = None  # the pooling alone
    frames, options = torch.randn(1, 8, 32), torch.randn(1, 2, 32) * 3
    assert not torch.allclose(model(frames, options).logits, model(frames.flip(1), options).logits, atol=1e-3)


def test_it_learns_what_came_first_from_few_examples():
    """Two things at two times: "a first" and "b first" are told apart by the order alone."""
    torch.manual_seed(1)
    things, words = (
        functional.normalize(torch.randn(6, 32), dim=-1),
        functional.normalize(torch.randn(2, 32), dim=-1),
    )
    pooling = GuidedPooling(CONFIG.embedding_dim, width=CONFIG.pooling_width)
    optimizer = torch.optim.Adam(pooling.parameters(), lr=3e-3)

    def batch(count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        pairs = torch.stack([torch.randperm(6)[:2] for _ in range(count)])
        frames = torch.cat(
            [things[pairs[:, :1]].expand(-1, 4, -1), things[pairs[:, 1:]].expand(-1, 4, -1)], 1
        )
        word = torch.randint(2, (count,))  # 0: "first", 1: "last"
        options = things[pairs] + words[word][:, None]
        return frames, options, word

    def logits(frames: torch.Tensor, options: torch.Tensor) -> torch.Tensor:
        return 10 * (pooling(options, 8) * (options @ frames.transpose(1, 2))).sum(-1)

    for _ in range(150):
        frames, options, answers = batch(32)
        loss = functional.cross_entropy(logits(frames, options), answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    frames, options, answers = batch(200)
    assert (logits(frames, options).argmax(-1) == answers).float().mean() > 0.95


def test_it_works_with_dot_products_too():
    model = TemAdapter(official_model(embedding_dim=32, pooling="guided")).eval()
    plain = TemAdapter(official_model(embedding_dim=32)).eval()
    plain.load_state_dict(model.state_dict(), strict=False)
    frames, options = torch.randn(3, 6, 32), torch.randn(3, 4, 32)
    assert torch.allclose(model(frames, options).logits, plain(frames, options).logits, atol=1e-4)
