from __future__ import annotations

import random
from dataclasses import replace

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


GROUPS = st.lists(
    st.tuples(st.integers(0, 15), st.sampled_from([None, "a", "b", "c", "d"])), min_size=2, max_size=60
)


@given(rows=GROUPS, fraction=st.floats(0.05, 0.9), seed=st.integers(0, 5))
def test_groups_stay_together(rows: list[tuple[int, str | None]], fraction: float, seed: int) -> None:
    groups = {group for _, group in rows}
    questions = tuple(
        Question(id=str(i), video=f"{video}.mp4", text="What?", options=("a", "b"), group=group)
        for i, (video, group) in enumerate(rows)
    )
    train, validation = split_by_video(questions, fraction=fraction, seed=seed)
    assert sorted((*train, *validation), key=lambda q: int(q.id)) == list(questions)
    assert not {q.video for q in train} & {q.video for q in validation}
    parts = {q.group for q in train} & {q.group for q in validation} - {None}
    if len(groups) > 1 and len({q.video for q in questions}) > 1 and not _all_hang_together(rows):
        assert not parts
        assert train
        assert validation


def _all_hang_together(rows: list[tuple[int, str | None]]) -> bool:
    sets = [{f"v{video}", f"g{group}"} if group else {f"v{video}"} for video, group in rows]
    whole = sets[0]
    for _ in sets:
        whole = whole.union(*(one for one in sets if one & whole))
    return all(one <= whole for one in sets)


def test_one_group_for_all_divides_videos_as_if_there_were_none() -> None:
    plain = make([f"{i}.mp4" for i in range(10)])
    grouped = tuple(replace(question, group="cam") for question in plain)
    ids = [{q.id for q in split_by_video(qs, fraction=0.3, seed=0)[1]} for qs in (plain, grouped)]
    assert ids[0] == ids[1]
    assert ids[0]
