"""`plus`: entities, banks, standardisation, change between frames, and that nothing leaks between options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from method_cases import learn
from torch.nn import functional

from temadapter.errors import ConfigError, DataError
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.extra_texts import extra_sentences
from temadapter.methods.plus import SPEC, PlusMethod
from temadapter.training.extra_text_rows import extra_texts

DIM = 24
TEXTS = (
    ("The red car hit the blue bus.", "The blue bus hit the red car.", "No accident happened."),
    ("The weather is rainy.", "The weather is sunny.", ""),
    ("The green truck, the red car and the blue bus stopped.", "The green truck left.", "The red car left."),
)


def build(*, seed: int = 0, **options: Any) -> PlusMethod:
    torch.manual_seed(seed)
    method = PlusMethod(MethodContext(embedding_dim=DIM, options={"bank": "crossroads", **options}))
    frames = torch.randn(5, 7, DIM, generator=torch.Generator().manual_seed(9))
    method.observe(frames, torch.ones(5, 7, dtype=torch.bool))
    method.module.eval()
    return method


def embed(sentences: list[str]) -> torch.Tensor:
    """Give every sentence an embedding of its own, the same every time."""
    rows = [torch.Generator().manual_seed(sum(map(ord, text)) * 31 + len(text)) for text in sentences]
    return torch.stack([torch.randn(DIM, generator=row) for row in rows])


def make_batch(method: PlusMethod, texts: tuple[tuple[str, ...], ...] = TEXTS, *, frames: int = 6) -> Batch:
    """Make a batch of questions about two videos, the second of which is shorter."""
    generator = torch.Generator().manual_seed(1)
    sentences = [text for own in texts for text in own]
    known = list(dict.fromkeys([*sentences, *extra_sentences(sentences, method.reader)]))
    rows, table = {text: row for row, text in enumerate(known)}, embed(known)
    return Batch(
        frames=torch.randn(2, frames, DIM, generator=generator),
        frame_mask=torch.arange(frames).expand(2, frames) < torch.tensor([[frames], [max(1, frames - 2)]]),
        options=torch.stack([table[[rows[text] for text in own]] for own in texts]),
        option_mask=torch.tensor([[bool(text) for text in own] for own in texts]),
        answers=torch.zeros(len(texts), dtype=torch.long),
        ids=tuple(map(str, range(len(texts)))),
        videos=torch.arange(len(texts)) % 2,
        texts=texts,
        extra=extra_texts(texts, table, rows, method.reader),
    )


@pytest.mark.parametrize(
    "options", [{}, {"bank": "general"}, {"guided": False, "change": False}, {"layers": 1}]
)
def test_a_few_steps_lower_the_loss_and_what_is_kept_answers_the_same(options: dict[str, Any]) -> None:
    method = build(**options)
    batch = make_batch(method)
    first, last = learn(method, batch, steps=12)
    assert last < first
    other = build(seed=1, **options)
    other.load_inference_state(method.inference_state())
    assert torch.equal(method.score(batch), other.score(batch))


@given(frames=st.integers(1, 40))
def test_any_number_of_frames(frames: int) -> None:
    method = build()
    batch = make_batch(method, frames=frames)
    logits = method.score(batch)
    assert torch.equal(torch.isneginf(logits), ~batch.option_mask)
    assert method.loss(batch).total.isfinite()
    assert torch.allclose(logits, method.score(batch.expanded()), atol=1e-4)


def test_what_was_read_from_the_states_is_also_judged_alone() -> None:
    plain, judged = build(alone=0.0), build(alone=0.5)
    batch = make_batch(plain)
    read = judged.model(judged.inputs(batch)).read
    answers = batch.answers
    assert answers is not None
    options = torch.full(batch.option_mask.shape, float("-inf")).masked_scatter(batch.option_mask, read)
    loss = build(alone=0.5, label_smoothing=0.0).loss(batch)
    assert torch.allclose(judged.loss(batch).qa, plain.loss(batch).total)
    assert torch.allclose(loss.total - loss.qa, 0.5 * functional.cross_entropy(options, answers), atol=1e-6)


def test_the_states_learn_what_guided_pooling_already_knows() -> None:
    """Through the sum alone they would get hardly any gradient."""
    norms = []
    for weight in (0.0, 1.0):
        method = build(alone=weight, label_smoothing=0.0)
        with torch.no_grad():
            method.model.log_scale.fill_(4.0)
        batch = make_batch(method)
        sure = batch.options.clone()
        sure[:, 0] = batch.frames[batch.videos].mean(1)  # guided pooling is sure of the first option
        batch = replace(batch, options=sure)
        method.loss(batch).total.backward()
        norms.append(float(method.model.head[-1].weight.grad.norm()))
    assert norms[1] > 10 * norms[0]


def test_padding_says_nothing() -> None:
    method = build()
    batch = make_batch(method)
    frames = batch.frames.clone()
    frames[~batch.frame_mask] = 7.0
    assert torch.allclose(method.score(batch), method.score(replace(batch, frames=frames)), atol=1e-5)
    longer = replace(
        batch,
        frames=functional.pad(batch.frames, (0, 0, 0, 3), value=2.0),
        frame_mask=functional.pad(batch.frame_mask, (0, 3), value=False),
    )
    assert torch.allclose(method.score(batch), method.score(longer), atol=1e-5)


def test_an_option_is_scored_alike_in_any_company() -> None:
    method = build()
    whole = method.score(make_batch(method))
    alone = method.score(make_batch(method, tuple(own[::-1] for own in TEXTS)))
    assert torch.allclose(whole, alone.flip(1), atol=1e-5)
    single = make_batch(method, (TEXTS[0],))
    single = replace(single, frames=single.frames[:1], frame_mask=single.frame_mask[:1])
    assert torch.allclose(whole[:1], method.score(single), atol=1e-5)


def test_any_sentence_is_standardised_by_the_training_videos() -> None:
    method = build()
    frames = torch.randn(4, 9, DIM) + 1
    mask = torch.rand(4, 9) < 0.8
    mask[:, 0] = True
    method.observe(frames, mask)
    scores = method.inputs.scores(frames[mask], torch.randn(6, DIM))
    assert torch.allclose(scores.mean(0), torch.zeros(6), atol=1e-4)
    assert torch.allclose(scores.std(0, unbiased=False), torch.ones(6), atol=1e-3)


def test_how_well_a_description_fits_the_whole_video_reaches_its_query() -> None:
    method = build()
    batch = make_batch(method)
    seen = method.inputs(batch)
    assert batch.videos is not None
    assert batch.frame_mask is not None
    own = []
    for question, option in batch.option_mask.nonzero().tolist():
        video = batch.videos[question]
        real = batch.frames[video][batch.frame_mask[video]]
        own.append(method.inputs.scores(real, batch.options[question, option][None]).mean())
    assert torch.allclose(seen.level, torch.stack(own), atol=1e-4)
    before = method.model(seen).read
    with torch.no_grad():
        method.model.level.weight.normal_()
    assert not torch.allclose(method.model(seen).read, before)


def test_videos_that_all_look_the_same_are_no_division_by_nothing() -> None:
    method = build()
    same = torch.ones(3, 4, DIM)
    method.observe(same, torch.ones(3, 4, dtype=torch.bool))
    assert method.score(replace(make_batch(method), frames=torch.ones(2, 6, DIM)))[0].isfinite().all()


def test_how_much_changes_can_be_learned_where_no_entity_is_named() -> None:
    method = build(bank="general", noise=0.0, dropout=0.0, frame_dropout=0.0)
    generator = torch.Generator().manual_seed(3)
    calm = torch.randn(8, 1, DIM, generator=generator).expand(8, 6, DIM)
    wild = torch.randn(8, 6, DIM, generator=generator)
    texts = (("It is calm.", "It is wild."),) * 16
    batch = replace(
        make_batch(method, texts),
        frames=torch.cat([calm, wild]),
        frame_mask=None,
        videos=None,
        answers=torch.tensor([0] * 8 + [1] * 8),
    )
    learn(method, batch, steps=60)
    assert bool((method.score(batch).argmax(1) == batch.answers).all())


def test_tracks_name_the_entities_of_all_options_once() -> None:
    method = build()
    batch = make_batch(method, (TEXTS[0],))
    tracks = method.tracks(replace(batch, videos=None, frames=batch.frames[:1], frame_mask=None))
    assert [track[0] for track in tracks] == ["", "the red car", "the blue bus"]
    for _, sentences, scores in tracks:
        assert scores.shape == (6, len(sentences))
    assert tracks[2][1][0] == "the blue bus"
    expected = method.inputs.scores(batch.frames[0], embed(list(tracks[2][1])))
    assert torch.allclose(tracks[2][2], expected, atol=1e-5)


def test_a_frame_alone_says_what_a_video_that_stands_still_there_says() -> None:
    method = build()
    batch = make_batch(method)
    scores = method.frame_scores(batch)
    assert scores.shape == (3, 6, 3)
    still = replace(batch, frames=batch.frames[:, 2:3].expand(-1, 16, -1), frame_mask=None)
    assert torch.allclose(scores[:, 2], method.score(still), atol=1e-4)


def test_the_bank_is_settled_by_the_training_texts(tmp_path: Path) -> None:
    assert SPEC.settle is not None
    assert SPEC.settle({"bank": "auto", "width": 8}, TEXTS[2]) == {"bank": "crossroads", "width": 8}
    assert SPEC.settle({"bank": "traffic"}, TEXTS[2]) == {"bank": "traffic"}
    with pytest.raises(ConfigError, match="no sentence bank"):
        SPEC.settle({"bank": str(tmp_path / "none.yaml")}, ())


def test_readers_that_read_alike_are_equal() -> None:
    assert SPEC.reader is not None
    assert SPEC.reader({"bank": "traffic", "width": 8}) == SPEC.reader({"bank": "traffic"})
    assert hash(SPEC.reader({"bank": "traffic"})) != hash(SPEC.reader({"bank": "general"}))


def test_a_batch_without_its_sentences_is_refused() -> None:
    method = build()
    with pytest.raises(DataError, match="lacks the sentences"):
        method.score(replace(make_batch(method), extra=None))


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ConfigError, match="multiple of heads"):
        build(width=10, heads=4)
    with pytest.raises(ConfigError, match="label_smoothing"):
        build(label_smoothing=1.0)
