"""`VideoQA` on arrays and open files: the answers are those of the same video on disk."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from temadapter import VideoQA
from temadapter.answer import Answer, Unanswered
from temadapter.errors import ConfigError, VideoError
from temadapter.video.decode import read_frames
from temadapter.video.sampling import get_sampler

QUESTION, OPTIONS = "What is seen?", ["red", "blue"]


@pytest.fixture
def model(toy_backbone: str) -> VideoQA:
    return VideoQA.load("zero-shot", backbone=toy_backbone, sampler="uniform(4)")


@pytest.fixture
def pictures(red_then_blue: Path) -> np.ndarray:
    return read_frames(red_then_blue, get_sampler("uniform(4)")).frames


def test_arrays_and_open_files_answer_as_files_do(
    model: VideoQA, red_then_blue: Path, pictures: np.ndarray
) -> None:
    wanted = model.ask(red_then_blue, QUESTION, OPTIONS)
    with red_then_blue.open("rb") as handle:
        opened = model.ask(handle, QUESTION, OPTIONS)
    assert opened.probabilities == wanted.probabilities
    assert opened.video == str(red_then_blue)
    array = model.ask(pictures, QUESTION, OPTIONS)
    assert array.probabilities == pytest.approx(wanted.probabilities, abs=1e-6)
    height, width = pictures.shape[1:3]
    assert array.video == array.to_dict()["video"] == f"an array of 4 frames, {height} x {width}"


def test_the_figure_of_an_array_is_drawn(model: VideoQA, pictures: np.ndarray, tmp_path: Path) -> None:
    model.ask(pictures, QUESTION, OPTIONS).save_figure(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_many_of_every_kind_keep_their_places(
    model: VideoQA, red_then_blue: Path, pictures: np.ndarray
) -> None:
    asked = [
        (red_then_blue, QUESTION, OPTIONS),
        (pictures, QUESTION, OPTIONS),
        (io.BytesIO(b"no video"), QUESTION, OPTIONS),
        (None, QUESTION, OPTIONS),
        (io.BytesIO(red_then_blue.read_bytes()), QUESTION, OPTIONS),
        (pictures[::-1], QUESTION, tuple(OPTIONS)),
        (red_then_blue, QUESTION, None),
        (red_then_blue, None, OPTIONS),
        "nothing of the kind",
    ]
    answers = list(model.ask_many(asked))  # type: ignore[arg-type]
    for place in (0, 1, 4, 5):
        answer = answers[place]
        assert isinstance(answer, Answer)
        assert answer.probabilities == pytest.approx(
            model.ask(asked[place][0], QUESTION, OPTIONS).probabilities, abs=1e-5
        )
    reasons = [answer.reason for answer in answers if isinstance(answer, Unanswered)]
    assert len(reasons) == 5
    assert "the BytesIO is not a video" in reasons[0]
    assert "A video is a path, a NumPy array" in reasons[1]
    assert "The options must be a list of texts, not None (NoneType)." in reasons[2]
    assert "The question must be a text, not None" in reasons[3]
    assert "(video, question, options)" in reasons[4]
    assert not any("/temadapter-" in reason for reason in reasons)


@pytest.mark.parametrize(
    "options", [None, 5, {"red", "blue"}, {"red": 1, "blue": 2}, "red", b"red", [b"a", b"b"]]
)
def test_options_of_other_types_are_one_sentence(
    model: VideoQA, pictures: np.ndarray, options: object
) -> None:
    with pytest.raises(ConfigError, match=r"[Oo]ption"):
        model.ask(pictures, QUESTION, options)  # type: ignore[arg-type]


def test_what_is_no_video_is_one_sentence(model: VideoQA) -> None:
    for wrong in (None, 5, [1, 2], b"bytes", np.zeros(3)):
        with pytest.raises(ConfigError, match="video"):
            model.ask(wrong, QUESTION, OPTIONS)  # type: ignore[arg-type]
    with pytest.raises(VideoError, match="the BytesIO is empty"):
        model.ask(io.BytesIO(), QUESTION, OPTIONS)


@pytest.mark.parametrize(
    "options", [np.array("red"), 3, None, "red", {"red", "blue"}, np.array([["red", "blue"]])]
)
def test_options_that_come_in_no_order_are_one_sentence(
    model: VideoQA, pictures: np.ndarray, options: object
) -> None:
    with pytest.raises(ConfigError, match=r"must be a (list of texts|text), not"):
        model.ask(pictures, QUESTION, options)  # type: ignore[arg-type]
