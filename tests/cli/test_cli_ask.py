from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

QUESTION = ["-q", "What colour is the light?", "-o", "green", "-o", "red and blue"]


def test_ask_prints_the_answer_with_its_evidence(
    run: Callable[..., Any], toy_backbone: str, red_then_blue: Path
) -> None:
    result = run("ask", red_then_blue, *QUESTION, "--backbone", toy_backbone)
    assert result.code == 0
    assert result.err == ""
    lines = result.out.splitlines()
    assert lines[0] == "What colour is the light?"
    assert lines[2].split() == [">", *lines[2].split()[1:3], "red", "and", "blue"]
    assert "The light is red and blue." in result.out
    assert "clip-template on toy, 24 frames" in result.out
    assert "The backbone toy is for tests." in result.out


def test_ask_as_json(run: Callable[..., Any], toy_backbone: str, red_then_blue: Path) -> None:
    words = ("ask", red_then_blue, *QUESTION, "--backbone", toy_backbone, "--json", "--sampler", "uniform(5)")
    data = run(*words).json
    assert data["answer"] == "red and blue"
    assert len(data["times"]) == 5
    assert data["backbone"] == "toy"


def test_ask_draws_a_figure(
    run: Callable[..., Any], toy_backbone: str, red_then_blue: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "out.png"
    result = run(
        "ask", red_then_blue, *QUESTION, "--backbone", toy_backbone, "--save-figure", picture, "--json"
    )
    assert result.code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert result.json["index"] == 1


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["missing.mp4", *QUESTION], 1, "missing.mp4"),
        (["text.mp4", *QUESTION], 1, "text.mp4"),
        ([".", *QUESTION], 1, "."),
        (["red.mp4", "-q", "What?", "-o", "one"], 2, "at least two options"),
        (["red.mp4", "-q", "", "-o", "one", "-o", "two"], 2, "question is empty"),
        (["red.mp4", "-q", "What?", "-o", "one", "-o", "one"], 2, "given twice"),
        (["red.mp4", *QUESTION, "--run", "nothing"], 2, "There is no run at nothing"),
        (["red.mp4", *QUESTION, "--sampler", "uniform(0)"], 2, "uniform"),
        (["red.mp4", *QUESTION, "--run", "crossroads"], 2, "temadapter demo"),
    ],
)
def test_wrong_inputs_are_one_sentence(
    run: Callable[..., Any],
    toy_backbone: str,
    red_then_blue: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMADAPTER_HOME", str(tmp_path / "home"))
    red_then_blue.rename("red.mp4")
    Path("text.mp4").write_text("no video")
    result = run("ask", *words, "--backbone", toy_backbone)
    assert result.code == code
    assert reason in result.err
    assert result.err.startswith("Error: ")
    assert result.err.count("\n") == 1
    assert result.out == ""


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ["ask", "red.mp4", *QUESTION, "--run", "hf:me/run", "--sampler", "nope"],
            "There is no sampler 'nope'",
        ),
        (
            ["ask", "https://me:secret@a.org//b.mp4", *QUESTION, "--run", "hf:me/run"],
            "https://a.org//b.mp4 is",
        ),
        (["watch", "nothing.mp4", *QUESTION, "--run", "hf:me/run"], "nothing.mp4 is not a live source"),
        (["evaluate", "hf:me/run", "nothing.csv"], "There is no dataset at nothing.csv"),
    ],
)
def test_what_is_quick_to_tell_comes_before_a_run_is_fetched(
    run: Callable[..., Any],
    make_video: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    reason: str,
) -> None:
    def fetch(_: object) -> Path:
        raise AssertionError("a run was fetched")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("temadapter.hub.fetch.fetch_run", fetch)
    make_video(tmp_path / "red.mp4", [(250, 5, 5)] * 5)
    result = run(*words)
    assert result.code in (1, 2)
    assert reason in result.err
    assert "secret" not in result.err
