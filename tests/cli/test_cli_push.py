"""`temadapter push`, and a published run wherever a run is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Runner = Callable[..., Any]
COLOURS = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
SETS = ("--sampler", "uniform(4)", "--set", "training.batch_size=16")
SMALL = (*SETS, "--preset", "paper", "--device", "cpu", "--epochs", 1)


@pytest.fixture
def trained(
    run: Runner,
    toy_backbone: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_video: Callable[..., Path],
) -> Path:
    from temadapter.backbones import registry

    monkeypatch.setitem(registry._registered, "mini", registry._registered[toy_backbone])
    monkeypatch.chdir(tmp_path)
    rows = []
    for number in range(9):
        name = list(COLOURS)[number % 3]
        make_video(tmp_path / "videos" / f"{number}.mp4", [COLOURS[name]] * 5)
        row = {
            "video": f"{number}.mp4",
            "question": "What colour is it?",
            "options": ["red", "green", "blue"],
        }
        rows.append({**row, "answer": name, "split": "train" if number < 6 else "test"})
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = run("train", tmp_path / "mine.jsonl", "--output", "runs/a", *SMALL)
    assert result.code == 0, result.err
    return tmp_path / "runs" / "a"


@pytest.fixture
def published(trained: Path, monkeypatch: pytest.MonkeyPatch, run: Runner, tmp_path: Path) -> str:
    """A run in the hub's cache on this machine, where the hub itself cannot be reached."""
    commit = "1" * 40
    home = tmp_path / "cache" / "models--me--run"
    assert run("push", trained, f"dir:{home / 'snapshots' / commit}").code == 0
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    return "hf:me/run"


def test_a_dry_run_lists_files_with_sizes_and_shows_the_card(run: Runner, trained: Path) -> None:
    result = run("push", trained, "me/run", "--license", "mit", "--dry-run")
    assert result.code == 0
    assert result.err == ""
    assert "Would be published as hf:me/run:" in result.out
    assert "model.safetensors  1.3 MiB" in result.out
    assert "license: mit" in result.out
    assert "# tem-adapter on mini" in result.out
    facts = run("push", trained, "me/run", "--dry-run", "--json").json
    assert (facts["target"], facts["dry_run"], facts["commit"]) == ("hf:me/run", True, None)
    assert facts["files"]["model.safetensors"] == (trained / "model.safetensors").stat().st_size


def test_into_a_folder_and_from_there(run: Runner, trained: Path) -> None:
    result = run("push", trained, "dir:out")
    assert "Published as dir:out" in result.out
    assert "--run out" in result.out
    assert "no licence was chosen" in result.err
    assert run("evaluate", "out", "mine.jsonl", "--json").json["questions"] == 3
    assert run("push", trained, "dir:out").code == 1
    assert run("push", trained, "dir:out", "--overwrite").code == 0


def test_a_control_goes_from_evaluate_to_the_card(run: Runner, trained: Path, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(run("evaluate", trained, "--control", "one_frame", "--json").out)
    card = run("push", trained, "me/run", "--dry-run", "--control", "one.json").out
    assert "| tem-adapter, control: one frame | " in card


def test_a_published_run_is_named_wherever_a_run_is(run: Runner, published: str) -> None:
    words = ("videos/0.mp4", "-q", "What colour is it?", "-o", "red", "-o", "blue")
    answer = run("ask", *words, "--run", published, "--json").json
    assert answer == run("ask", *words, "--run", "runs/a", "--json").json | {"seconds": answer["seconds"]}
    assert run("evaluate", published, "mine.jsonl", "--json").json["questions"] == 3
    facts = run("info", published, "--json").json
    assert (facts["kind"], facts["backbone"], facts["dataset"]) == ("run", "mini", "mine.jsonl")
    copied = run("push", published, "dir:copy")
    assert copied.code == 0, copied.err


def test_a_run_that_failed_says_so_and_why(run: Runner, trained: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text().splitlines()]
    (tmp_path / "open.jsonl").write_text("\n".join(json.dumps({**row, "answer": None}) for row in rows))
    assert run("train", "open.jsonl", "--output", "runs/b", *SMALL).code == 2
    refused = run("push", "runs/b", "dir:out")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "The run in runs/b failed" in refused.err
    assert "training questions has a known answer" in refused.err
    assert "--resume" not in refused.err
    assert run("train", "mine.jsonl", "--output", "runs/b", *SMALL).code == 0


def test_what_goes_wrong_is_one_sentence(run: Runner, trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    refused = run("push", trained, "me/run")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "Nobody is logged in" in refused.err
    assert run("push", trained, "nowhere").code == 2
    assert run("ask", "videos/0.mp4", "-q", "x", "-o", "a", "-o", "b", "--run", "hf:x").code == 2
