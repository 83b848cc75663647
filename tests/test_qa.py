from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temadapter import VideoQA
from temadapter.asked import check_question
from temadapter.errors import CancelledError, ConfigError, VideoError
from temadapter.evaluation.none_fits import NoneFits
from temadapter.hub.run_names import find_demo_run

OPTIONS = ["green", "blue", "red and blue"]


@pytest.fixture
def model(toy_backbone: str) -> VideoQA:
    return VideoQA.load(backbone=toy_backbone, sampler="uniform(8)")


def test_an_answer_tells_what_was_asked_seen_and_found(model: VideoQA, red_then_blue: Path) -> None:
    answer = model.ask(red_then_blue, "What colour is the light?", OPTIONS)
    assert answer.answer == "red and blue"
    assert answer.index == 2
    assert sum(answer.probabilities) == pytest.approx(1)
    assert answer.probabilities[answer.index] == max(answer.probabilities)
    assert answer.event_descriptions[0] == "The light is green."
    assert answer.times.shape == (8,)
    assert answer.frame_probabilities.shape == (8, 3)
    np.testing.assert_allclose(answer.frame_probabilities.sum(1), 1)
    assert (answer.method, answer.backbone) == ("clip-template", "toy")
    assert answer.note == "The backbone toy is for tests."
    assert answer.damage == ()
    assert answer.seconds > 0


def test_frames_speak_for_what_they_show(model: VideoQA, red_then_blue: Path) -> None:
    answer = model.ask(red_then_blue, "What colour is it?", ["red", "blue"])
    early, late = answer.times < 1.9, answer.times > 2.1
    assert early.sum() >= 3
    assert (answer.frame_probabilities[early, 0] > 0.9).all()
    assert (answer.frame_probabilities[late, 1] > 0.9).all()
    assert all((frame.time < 2) == (answer.index == 0) for frame in answer.evidence[:2])


def test_options_that_the_model_cannot_tell_apart_are_named(red_then_blue: Path) -> None:
    model = VideoQA.load(backbone="mini", sampler="uniform(4)")
    same = model.ask(red_then_blue, "What is it?", ["A Car", "a bus", "a car"])
    assert any("'A Car' and 'a car' are the same text" in sentence for sentence in same.cautions)
    other = model.ask(red_then_blue, "What is it?", ["a car", "a bus"])
    assert not any("same text" in sentence for sentence in other.cautions)


def test_an_answer_can_be_written_as_json(model: VideoQA, red_then_blue: Path) -> None:
    answer = model.ask(str(red_then_blue), "  What colour is it? ", [" red", "blue "])
    data = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert data["options"] == ["red", "blue"]
    assert data["question"] == "What colour is it?"
    assert len(data["frame_probabilities"]) == len(data["times"]) == 8
    assert {"time", "score"} == set(data["evidence"][0])


def test_an_answer_tells_how_likely_it_is_that_none_of_the_options_fits(
    model: VideoQA, red_then_blue: Path
) -> None:
    assert model.ask(red_then_blue, "What colour is it?", ["red", "blue"]).none_fits is None
    curve = NoneFits(slope=1.0, middle=0.0, auc=0.9, questions=100)
    told = VideoQA(model.backbone, model.method, model.sampler, none_fits=curve)
    fits = told.ask(red_then_blue, "What colour is it?", ["red", "blue"]).to_dict()["none_fits"]
    other = told.ask(red_then_blue, "What colour is it?", ["green", "purple"]).to_dict()["none_fits"]
    assert 0 <= fits < other <= 1
    assert told.ask(red_then_blue, "Is it red?", ["No", "yes"]).none_fits is None


def test_a_notebook_shows_texts_as_texts(model: VideoQA, red_then_blue: Path) -> None:
    shown = model.ask(red_then_blue, "Is it <i>red</i>?", ["<b>red</b>", "blue"])._repr_html_()
    assert "&lt;i&gt;red&lt;/i&gt;" in shown
    assert "&lt;b&gt;red&lt;/b&gt;" in shown


def test_raw_options_are_read_by_zero_shot(toy_backbone: str, red_then_blue: Path) -> None:
    model = VideoQA.load("zero-shot", backbone=toy_backbone, sampler="fps(2)")
    assert model.ask(red_then_blue, "What colour is it?", OPTIONS).event_descriptions == tuple(OPTIONS)


@pytest.mark.parametrize("sampler", ["uniform(8)", "fps(5)"])
def test_progress_is_told_by_phases(toy_backbone: str, red_then_blue: Path, sampler: str) -> None:
    said: list[tuple[str, float]] = []
    model = VideoQA.load(backbone=toy_backbone, sampler=sampler)
    model.ask(red_then_blue, "What is it?", OPTIONS, progress=lambda *step: said.append(step))
    assert list(dict.fromkeys(phase for phase, _ in said)) == ["reading", "decoding", "looking", "answering"]
    assert said[-1] == ("answering", 1)
    for phase in ("decoding", "looking"):
        fractions = [fraction for name, fraction in said if name == phase]
        assert fractions == sorted(fractions)
        assert fractions[-1] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("phase", ["reading", "decoding", "looking", "answering"])
def test_a_question_can_be_cancelled_in_every_phase(model: VideoQA, red_then_blue: Path, phase: str) -> None:
    said: list[str] = []
    with pytest.raises(CancelledError):
        model.ask(
            red_then_blue,
            "What is it?",
            OPTIONS,
            progress=lambda name, _: said.append(name),
            cancelled=lambda: phase in said,
        )
    assert said.count(phase) == 1
    assert said[-1] == phase


