from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from temadapter.evidence.followed import Followed, Subjects, follow
from temadapter.evidence.held_still import HeldStill, can_hold_still, hold_still
from temadapter.evidence.moments import EVIDENCE, Scores, find_evidence, log_odds
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


def held_of(batch: Batch) -> list[HeldStill]:
    return hold_still(SeesAnEvent(), batch, at_once=7)  # type: ignore[arg-type]


def scores_of(video: torch.Tensor) -> Scores:
    method, batch = SeesAnEvent(), batch_of(video)
    logits = method.score(batch).double().numpy()
    (held,), (followed,) = held_of(batch), follow(method, batch, [int(logits[0].argmax())])  # type: ignore[arg-type]
    return Scores(logits[0], np.zeros((FRAMES, 2)), held, followed)


def single(frame_logits: NDArray[np.float64]) -> Scores:
    return Scores(np.array([1.0, 0.0]), frame_logits)


@given(st.integers(1, FRAMES - 2))
def test_evidence_is_where_the_event_is(place: int) -> None:
    video = torch.where(torch.arange(FRAMES) < place, -1.0, 1.0)
    found = find_evidence(TIMES, scores_of(video))
    assert abs(found[0].time - TIMES[place]) <= 0.5


def test_where_nothing_happens_there_is_no_evidence() -> None:
    assert find_evidence(TIMES, scores_of(torch.ones(FRAMES))) == ()


def test_questions_keep_their_own_copies() -> None:
    early = torch.where(torch.arange(FRAMES) < 4, -1.0, 1.0)
    late = torch.where(torch.arange(FRAMES) < 15, -1.0, 1.0)
    together = held_of(batch_of(early, late))
    for video, both in zip((early, late), together, strict=True):
        (alone,) = held_of(batch_of(video))
        for field in ("places", "until", "onwards", "alone"):
            np.testing.assert_array_equal(getattr(alone, field), getattr(both, field))


def test_copies_are_held_before_after_and_all_through() -> None:
    video = torch.where(torch.arange(FRAMES) < 10, -1.0, 1.0)
    (held,) = held_of(batch_of(video))
    happened = held.until[:, 0] > held.until[:, 1]
    assert happened.tolist() == [place >= 10 for place in held.places]
    happened = held.onwards[:, 0] > held.onwards[:, 1]
    assert happened.tolist() == [place < 10 for place in held.places]
    assert (held.alone[:, 0] < held.alone[:, 1]).all()


@given(st.lists(st.floats(-6, 6), min_size=FRAMES, max_size=FRAMES))
def test_moments_are_few_apart_and_share_the_evidence(levels: list[float]) -> None:
    found = find_evidence(TIMES, single(np.stack([np.array(levels), np.zeros(FRAMES)], axis=1)))
    assert len(found) <= EVIDENCE
    assert all(0 < moment.score <= 1 and moment.time == TIMES[moment.frame] for moment in found)
    shares = [moment.score for moment in found]
    assert shares == sorted(shares, reverse=True)
    assert not found or sum(shares) == pytest.approx(1)
    gap = (TIMES[-1] - TIMES[0]) / 10
    assert all(abs(a.time - b.time) > 3 * gap for a in found for b in found if a is not b)


def test_the_moment_with_the_largest_share_comes_first() -> None:
    levels = np.zeros((FRAMES, 2))
    levels[2, 0], levels[9, 0], levels[17, 0] = 6, 4, 5
    found = find_evidence(TIMES, single(levels))
    assert [moment.score for moment in found] == pytest.approx([6 / 15, 5 / 15, 4 / 15])
    assert all(abs(moment.frame - place) <= 1 for moment, place in zip(found, (2, 17, 9), strict=True))


def test_between_two_events_there_is_no_moment() -> None:
    levels = np.zeros((FRAMES, 2))
    levels[2:4, 0], levels[16:18, 0], levels[9:11, 0] = 6, 6, 0.2
    early, late = sorted(moment.frame for moment in find_evidence(TIMES, single(levels)))
    assert early in (1, 2, 3, 4)
    assert late in (15, 16, 17, 18)


