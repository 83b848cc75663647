from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from temadapter.errors import ConfigError
from temadapter.evaluation.apply_control import apply_control, control_names


def make(counts: list[int]) -> tuple[torch.Tensor, torch.Tensor, list[str]]:
    """Frame t of video v holds 10 v + t; padding holds -1."""
    longest = max(counts)
    frames = torch.full((len(counts), longest, 3), -1.0)
    mask = torch.zeros(len(counts), longest, dtype=torch.bool)
    for row, count in enumerate(counts):
        frames[row, :count] = (10 * row + torch.arange(count)).float()[:, None]
        mask[row, :count] = True
    return frames, mask, [f"v{row}" for row in range(len(counts))]


counts = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(counts, st.integers(0, 5))
def test_shuffling_keeps_every_frame_of_its_video_and_the_padding(sizes: list[int], seed: int) -> None:
    frames, mask, names = make(sizes)
    shuffled = apply_control("shuffled_frames", frames, mask=mask, videos=names, seed=seed)
    assert torch.equal(shuffled.sort(dim=1).values, frames.sort(dim=1).values)
    assert torch.equal(shuffled[~mask], frames[~mask])


def test_shuffling_depends_on_the_video_and_the_seed_and_not_on_its_place() -> None:
    frames, mask, names = make([9, 9, 9])
    both = apply_control("shuffled_frames", frames, mask=mask, videos=names)
    alone = apply_control("shuffled_frames", frames[2:], mask=mask[2:], videos=names[2:])
    assert torch.equal(both[2], alone[0])
    other = apply_control("shuffled_frames", frames, mask=mask, videos=names, seed=1)
    assert not torch.equal(both, other)
    assert not torch.equal(both[0], both[1] - 10)


@given(counts)
def test_one_frame_is_the_middle_one_everywhere(sizes: list[int]) -> None:
    frames, mask, names = make(sizes)
    still = apply_control("one_frame", frames, mask=mask, videos=names)
    for row, count in enumerate(sizes):
        assert bool((still[row] == frames[row, (count - 1) // 2]).all())


@given(counts)
def test_text_only_shows_every_question_the_same_average(sizes: list[int]) -> None:
    frames, mask, names = make(sizes)
    same = apply_control("text_only", frames, mask=mask, videos=names)
    mean = frames[mask].mean(0)
    assert torch.allclose(same, mean.expand_as(same), atol=1e-5)


@pytest.mark.parametrize("name", ["none", "text_only", "one_frame", "four_frames", "shuffled_frames"])
def test_controls_change_no_input_and_keep_its_type(name: str) -> None:
    frames, mask, names = make([3, 5])
    half, before = frames.half(), frames.half().clone()
    shown = apply_control(name, half, mask=mask, videos=names)
    assert torch.equal(half, before)
    assert shown.dtype == torch.float16
    assert shown.shape == half.shape


def test_unknown_control_lists_the_known_ones() -> None:
    frames, mask, names = make([2])
    with pytest.raises(ConfigError, match=r"Did you mean 'one_frame'\?"):
        apply_control("one_frme", frames, mask=mask, videos=names)
    assert control_names()[0] == "none"


@pytest.mark.parametrize(
    ("name", "count", "shown"),
    [
        ("one_frame", 16, [7] * 16),
        ("two_frames", 8, [1] * 4 + [5] * 4),
        ("four_frames", 8, [0, 0, 2, 2, 4, 4, 6, 6]),
        ("eight_frames", 8, list(range(8))),
        ("eight_frames", 3, [0, 1, 2]),
        ("two_frames", 1, [0]),
    ],
)
def test_few_frames_are_the_middles_of_equal_parts(name: str, count: int, shown: list[int]) -> None:
    frames = torch.arange(count, dtype=torch.float32)[None, :, None].expand(1, count, 2)
    left = apply_control(name, frames, mask=torch.ones(1, count, dtype=torch.bool), videos=["a"])
    assert left[0, :, 0].tolist() == shown


def test_few_frames_look_at_real_frames_only() -> None:
    frames = torch.arange(6.0)[None, :, None].expand(1, 6, 2)
    mask = torch.tensor([[True, True, True, True, False, False]])
    left = apply_control("two_frames", frames, mask=mask, videos=["a"])
    assert left[0, :4, 0].tolist() == [0, 0, 2, 2]
