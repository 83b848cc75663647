from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.question import Question
from temadapter.data.splits import split_by_video
from temadapter.errors import ConfigError


def make(videos: list[str]) -> list[Question]:
    return [Question(id=str(i), video=v, text="What?", options=("a", "b")) for i, v in enumerate(videos)]


VIDEOS = st.lists(st.sampled_from([f"{name}.mp4" for name in "abcdefgh"]), max_size=30)


@given(VIDEOS, st.floats(0, 0.99), st.integers(0, 5))
def test_no_video_is_on_both_sides_and_nothing_is_lost(videos: list[str], fraction: float, seed: int) -> None:
    questions = make(videos)
    train, validation = split_by_video(questions, fraction=fraction, seed=seed)
    assert not {q.video for q in train} & {q.video for q in validation}
    assert sorted(train + validation, key=lambda q: int(q.id)) == questions
    if fraction > 0 and len(set(videos)) > 1:
        assert train
        assert validation


@given(VIDEOS, st.integers(0, 5))
def test_the_choice_depends_on_names_and_seed_only(videos: list[str], seed: int) -> None:
    questions = make(videos)
    shuffled = random.Random(1).sample(questions, len(questions))
    chosen = {q.video for q in split_by_video(questions, fraction=0.3, seed=seed)[1]}
    assert {q.video for q in split_by_video(shuffled, fraction=0.3, seed=seed)[1]} == chosen


def test_seeds_choose_differently_and_the_share_is_of_videos() -> None:
    questions = make([f"{i}.mp4" for i in range(40) for _ in range(1 + i % 3)])
    chosen = [
        frozenset(q.video for q in split_by_video(questions, fraction=0.25, seed=s)[1]) for s in range(4)
    ]
    assert len(set(chosen)) == 4
    assert {len(videos) for videos in chosen} == {10}


def test_two_spellings_of_one_path_are_one_video() -> None:
    questions = make(["a.mp4", "./a.mp4", "b.mp4", "x/../b.mp4"])
    train, validation = split_by_video(questions, fraction=0.5, seed=0)
    assert len(train) == len(validation) == 2


@pytest.mark.parametrize("fraction", [-0.1, 1.0, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction: float) -> None:
    with pytest.raises(ConfigError, match="fraction"):
        split_by_video(make(["a.mp4"]), fraction=fraction, seed=0)