def test_a_method_that_judges_frames_alone_has_evidence_where_one_stands_out() -> None:
    flat = np.zeros((FRAMES, 2))
    assert find_evidence(TIMES, single(flat)) == ()
    flat[7, 0] = 5
    assert [moment.frame for moment in find_evidence(TIMES, single(flat))] == [7]


def test_there_is_none_where_the_words_say_so() -> None:
    video = torch.where(torch.arange(FRAMES) < 10, -1.0, 1.0)
    assert find_evidence(TIMES, scores_of(video), "event")
    assert find_evidence(TIMES, scores_of(video), "outside") == ()
    assert find_evidence(TIMES, scores_of(video), "lasting") == ()


def test_a_method_that_judges_frames_alone_shows_where_what_lasts_is_seen() -> None:
    flat = np.zeros((FRAMES, 2))
    flat[7, 0] = 5
    assert find_evidence(TIMES, single(flat), "lasting")
    assert find_evidence(TIMES, single(flat), "outside") == ()


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
    scores = scores_of(video)
    assert scores.held is not None
    held = scores.held
    faint = replace(held, until=held.until / 9, onwards=held.onwards / 9, alone=held.alone / 9)
    assert find_evidence(TIMES, scores._replace(logits=scores.logits / 9, held=faint)) == ()


def told(
    *,
    until: NDArray[np.float64] | None = None,
    onwards: NDArray[np.float64] | None = None,
    alone: NDArray[np.float64] | None = None,
    change: NDArray[np.float64] | None = None,
    subjects: Subjects | None = None,
) -> Scores:
    """Return scores by which all moments are alike but for what is given."""
    flat = np.zeros(FRAMES)

    def logits(values: NDArray[np.float64] | None) -> NDArray[np.float64]:
        return np.stack([flat if values is None else values, flat], axis=1)

    held = HeldStill(np.arange(FRAMES), logits(until), logits(onwards), logits(alone))
    followed = Followed(np.ones(FRAMES) if change is None else change, subjects)
    return Scores(np.array([4.0, 0.0]), logits(None), held, followed)


INDEX = np.arange(FRAMES)
TWICE = np.where((INDEX == 4) | (INDEX == 14), 1.0, 0.05)
"""Something happens at two moments."""


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("until", np.where(INDEX < 14, 0.0, 4.0)),
        ("onwards", np.where(INDEX <= 14, 4.0, 0.0)),
        ("alone", np.where(INDEX == 14, 4.0, 0.0)),
    ],
)
def test_of_two_events_the_one_that_the_answer_hangs_on_counts(
    name: str, values: NDArray[np.float64]
) -> None:
    alike = find_evidence(TIMES, told(change=TWICE))
    assert len(alike) == 2
    assert alike[0].score == pytest.approx(alike[1].score, abs=0.15)
    found = find_evidence(TIMES, told(change=TWICE, **{name: values}))
    assert found[0].frame in (13, 14, 15)
    assert found[0].score > 0.55


def subjects(**values: NDArray[np.float64]) -> Subjects:
    usual = {"there": np.ones(FRAMES), "apart": np.zeros(FRAMES), "moving": np.ones(FRAMES)}
    return Subjects(**{**usual, **values})


@pytest.mark.parametrize(
    "seen",
    [
        subjects(there=np.where(INDEX > 10, 1.0, 0.1)),
        subjects(apart=np.where(INDEX > 10, 0.0, 3.0)),
    ],
    ids=["there", "together"],
)
def test_of_two_events_the_one_with_the_subjects_counts(seen: Subjects) -> None:
    found = find_evidence(TIMES, told(change=TWICE, subjects=seen))
    assert found[0].frame in (13, 14, 15)
    assert found[0].score > 0.8


def test_a_standstill_is_where_the_subject_is_and_does_not_move() -> None:
    standing = (INDEX >= 5) & (INDEX <= 9)
    seen = subjects(there=np.where(INDEX < 15, 1.0, 0.0), moving=np.where(standing | (INDEX > 15), 0.0, 2.0))
    (moment,) = find_evidence(TIMES, told(subjects=seen), "standing")
    assert 5 <= moment.frame <= 9
    assert find_evidence(TIMES, told(subjects=subjects()), "standing") == ()
