from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.config.training_config import TrainingConfig
from temadapter.data.question import Question
from temadapter.training.batches import QuestionBank, Texts, Videos, move_banks
from temadapter.training.schedule import learning_rate
from temadapter.training.seeding import epoch_order


def make_bank(questions: list[Question], frames: dict[str, int], dim: int = 4) -> QuestionBank:
    """Frame t of video v is v + t / 100; the text of option o is its number among all texts."""
    names = list(frames)
    longest = max(frames.values())
    table = torch.zeros(len(names), longest, dim, dtype=torch.float16)
    mask = torch.zeros(len(names), longest, dtype=torch.bool)
    for row, name in enumerate(names):
        mask[row, : frames[name]] = True
        table[row, : frames[name]] = (row + torch.arange(frames[name]) / 100)[:, None]
    texts = sorted({option for question in questions for option in question.options})
    features = torch.arange(len(texts)).float()[:, None].expand(-1, dim)
    videos = Videos(table, mask, {name: row for row, name in enumerate(names)})
    rows = Texts(features, {text: row for row, text in enumerate(texts)})
    return QuestionBank.build(questions, [question.options for question in questions], videos, rows)


@st.composite
def banks(draw: st.DrawFn) -> QuestionBank:
    frames = {f"v{n}": draw(st.integers(1, 5)) for n in range(draw(st.integers(1, 4)))}
    questions = []
    for number in range(draw(st.integers(1, 12))):
        options = draw(st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=2, max_size=5))
        options[0] = "a"
        options[draw(st.integers(1, len(options) - 1))] = "b"
        video, answer = draw(st.sampled_from(sorted(frames))), draw(st.sampled_from([0, None]))
        questions.append(Question(str(number), video, "What?", tuple(options), answer))
    return make_bank(questions, frames)


@given(banks(), st.integers(1, 13), st.sampled_from(["masked", "compete"]))
@settings(max_examples=60, deadline=None)
def test_batches_hold_every_question_once_with_its_own_video_and_options(
    bank: QuestionBank, size: int, empty: str
) -> None:
    seen = []
    for batch in bank.batches(size, empty_options=empty):  # type: ignore[arg-type]
        assert len(batch.ids) <= size
        whole = batch.expanded()
        mask = (
            torch.ones(whole.frames.shape[:2], dtype=torch.bool)
            if whole.frame_mask is None
            else whole.frame_mask
        )
        for row, identifier in enumerate(batch.ids):
            question = bank.questions[len(seen)]
            assert identifier == question.id
            own = bank.videos.rows[question.video]
            count = int(bank.videos.mask[own].sum())
            assert mask[row].tolist() == [True] * count + [False] * (mask.shape[1] - count)
            assert torch.equal(whole.frames[row, :count], bank.videos.frames[own, :count].float())
            shown = question.option_mask if empty == "masked" else (True,) * len(question.options)
            assert batch.option_mask[row].tolist() == [
                *shown,
                *[False] * (batch.options.shape[1] - len(shown)),
            ]
            numbers = [bank.texts.rows[option] for option in question.options]
            assert batch.options[row, : len(numbers), 0].tolist() == numbers
            seen.append(identifier)
    assert seen == [question.id for question in bank.questions]


def test_questions_about_one_video_share_its_frames() -> None:
    questions = [Question(str(n), "v0" if n < 3 else "v1", "What?", ("a", "b"), 0) for n in range(4)]
    batch = make_bank(questions, {"v0": 2, "v1": 2}).batch(torch.arange(4))
    assert batch.frames.shape[0] == 2
    assert batch.videos is not None
    assert batch.videos.tolist() == [0, 0, 0, 1]


def test_batch_is_no_wider_or_longer_than_its_own_questions_need() -> None:
    questions = [
        Question("0", "v0", "What?", ("a", "b"), 0),
        Question("1", "v1", "What?", ("a", "b", "c", ""), 0),
    ]
    bank = make_bank(questions, {"v0": 2, "v1": 5})
    short = bank.batch(torch.tensor([0]))
    assert short.frames.shape[1] == 2
    assert short.options.shape[1] == 2
    assert short.frame_mask is None
    assert bank.batch(torch.tensor([0, 1])).options.shape[1] == 4


def test_unanswered_questions_are_not_learned_from() -> None:
    questions = [Question(str(n), "v0", "What?", ("a", "b"), None if n % 2 else 0) for n in range(5)]
    bank = make_bank(questions, {"v0": 2})
    assert [question.id for question in bank.answered().questions] == ["0", "2", "4"]
    assert bank.batch(torch.arange(5)).answers is None
    assert bank.answered().batch(torch.arange(3)).answers is not None


def test_moved_banks_go_on_sharing() -> None:
    bank = make_bank([Question("0", "v0", "What?", ("a", "b"), 0)], {"v0": 2})
    moved = move_banks({"train": bank, "test": bank}, torch.device("cpu"))
    assert moved["train"].videos is moved["test"].videos
    assert moved["train"].texts is moved["test"].texts


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=40),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 9),
)
def test_order_is_a_permutation_that_depends_on_seed_and_epoch_only(
    videos: list[int], together: int, epoch: int, seed: int
) -> None:
    numbers = torch.tensor(videos)
    order = epoch_order(numbers, seed=seed, epoch=epoch, together=together)
    assert sorted(order.tolist()) == list(range(len(videos)))
    torch.rand(3)
    assert torch.equal(order, epoch_order(numbers, seed=seed, epoch=epoch, together=together))


def test_order_changes_with_seed_and_epoch() -> None:
    numbers = torch.arange(50)
    orders = [tuple(epoch_order(numbers, seed=s, epoch=e).tolist()) for s in (0, 1) for e in (1, 2)]
    assert len(set(orders)) == 4


def test_questions_together_keeps_runs_of_one_video() -> None:
    numbers = torch.arange(40) // 8  # five videos with eight questions each
    order = epoch_order(numbers, seed=0, epoch=1, together=4)
    groups = numbers[order].view(-1, 4)
    assert bool((groups == groups[:, :1]).all())
    assert not torch.equal(order, torch.arange(40))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [1.0, 1.0, 1.0, 1.0]),
        ("halve", [1.0, 1.0, 0.5, 0.5]),
        ("cosine", [1.0, 0.853553, 0.5, 0.146447]),
    ],
)
def test_learning_rate_follows_its_schedule(schedule: str, expected: list[float]) -> None:
    config = TrainingConfig(epochs=4, learning_rate=1.0, schedule=schedule, halve_every=2)  # type: ignore[arg-type]
    found = [learning_rate(config, step=epoch * 5, steps_per_epoch=5) for epoch in range(4)]
    assert found == pytest.approx(expected, abs=1e-6)


def test_videos_are_read_from_a_store_without_loss(world: Path) -> None:
    from temadapter.features.store import FeatureStore
    from training_toy import ToyBackbone

    store = FeatureStore(world / "features", backbone=ToyBackbone(), sampler="uniform(6)")
    videos = Videos.of(store.load_many(["v3.mp4", "v0.mp4"], dtype=None), ["v3.mp4", "v0.mp4"])
    assert torch.equal(videos.frames[videos.rows["v0.mp4"]].float(), store.read("v0.mp4").features)
