from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from temadapter.evidence.followed import around, follow, subjects_of
from temadapter.methods.base import Batch

SENTENCES = ("the bus", "the bus on the left", "the bus on the right")


@dataclass
class FollowsTheOption:
    """Tracks what the only option says: its number is how well every sentence fits."""

    def tracks(self, batch: Batch) -> list[tuple[str, tuple[str, ...], torch.Tensor]]:
        """Return one named entity, and the whole picture."""
        assert batch.options.shape[:2] == (1, 1)
        level = float(batch.options[0, 0, 0])
        shown = batch.frames[0, :, :1].expand(-1, len(SENTENCES))
        return [("the bus", SENTENCES, shown * level), ("", SENTENCES, shown * 100)]


def test_each_question_is_followed_in_its_own_video_by_its_own_option() -> None:
    frames = torch.tensor([[1.0, 1, 1, 1], [0.0, 0, 2, 2]])[..., None]
    batch = Batch(
        frames=frames,
        options=torch.tensor([[1.0, 3.0], [1.0, 3.0], [1.0, 3.0]])[..., None],
        option_mask=torch.ones(3, 2, dtype=torch.bool),
        videos=torch.tensor([0, 1, 1]),
    )
    method = FollowsTheOption()
    for question, option in enumerate((1, 0, 1)):
        found = follow(method, batch, [1, 0, 1])[question]  # type: ignore[arg-type]
        scores = (frames[int(batch.videos[question])] * (1, 3)[option]).expand(-1, 3).double().numpy()  # type: ignore[index]
        expected = subjects_of([scores])
        assert found.subjects is not None
        assert expected is not None
        np.testing.assert_allclose(found.subjects.there, expected.there)
        np.testing.assert_allclose(found.subjects.moving, expected.moving)


def test_a_method_that_follows_nothing_tells_how_much_the_picture_changes() -> None:
    frames = torch.tensor([[[1.0, 0], [2.0, 0], [0.0, 1], [0.0, 1]]])
    batch = Batch(frames=frames, options=torch.ones(1, 2, 2), option_mask=torch.ones(1, 2, dtype=torch.bool))
    (found,) = follow(object(), batch, [0])  # type: ignore[arg-type]
    assert found.subjects is None
    half = np.sqrt(2) / 2
    np.testing.assert_allclose(found.change, [0, half, half, 0])


def test_subjects_are_there_apart_and_moving() -> None:
    here = np.array([[4.0, 4, 0], [4.0, 4, 0], [4.0, 0, 4], [-4.0, -4, -4]])
    there = np.array([[4.0, 0, 4], [4.0, 0, 4], [4.0, 0, 4], [4.0, 0, 4]])
    assert subjects_of([]) is None
    one, two = subjects_of([here]), subjects_of([here, there])
    assert one is not None
    assert two is not None
    assert (one.there[:3] > 0.95).all()
    assert one.there[3] < 0.01
    assert (one.apart == 0).all()
    assert two.apart[2] == 0 < two.apart[0]
    assert one.moving[0] == 0 < one.moving[1]


@pytest.mark.parametrize(
    ("steps", "expected"), [([], [0]), ([2.0], [2, 2]), ([2.0, 4.0], [2, 3, 4])], ids=str
)
def test_around_a_frame_are_its_two_steps(steps: list[float], expected: list[float]) -> None:
    assert around(np.array(steps)).tolist() == expected
