"""The way of a user: train on own videos, evaluate the run, ask it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Runner = Callable[..., Any]
COLOURS = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
SETS = ("--sampler", "uniform(4)", "--set", "training.batch_size=16")
SMALL = (*SETS, "--preset", "paper", "--device", "cpu", "--epochs", 2)


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_video: Callable[..., Path]) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = []
    for number in range(12):
        name = list(COLOURS)[number % 3]
        make_video(tmp_path / "videos" / f"{number}.mp4", [COLOURS[name]] * 5)
        row = {
            "video": f"{number}.mp4",
            "question": "What colour is it?",
            "options": ["red", "green", "", "blue"],
        }
        rows.append({**row, "answer": name, "type": "U", "split": "train" if number < 8 else "test"})
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.fixture
def trained(run: Runner, toy_backbone: str, questions: Path) -> Path:
    result = run("train", questions, "--output", "runs/a", "--backbone", toy_backbone, *SMALL, "--json")
    assert result.code == 0, result.err
    return Path(result.json["folder"])


def test_a_dry_run_does_nothing(run: Runner, toy_backbone: str, questions: Path) -> None:
    words = ("train", questions, "--output", "runs/a", "--backbone", toy_backbone, *SMALL, "--dry-run")
    plan = run(*words, "--json").json
    assert (plan["videos"], plan["videos_to_extract"], plan["bad_rows"]) == (12, 12, 0)
    assert sum(plan["questions"].values()) == 12
    assert plan["trainable_parameters"] > 0
    assert "12" in run(*words).out
    assert not Path("runs").exists()
    assert not Path("features").exists()


def test_train_evaluate_ask_and_info(run: Runner, trained: Path, questions: Path, toy_backbone: str) -> None:
    assert (trained / "model.safetensors").is_file()
    facts = run("info", trained, "--json").json
    assert (facts["kind"], facts["method"], facts["backbone"], facts["finished"]) == (
        "run",
        "tem-adapter",
        "toy",
        True,
    )
    result = run("evaluate", trained, "--json", "--output", "predictions.jsonl")
    assert result.code == 0
    assert result.json["questions"] == 4
    assert len(Path("predictions.jsonl").read_text().splitlines()) == 4
    assert "tem-adapter" in run("evaluate", trained).out
    words = ("ask", "videos/0.mp4", "-q", "What colour is it?", "-o", "red", "-o", "blue", "--run", trained)
    answer = run(*words, "--json").json
    assert (answer["method"], answer["backbone"], len(answer["times"])) == ("tem-adapter", "toy", 4)
    assert answer["event_descriptions"] == ["It is red.", "It is blue."]
    assert run(*words, "--backbone", toy_backbone).code == 0


def test_evaluate_with_controls_and_other_questions(run: Runner, trained: Path, questions: Path) -> None:
    for control in ("text_only", "one_frame", "shuffled_frames"):
        result = run("evaluate", trained, "--control", control, "--json")
        assert result.code == 0
        assert result.json["control"] == control
    compete = run("evaluate", trained, "--empty-options", "compete", "--json").json
    assert compete["test"]["empty_options"]["used"] == "compete"
    other = questions.parent / "other.jsonl"
    lines = questions.read_text().splitlines()[:3]
    other.write_text("\n".join(json.dumps({**json.loads(line), "split": None}) for line in lines))
    assert run("evaluate", trained, other, "--json", "--video-dir", "videos").json["questions"] == 3
    assert run("evaluate", trained, "--split", "train", "--limit", 2, "--json").json["questions"] == 2


def test_a_finished_run_is_not_done_again_nor_overwritten(
    run: Runner, trained: Path, questions: Path
) -> None:
    before = (trained / "model.safetensors").read_bytes()
    refused = run("train", questions, "--output", trained, "--backbone", "toy", *SMALL)
    assert refused.code == 2
    assert "--resume" in refused.err
    resumed = run("train", "--output", trained, "--resume")
    assert resumed.code == 0
    assert "finished before" in resumed.out
    assert (trained / "model.safetensors").read_bytes() == before


def test_a_finished_run_of_other_data_is_told(run: Runner, trained: Path, questions: Path) -> None:
    questions.write_text(questions.read_text().replace("What colour", "Which colour"))
    resumed = run("train", "--output", trained, "--resume", "--json")
    assert (resumed.code, resumed.json["stale"]) == (3, ["the annotations changed"])
    assert "--overwrite" in resumed.err


def test_zero_shot_is_a_run_too(run: Runner, toy_backbone: str, questions: Path) -> None:
    words = ("train", questions, "--output", "runs/z", "--method", "zero-shot", "--backbone", toy_backbone)
    result = run(*words, "--sampler", "uniform(4)", "--json")
    assert result.code == 0
    assert result.json["train"]["test"]["rows"][0]["overall"]["value"] == 1.0


def test_a_video_that_cannot_be_read_gives_exit_code_3(
    run: Runner, toy_backbone: str, questions: Path
) -> None:
    (questions.parent / "videos" / "1.mp4").write_text("no video")
    result = run("train", questions, "--output", "runs/a", "--backbone", toy_backbone, *SMALL)
    assert result.code == 3
    assert "1.mp4" in result.err


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ([], 2, "No dataset was named"),
        (["missing.jsonl"], 1, "There is no dataset at missing.jsonl"),
        (["mine.jsonl", "--preset", "papr"], 2, "Did you mean 'paper'"),
        (["mine.jsonl", "--method", "tem-adaptor"], 2, "Did you mean 'tem-adapter'"),
        (["mine.jsonl", "--set", "training.epoch=3"], 2, "Did you mean training.epochs"),
        (["mine.jsonl", "--set", "nonsense"], 2, "must look like section.name=value"),
        (["mine.jsonl", "--set", "model.memory=none", "--set", "training.epochs=0"], 2, "2 mistakes"),
        (["mine.jsonl", "--sampler", "uniform"], 2, "sampler"),
        (["mine.jsonl", "--backbone", "toi"], 2, "Did you mean 'toy'"),
        (["mine.jsonl", "--device", "tpu"], 2, "device must be auto, cpu, cuda"),
        (["mine.jsonl", "--output", "mine.jsonl"], 2, "is a file; a run needs a folder"),
        (["mine.jsonl", "--output", "videos", "--overwrite"], 2, "holds no run"),
    ],
)
def test_wrong_settings_are_told(
    run: Runner, toy_backbone: str, questions: Path, words: list[str], code: int, reason: str
) -> None:
    backbone = [] if "--backbone" in words else ["--backbone", toy_backbone]
    result = run("train", *words, *backbone)
    assert (result.code, result.out) == (code, "")
    assert reason in result.err
    assert "Traceback" not in result.err


def test_wrong_evaluations_are_told(run: Runner, trained: Path) -> None:
    for words, code, reason in (
        (["nothing"], 1, "There is no run in nothing"),
        (["runs/a", "--control", "no-frames"], 2, "There is no control 'no-frames'"),
        (["runs/a", "--empty-options", "hidden"], 2, "Known: compete, masked"),
        (["runs/a", "--split", "tset"], 2, "tset"),
        (["runs/a", "--reader", "own"], 2, "another DATASET"),
        (["runs/a", "missing.jsonl"], 1, "There is no dataset at missing.jsonl"),
    ):
        result = run("evaluate", *words)
        assert (result.code, result.out) == (code, "")
        assert reason in result.err


def test_answers_that_nobody_knows_are_printed_and_written(
    run: Runner, trained: Path, questions: Path
) -> None:
    rows = [
        json.loads(line) | {"answer": None, "split": None} for line in questions.read_text().splitlines()[:3]
    ]
    (questions.parent / "open.jsonl").write_text("\n".join(map(json.dumps, rows)))
    words = ("evaluate", trained, "open.jsonl", "--video-dir", "videos")
    told = run(*words, "--output", "open.csv")
    assert told.code == 0
    assert rows[0]["question"] in told.out
    assert "3 questions answered; none of them has a known answer." in told.out
    with Path("open.csv").open(newline="") as handle:
        written = list(csv.DictReader(handle))
    assert [row["question"] for row in written] == [row["question"] for row in rows]
    assert all(row["chosen_option"] in json.loads(row["options"]) for row in written)
    answers = run(*words, "--json").json["answers"]
    assert [row["chosen_option"] for row in answers] == [row["chosen_option"] for row in written]


def test_what_is_no_better_than_chance_is_said_and_ask_repeats_it(
    run: Runner, toy_backbone: str, questions: Path
) -> None:
    lines = [json.loads(line) for line in questions.read_text().splitlines()]
    wrong = {"red": "green", "green": "blue", "blue": "red"}
    for number, line in enumerate(lines):  # what is learned is no use in the test
        if line["split"] == "test" and number % 2:
            line["answer"] = wrong[line["answer"]]
    questions.write_text("\n".join(map(json.dumps, lines)))
    result = run("train", questions, "--output", "runs/a", "--backbone", toy_backbone, *SMALL)
    assert "no better than chance: a random choice gets 33.3 %" in result.out
    assert "Try more training questions" in result.out
    control = run("evaluate", "runs/a", "--control", "text_only").out
    assert "tem-adapter, control: text only" in control
    assert "no better than chance" in control
    assert "Try" not in control
    words = ("ask", "videos/0.mp4", "-q", "What colour is it?", "-o", "red", "-o", "blue", "--run", "runs/a")
    asked = run(*words)
    assert "no better than chance" in asked.err
    assert "Caution:     On its own test questions" in asked.out
    assert len(run(*words, "--json").json["cautions"]) == 1


def test_plus_is_trained_when_nobody_chooses_and_ask_finds_it(
    run: Runner, toy_backbone: str, questions: Path
) -> None:
    words = ("train", questions, "--backbone", toy_backbone, "--epochs", 2, "--sampler", "uniform(4)")
    plan = run(*words, "--dry-run")
    assert "plus, preset plus" in plan.out
    published = run(*words, "--dry-run", "--preset", "paper", "--json").json
    assert (published["method"], published["preset"]) == ("tem-adapter", "paper")
    trained = run(*words)
    assert trained.code == 0, trained.err
    assert "| plus" in trained.out or "plus" in trained.out
    asked = run("ask", "videos/0.mp4", "-q", "What colour is it?", "-o", "red", "-o", "blue", "--json")
    assert asked.json["method"] == "plus"
    assert "runs/run" in asked.err


def test_an_ensemble_is_used_like_any_run(run: Runner, toy_backbone: str, questions: Path) -> None:
    words = ("train", questions, "--output", "runs/e", "--backbone", toy_backbone, *SMALL, "--ensemble", 2)
    assert run(*words, "--dry-run").code == 0
    assert run(*words).code == 0
    assert len(run("info", "runs/e", "--json").json["results"]["train"]["members"]) == 2
    assert "ensemble of 2" in run("evaluate", "runs/e").out
    assert run("evaluate", "runs/e", "--control", "one_frame").code == 0
    ask = ("ask", "videos/0.mp4", "-q", "What colour is it?", "-o", "red", "-o", "blue", "--run", "runs/e")
    assert run(*ask).code == 0
    card = Path("runs/e/README.md").read_text(encoding="utf-8")
    assert "2 members, seeds 0 and 1" in card
    assert "--ensemble 2" in card
    assert "finished before" in run("train", "--output", "runs/e", "--resume").out
    refused = run(*words, "--method", "zero-shot", "--overwrite")
    assert (refused.code, "trains nothing" in refused.err) == (2, True)
