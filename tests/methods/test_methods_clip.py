"""The methods that train nothing: zero-shot CLIP and CLIP + template."""

from __future__ import annotations

import torch

from temadapter.methods.base import Batch, Method, MethodContext
from temadapter.methods.registry import get_method


def example() -> Batch:
    generator = torch.Generator().manual_seed(0)
    return Batch(
        frames=torch.randn(2, 5, 8, generator=generator),
        options=torch.randn(2, 3, 8, generator=generator),
        option_mask=torch.tensor([[True, True, True], [True, False, True]]),
        frame_mask=torch.tensor([[True] * 5, [True, True, False, False, False]]),
    )


def build(name: str, scale: float = 10.0) -> Method:
    return get_method(name).build(MethodContext(embedding_dim=8, logit_scale=scale))


def test_score_is_the_cosine_with_the_mean_of_normalised_frames() -> None:
    batch = example()
    logits = build("zero-shot").score(batch)
    frames = torch.nn.functional.normalize(batch.frames[1, :2], dim=-1).mean(0)
    assert torch.allclose(logits[1, 2], 10 * torch.cosine_similarity(frames, batch.options[1, 2], dim=0))
    assert torch.isneginf(logits[1, 1])
    assert logits[0].abs().max() <= 10


def test_frame_scores_are_each_frames_own() -> None:
    batch = example()
    scores = build("zero-shot").frame_scores(batch)
    assert scores.shape == (2, 5, 3)
    single = Batch(frames=batch.frames[:1, 3:4], options=batch.options[:1], option_mask=batch.option_mask[:1])
    assert torch.allclose(scores[0, 3], build("zero-shot").score(single)[0], atol=1e-5)


def test_half_precision_features_are_compared_in_single_precision() -> None:
    batch = example()
    half = Batch(frames=batch.frames.half(), options=batch.options.half(), option_mask=batch.option_mask)
    assert build("zero-shot").score(half).dtype == torch.float32


def test_the_template_changes_the_text_only() -> None:
    zero_shot, template = get_method("zero-shot"), get_method("clip-template")
    assert (zero_shot.text, template.text) == ("raw", "event")
    assert torch.equal(build("zero-shot").score(example()), build("clip-template").score(example()))
    assert not list(build("clip-template").parameters())
