from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from temadapter.evidence import EVIDENCE, HeldStill, can_hold_still, find_evidence, hold_still, log_odds
from temadapter.methods.base import Batch

FRAMES = 20
TIMES = np.arange(FRAMES) * 0.5


@dataclass
class SeesAnEvent:
    """Answers option 0 if a frame below 0 is followed by one above: an event between two frames."""

    needs: str = "features"
    trainable: bool = True

    def score(self, batch: Batch) -> torch.Tensor:
        """Return (B, 2) logits."""
        shown = batch.expanded().frames[..., 0]
        happened = ((shown[:, :-1] < 0) & (shown[:, 1:] > 0)).any(dim=1)
        return torch.stack([4.0 * happened, 1.0 - happened.float()], dim=1)


def batch_of(*videos: torch.Tensor) -> Batch:
    count = len(videos)
    return Batch(
        frames=torch.stack(videos)[..., None],
        options=torch.zeros(count, 2, 1),
        option_mask=torch.ones(count, 2, dtype=torch.bool),
    )


def held_of(batch: Batch) -> tuple[list[HeldStill], NDArray[np.float64]]:
    method = SeesAnEvent()
    return hold_still(method, batch, at_once=7), method.score(batch).double().numpy()  # type: ignore[arg-type]


@given(st.integers(1, FRAMES - 2))
def test_evidence_is_where_the_event_is(place: int) -> None:
    video = torch.where(torch.arange(FRAMES) < place, -1.0, 1.0)
    (held,), logits = held_of(batch_of(video))
    found = find_evidence(TIMES, logits[0], np.zeros((FRAMES, 2)), held)
    assert abs(found[0].time - TIMES[place]) <= 1.0
    assert 0 < found[0].score <= 1


def test_where_nothing_happens_there_is_no_evidence() -> None:
    (held,), logits = held_of(batch_of(torch.ones(FRAMES)))
    assert find_evidence(TIMES, logits[0], np.zeros((FRAMES, 2)), held) == ()


def test_questions_keep_their_own_copies() -> None:
    early = torch.where(torch.arange(FRAMES) < 4, -1.0, 1.0)
    late = torch.where(torch.arange(FRAMES) < 15, -1.0, 1.0)
    together, _ = held_of(batch_of(early, late))
    for video, both in zip((early, late), together, strict=True):
        (alone,), _ = held_of(batch_of(video))
        for field in ("places", "until", "onwards", "alone"):
            np.testing.assert_array_equal(getattr(alone, field), getattr(both, field))


def test_copies_are_held_before_after_and_all_through() -> None:
    video = torch.where(torch.arange(FRAMES) < 10, -1.0, 1.0)
    (held,), _ = held_of(batch_of(video))
    happened = held.until[:, 0] > held.until[:, 1]
    assert happened.tolist() == [place >= 10 for place in held.places]
    happened = held.onwards[:, 0] > held.onwards[:, 1]
    assert happened.tolist() == [place < 10 for place in held.places]
    assert (held.alone[:, 0] < held.alone[:, 1]).all()


@given(st.lists(st.floats(-6, 6), min_size=FRAMES, max_size=FRAMES))
def test_moments_are_few_apart_and_shares(levels: list[float]) -> None:
    frame_logits = np.stack([np.array(levels), np.zeros(FRAMES)], axis=1)
    found = find_evidence(TIMES, np.array([1.0, 0.0]), frame_logits, None)
    assert len(found) <= EVIDENCE
    assert all(0 < moment.score <= 1 and moment.time == TIMES[moment.frame] for moment in found)
    gap = (TIMES[-1] - TIMES[0]) / 10
    assert all(abs(a.time - b.time) > gap for a in found for b in found if a is not b)


def test_a_method_that_judges_frames_alone_has_evidence_where_one_stands_out() -> None:
    flat = np.zeros((FRAMES, 2))
    assert find_evidence(TIMES, np.array([1.0, 0.0]), flat, None) == ()
    flat[7, 0] = 5
    assert [moment.frame for moment in find_evidence(TIMES, np.array([1.0, 0.0]), flat, None)] == [7]


def test_log_odds_are_against_all_others() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.2]))
    assert log_odds(logits, 0) == pytest.approx(0.0, abs=1e-12)
    assert log_odds(logits, 1) == pytest.approx(np.log(0.3 / 0.7))


@pytest.mark.parametrize(
    ("changes", "frames", "able"),
    [
        ({}, 16, True),
        ({}, 1, False),
        ({}, 513, False),
        ({"needs": "frames"}, 16, False),
        ({"trainable": False}, 16, False),
    ],
)
def test_who_is_asked_again(changes: dict[str, object], frames: int, able: bool) -> None:
    assert can_hold_still(replace(SeesAnEvent(), **changes), frames) is able  # type: ignore[arg-type]


def test_a_video_that_says_little_more_than_a_frame_has_no_evidence() -> None:
    video = torch.where(torch.arange(FRAMES) < 10, -1.0, 1.0)
    (held,), logits = held_of(batch_of(video))
    faint = replace(held, until=held.until / 9, onwards=held.onwards / 9, alone=held.alone / 9)
    assert find_evidence(TIMES, logits[0] / 9, np.zeros((FRAMES, 2)), faint) == ()


def test_what_the_answer_loses_when_the_video_starts_later_counts() -> None:
    flat = np.zeros((FRAMES, 2))
    falls = np.stack([np.where(np.arange(FRAMES) < 12, 4.0, 0.0), np.zeros(FRAMES)], axis=1)
    held = HeldStill(np.arange(FRAMES), until=flat, onwards=falls, alone=flat)
    (moment, *_) = find_evidence(TIMES, np.array([4.0, 0.0]), flat, held)
    assert moment.frame in (11, 12)
