"""Comparing from the command line: what would be run, the report, and the report again from what is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temadapter.config.run_config import load_config
from temadapter.folder_lock import sole_holder

Runner = Callable[..., Any]
COLOURS = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
PLAN = """
title: Two ways
reference: whole
trials:
  whole: {label: whole}
  still: {label: one frame, sets: [features.control=one_frame]}
"""
SMALL = (
    "--set",
    "training.epochs=1",
    "--set",
    "features.backbone=toy",
    "--set",
    "features.sampler=uniform(4)",
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_video: Callable[..., Path]) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = []
    for number in range(9):
        name = list(COLOURS)[number % 3]
        make_video(tmp_path / "videos" / f"{number}.mp4", [COLOURS[name]] * 5)
        row = {"video": f"{number}.mp4", "question": "What colour is it?", "options": list(COLOURS)}
        rows.append({**row, "answer": name, "type": "U", "split": "train" if number < 6 else "test"})
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "two.yaml").write_text(PLAN)
    return tmp_path


def test_a_comparison_and_its_report(run: Runner, toy_backbone: str, world: Path) -> None:
    words = ("compare", "--plan", "two.yaml", "--dataset", "mine.jsonl", "--seeds", 2, "--jobs", 1, *SMALL)
    planned = run(*words, "--dry-run", "--json").json
    assert planned["missing"] == 4
    assert [entry["trial"] for entry in planned["runs"]] == ["whole", "still", "whole", "still"]
    assert "0 runs are finished, about 4 are missing" in run(*words, "--dry-run").out
    assert not Path("comparison").exists()
    done = run(*words, "--json")
    assert done.code == 0, done.err
    assert [trial["name"] for trial in done.json["trials"]] == ["whole", "still"]
    assert done.json["command"].startswith("temadapter compare --plan two.yaml --dataset mine.jsonl")
    first = Path("comparison/two.md").read_text()
    again = run(*words, "--report-only")
    assert again.code == 0, again.err
    assert Path("comparison/two.md").read_text() == first
    assert "Two ways" in first
    for kind in ("html", "csv", "json"):
        Path(f"comparison/two.{kind}").unlink()
    shorter = run("compare", "comparison", "--report-only", "--json")
    assert shorter.code == 0, shorter.err
    assert shorter.json == done.json
    assert Path("comparison/two.html").is_file()
    twice = run("compare", "comparison", "--output", "comparison", "--report-only")
    assert twice.code == 2
    assert "Name the folder once" in twice.err
    nothing = run("compare", "videos", "--report-only")
    assert nothing.code == 2
    assert "holds no comparison" in nothing.err
    assert Path("comparison/figures/two-overview.svg").stat().st_size > 10_000


def test_a_failed_run_is_told_by_the_exit_code(run: Runner, toy_backbone: str, world: Path) -> None:
    broken = (
        PLAN + "  four: {label: four, sets: [model.option_count=four]}\n"
    )  # the questions have three options
    Path("two.yaml").write_text(broken)
    done = run("compare", "--plan", "two.yaml", "--dataset", "mine.jsonl", "--seeds", 1, "--jobs", 1, *SMALL)
    assert done.code == 3
    assert "four, seed 0 failed" in done.err
    assert "Not finished: four, seed 0" in done.out


def test_what_is_missing_is_said(run: Runner, world: Path) -> None:
    nothing = run("compare")
    assert nothing.code == 2
    assert "temadapter demo" in nothing.err
    unknown = run("compare", "--plan", "corections", "--dataset", "mine.jsonl")
    assert unknown.code == 2
    assert "Did you mean 'corrections'" in unknown.err
    empty = run("compare", "--plan", "two.yaml", "--dataset", "mine.jsonl", "--report-only")
    assert empty.code == 1
    assert "nothing to report" in empty.err


def test_a_dataset_of_ones_own_columns_and_folder(run: Runner, toy_backbone: str, world: Path) -> None:
    rows = [json.loads(line) for line in Path("mine.jsonl").read_text().splitlines()]
    renamed = [{**{k: v for k, v in row.items() if k != "question"}, "q": row["question"]} for row in rows]
    Path("other").mkdir()
    Path("other/q.jsonl").write_text("\n".join(map(json.dumps, renamed)))
    words = ("compare", "--plan", "two.yaml", "--dataset", "other/q.jsonl", "--seeds", 1, "--jobs", 1, *SMALL)
    without = run(*words)
    assert without.code == 1
    assert without.err.count("Error") == 1  # once, not for each run
    assert not Path("comparison").exists()
    done = run(*words, "--columns", "question=q", "--video-dir", "videos", "--json")
    assert done.code == 0, done.err
    assert "--columns question=q --video-dir videos" in done.json["command"]


def test_a_dataset_that_is_not_there_is_said_before_anything_is_planned(run: Runner, world: Path) -> None:
    for more in ((), ("--dry-run",)):
        missing = run("compare", "--methods", "zero-shot", "--dataset", "nope.jsonl", *more)
        assert missing.code in (1, 2)
        assert missing.err.count("nope.jsonl") == 1


def test_the_plans_are_listed(run: Runner) -> None:
    assert {row["name"] for row in run("ls", "plans", "--json").json} >= {"ablation", "corrections"}


def test_what_every_run_uses_can_be_said_as_for_train(run: Runner, toy_backbone: str, world: Path) -> None:
    words = ("--backbone", "toy", "--sampler", "uniform(2)", "--device", "cpu", "--workers", 1, "--jobs", 1)
    done = run(
        "compare", "--plan", "two.yaml", "--dataset", "mine.jsonl", "--seeds", 1, *SMALL[:2], *words, "--json"
    )
    assert done.code == 0, done.err
    assert "--backbone toy --sampler" in done.json["command"]
    config = load_config(next(Path("comparison").rglob("config.yaml")))
    assert (config.features.backbone, config.features.sampler) == ("toy", "uniform(2)")


def test_two_comparisons_in_one_folder(run: Runner, toy_backbone: str, world: Path) -> None:
    words = ("compare", "--plan", "two.yaml", "--dataset", "mine.jsonl", "--seeds", 1, "--jobs", 1, *SMALL)
    with sole_holder(world / "comparison", "a comparison"):
        refused = run(*words)
    assert refused.code == 2
    assert "Another process is writing a comparison in comparison right now" in refused.err
