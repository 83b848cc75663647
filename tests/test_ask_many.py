"""Many questions at once: the same answers as one by one, each video looked at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from presets import official_model
from temadapter.answer import Answer, Unanswered
from temadapter.asked import Asked
from temadapter.backbones.registry import load_backbone
from temadapter.features import prefetch
from temadapter.methods.base import MethodContext
from temadapter.methods.registry import get_method, list_methods
from temadapter.qa import VideoQA
from temadapter.video.sampling import get_sampler


@pytest.fixture
def videos(tmp_path: Path, make_video: Callable[..., Path]) -> list[Path]:
    colours = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
    return [
        make_video(tmp_path / f"{name}.mp4", [colour] * (10 + 3 * place))
        for place, (name, colour) in enumerate(colours.items())
    ]


@pytest.fixture
def model(toy_backbone: str) -> VideoQA:
    return VideoQA.load("clip-template", backbone=toy_backbone, sampler="uniform(4)")


COLOURS = ("red", "green", "blue")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are decoded from now on."""
    seen: list[Path] = []
    plain = prefetch.read_pieces

    def counted(path: Path, *arguments: Any, **options: Any) -> Any:
        seen.append(path)
        return plain(path, *arguments, **options)

    monkeypatch.setattr(prefetch, "read_pieces", counted)
    return seen


def check_same(many: Answer | Unanswered, one: Answer) -> None:
    assert isinstance(many, Answer)
    assert (many.answer, many.index, many.question, many.options) == (
        one.answer,
        one.index,
        one.question,
        one.options,
    )
    np.testing.assert_allclose(many.probabilities, one.probabilities, atol=1e-5)
    np.testing.assert_allclose(many.frame_probabilities, one.frame_probabilities, atol=1e-5)
    np.testing.assert_array_equal(many.times, one.times)
    assert many.event_descriptions == one.event_descriptions


@pytest.mark.parametrize("sampler", ["uniform(4)", "fps(3)", "clips(2,2)"])
def test_the_same_answers_as_one_by_one(toy_backbone: str, videos: list[Path], sampler: str) -> None:
    model = VideoQA.load("clip-template", backbone=toy_backbone, sampler=sampler)
    asked = [
        (video, question, options)
        for question, options in (("Which colour?", COLOURS), ("Is it red?", ["yes", "no, it is blue"]))
        for video in videos
    ]
    for many, question in zip(model.ask_many(asked), asked, strict=True):
        check_same(many, model.ask(*question))


@pytest.mark.parametrize("name", list_methods())
@pytest.mark.parametrize("preset", ["paper", "official"])
def test_every_method_answers_many_as_it_answers_one(name: str, preset: str, videos: list[Path]) -> None:
    if preset == "official" and name != "tem-adapter":
        pytest.skip("only Tem-Adapter has presets")
    import torch

    spec = get_method(name)
    backbone = load_backbone("mini", device="cpu")
    config = official_model(embedding_dim=backbone.embedding_dim) if preset == "official" else None
    torch.manual_seed(0)
    method = spec.build(
        MethodContext(embedding_dim=backbone.embedding_dim, logit_scale=10.0, model=config, backbone=backbone)
    )
    count = 4 if preset == "official" else None
    model = VideoQA(backbone, method, get_sampler("uniform(3)"), option_count=count)
    options = (*COLOURS, "no colour")
    asked = [
        (video, question, options) for question in ("Which colour?", "What is it?") for video in videos[:2]
    ]
    for many, question in zip(model.ask_many(asked), asked, strict=True):
        check_same(many, model.ask(*question))


def test_each_video_is_decoded_once(
    model: VideoQA, videos: list[Path], decoded: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("temadapter.answering.WINDOW", 2)
    asked = [(video, f"Which colour {number}?", COLOURS) for number in range(3) for video in videos]
    answers = list(model.ask_many(asked, store=tmp_path / "features"))
    assert [answer.answer for answer in answers if isinstance(answer, Answer)] == list(COLOURS) * 3
    assert sorted(decoded) == sorted(videos)
    decoded.clear()
    assert len(list(model.ask_many(asked, store=tmp_path / "features"))) == 9
    assert decoded == []


def test_texts_are_encoded_once(model: VideoQA, videos: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain = model.backbone.encode_texts
    monkeypatch.setattr(model.backbone, "encode_texts", lambda texts: read.extend(texts) or plain(texts))
    monkeypatch.setattr("temadapter.answering.WINDOW", 2)
    assert len(list(model.ask_many((video, "Which colour?", COLOURS) for video in videos * 2))) == 6
    assert len(read) == len(set(read)) == 3


def test_what_cannot_be_answered_says_why_and_keeps_its_place(
    model: VideoQA, videos: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    asked: list[tuple[Path, str, Any]] = [
        (videos[0], "Which colour?", COLOURS),
        (broken, "Which colour?", COLOURS),
        (tmp_path / "gone.mp4", "Which colour?", COLOURS),
        (videos[1], "Which colour?", ["red"]),
        (videos[1], " ", COLOURS),
        (videos[2], "Which colour?", "red"),
        (videos[2], "Which colour?", COLOURS),
    ]
    answers = list(model.ask_many(asked))
    assert [isinstance(answer, Answer) for answer in answers] == [True, *[False] * 5, True]
    reasons = [answer.reason for answer in answers if isinstance(answer, Unanswered)]
    assert "broken.mp4" in reasons[0]
    assert "gone.mp4" in reasons[1]
    assert "at least two options" in reasons[2]
    assert "empty" in reasons[3]


def test_parts_of_a_video_have_their_own_answers_and_absolute_times(
    model: VideoQA, red_then_blue: Path, tmp_path: Path
) -> None:
    asked = [
        Asked(red_then_blue, "Which colour?", COLOURS, span=span)
        for span in ((0.0, 1.5), (2.5, None), (None, None), (90.0, 95.0))
    ]
    red, blue, whole, behind = model.ask_many(asked, store=tmp_path / "features")
    assert isinstance(red, Answer)
    assert isinstance(blue, Answer)
    assert isinstance(whole, Answer)
    assert (red.answer, blue.answer) == ("red", "blue")
    assert red.times.max() <= 1.5
    assert blue.times.min() >= 2.5
    assert all(2.5 <= moment.time <= 4 for moment in blue.evidence)
    assert isinstance(behind, Unanswered)
    assert "last picture" in behind.reason