def test_a_video_that_was_looked_at_is_not_decoded_again(model: VideoQA, red_then_blue: Path) -> None:
    whole = model.ask(red_then_blue, "What colour is it?", OPTIONS)
    seen = model.look(red_then_blue)
    red_then_blue.unlink()
    again = model.ask(seen, "What colour is it?", OPTIONS)
    assert again.probabilities == whole.probabilities
    assert again.video == whole.video
    assert model.ask(seen, "Is it red?", ["yes", "no"]).options == ("yes", "no")


def test_the_order_of_options_changes_nothing(model: VideoQA, red_then_blue: Path) -> None:
    first = model.ask(red_then_blue, "What colour is it?", OPTIONS)
    second = model.ask(red_then_blue, "What colour is it?", OPTIONS[::-1])
    assert first.answer == second.answer
    np.testing.assert_allclose(first.probabilities, second.probabilities[::-1], atol=1e-6)


def test_the_figure_is_drawn(model: VideoQA, red_then_blue: Path, tmp_path: Path) -> None:
    model.ask(red_then_blue, "What colour is it?", OPTIONS).save_figure(tmp_path / "new" / "a.png", correct=1)
    assert (tmp_path / "new" / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_figure_of_many_frames_shows_some(
    toy_backbone: str, red_then_blue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr("temadapter.answer.MOST_DRAWN", 5)
    monkeypatch.setattr("temadapter.plots.results.contact_sheet", lambda *a, **k: seen.append((a, k)))
    answer = VideoQA.load(backbone=toy_backbone, sampler="fps(10)").ask(red_then_blue, "What is it?", OPTIONS)
    answer.save_figure(tmp_path / "a.png")
    ((frames, times, probabilities, *_), named) = seen[0]
    assert len(frames) == len(times) == len(probabilities) == 5
    assert [times[0], times[-1]] == [answer.times[0], answer.times[-1]]
    assert frames[0].mean((0, 1)).argmax() == 0
    assert frames[-1].mean((0, 1)).argmax() == 2
    assert named["overall"] == answer.probabilities


@pytest.mark.parametrize(
    ("question", "options", "reason"),
    [
        (" ", ["a", "b"], "question is empty"),
        ("What?", ["a"], "at least two options to choose from, not 1"),
        ("What?", [], "at least two options"),
        ("What?", ["a", " "], "Option 2 is empty"),
        ("What?", ["a", "\u200b\ufeff"], "Option 2 is empty"),
        ("\u2060", ["a", "b"], "question is empty"),
        ("What?", ["a", "b", "a "], "'a' is given twice"),
        ("What?", "ab", "a list of texts"),
        ("What?", None, r"a list of texts, not None \(NoneType\)"),
        ("What?", {"a": 1, "b": 2}, r"a list of texts, not .*\(dict\)"),
        ("What?", b"ab", r"a list of texts, not .*\(bytes\)"),
        ("What?", ["a", 2], r"Option 2 must be a text, not 2 \(int\)"),
        ("What?", ["a", None], r"Option 2 must be a text, not None"),
        ("What?", ["a", "caf\udce9"], "Option 2 holds bytes that are not text"),
        ("Wo ist das caf\udce9?", ["a", "b"], "The question holds bytes that are not text"),
        ("\ud83d", ["a", "b"], "The question holds bytes that are not text"),
        (None, ["a", "b"], r"The question must be a text, not None \(NoneType\)"),
    ],
)
def test_wrong_questions_are_refused(
    model: VideoQA, red_then_blue: Path, question: Any, options: Any, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        model.ask(red_then_blue, question, options)


def test_files_that_are_no_videos_are_refused(model: VideoQA, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    for path in (tmp_path / "missing.mp4", tmp_path / "text.mp4", tmp_path):
        with pytest.raises(VideoError, match=path.name):
            model.ask(path, "What?", ["a", "b"])


def test_unknown_runs_backbones_and_samplers_are_told(toy_backbone: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no run at .*crossroads, hf:OWNER/NAME, zero-shot, clip-template"):
        VideoQA.load(tmp_path / "nothing")
    with pytest.raises(ConfigError, match="Did you mean 'toy'"):
        VideoQA.load(backbone="toys")
    with pytest.raises(ConfigError, match="sampler"):
        VideoQA.load(backbone=toy_backbone, sampler="unifrom(8)")


def test_without_a_demo_run_one_sentence_says_how_to_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMADAPTER_HOME", str(tmp_path / "home"))
    with pytest.raises(ConfigError, match="temadapter demo"):
        VideoQA.load("crossroads")
    run = tmp_path / "home" / "runs" / "paper"
    run.mkdir(parents=True)
    for name in ("config.yaml", "model.safetensors"):
        (run / name).touch()
    assert find_demo_run() == run


def test_options_may_come_in_any_sequence() -> None:
    assert check_question("What?", ("a", "b")) == ("a", "b")
    assert check_question("What?", np.array(["a ", "b"])) == ("a", "b")
    assert check_question("What?", (option for option in "ab")) == ("a", "b")
    assert [type(option) for option in check_question("What?", np.array(["a", "b"]))] == [str, str]


def test_a_long_option_is_quoted_in_part() -> None:
    with pytest.raises(ConfigError) as raised:
        check_question("What?", ["x" * 5000, "x" * 5000])
    assert len(str(raised.value)) < 200
