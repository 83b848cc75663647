from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_video: Callable[..., Path]) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        make_video(tmp_path / "videos" / f"{name}.mp4", [(250, 5, 5)] * 10)
    rows = [{"video": f"{name}.mp4", "question": "What?", "options": ["x", "y"]} for name in "aab"]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def test_a_dataset_is_extracted_once(run: Callable[..., Any], toy_backbone: str, dataset: Path) -> None:
    words = ("extract", dataset, "--backbone", toy_backbone, "--sampler", "uniform(4)", "--json")
    planned = run(*words, "--dry-run").json
    assert (planned["videos"], planned["stored"], planned["to_do"], planned["frames"]) == (2, 0, 2, 8)
    assert planned["bytes"] == 8 * 64 * 2
    assert not Path("features").exists()
    first = run(*words)
    assert first.code == 0
    assert (first.json["done"], first.json["skipped"], first.json["failed"]) == (2, 0, [])
    assert run(*words).json["skipped"] == 2
    facts = run("info", "features", "--json").json
    assert (facts["kind"], facts["videos"], facts["sampler"], facts["failed"]) == (
        "feature store",
        2,
        "uniform(4)",
        0,
    )
    assert facts["folder"] == first.json["store"]


def test_one_bad_video_does_not_stop_the_others(
    run: Callable[..., Any], toy_backbone: str, dataset: Path
) -> None:
    (dataset.parent / "videos" / "a.mp4").write_text("no video")
    result = run("extract", dataset, "--backbone", toy_backbone, "--json")
    assert result.code == 3
    assert result.json["done"] == 1
    assert [Path(failure["video"]).name for failure in result.json["failed"]] == ["a.mp4"]
    assert "Failed: " in result.err


def test_a_folder_and_a_single_video(run: Callable[..., Any], toy_backbone: str, dataset: Path) -> None:
    videos = dataset.parent / "videos"
    assert run("extract", videos, "--backbone", toy_backbone, "--json", "--limit", 1).json["done"] == 1
    assert run("extract", videos / "b.mp4", "--backbone", toy_backbone, "--json").json["done"] == 1


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["none"], 1, "There is no dataset at none"),
        (["empty"], 1, "holds neither a dataset nor a video"),
        (["mine.jsonl", "--sampler", "clips(8)"], 2, "clips"),
        (["mine.jsonl", "--preprocessing", "crops"], 2, "Did you mean 'crop'"),
        (["mine.jsonl", "--backbone", "tou"], 2, "Did you mean 'toy'"),
        (["mine.jsonl", "--reader", "nextq"], 2, "Did you mean 'nextqa'"),
    ],
)
def test_wrong_inputs_are_one_sentence(
    run: Callable[..., Any], toy_backbone: str, dataset: Path, words: list[str], code: int, reason: str
) -> None:
    Path("empty").mkdir()
    result = run("extract", *words)
    assert (result.code, result.out) == (code, "")
    assert reason in result.err


def test_shards_share_one_store(run: Callable[..., Any], toy_backbone: str, dataset: Path) -> None:
    words = ("extract", dataset, "--backbone", toy_backbone, "--sampler", "uniform(4)", "--json")
    assert run(*words, "--shard", "1/2", "--dry-run").json["to_do"] == 1
    assert [run(*words, "--shard", f"{part}/2").json["done"] for part in (1, 2)] == [1, 1]
    assert run("info", "features", "--json").json["videos"] == 2
    assert run(*words).json["skipped"] == 2
    refused = run(*words, "--shard", "0/2")
    assert (refused.code, refused.out) == (2, "")
    assert "counted from 1/2" in refused.err


def test_a_dry_run_on_touched_videos_writes_nothing(
    run: Callable[..., Any], toy_backbone: str, dataset: Path
) -> None:
    words = ("extract", dataset, "--backbone", toy_backbone, "--json")
    run(*words)
    for video in (dataset.parent / "videos").iterdir():
        os.utime(video, (5, 5))
    before = {file: file.read_bytes() for file in Path("features").rglob("*") if file.is_file()}
    for _ in range(2):
        planned = run(*words, "--dry-run").json
        assert (planned["stored"], planned["to_do"]) == (2, 0)
    assert {file: file.read_bytes() for file in Path("features").rglob("*") if file.is_file()} == before
    assert run(*words).json["skipped"] == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--distributed", "rays"), "Did you mean 'ray'"),
        (("--concurrency", "2"), "belong to --distributed ray"),
        (("--address", "auto"), "belong to --distributed ray"),
    ],
)
def test_wrong_ways_to_distribute_are_told(
    run: Callable[..., Any], toy_backbone: str, dataset: Path, words: tuple[str, ...], reason: str
) -> None:
    result = run("extract", dataset, "--backbone", toy_backbone, *words)
    assert (result.code, result.out) == (2, "")
    assert reason in result.err


def test_a_finished_extract_loads_no_backbone(run: Callable[..., Any], dataset: Path) -> None:
    words = ["extract", str(dataset), "--backbone", "mini", "--sampler", "uniform(2)", "--json"]
    first = run(*words)
    code = (
        "import sys\nfrom temadapter.cli.app import main\n"
        f"code = main({words!r})\nassert 'torch' not in sys.modules\nsys.exit(code)"
    )
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert (told["done"], told["skipped"], told["store"]) == (0, 2, first.json["store"])
    remembered = Path("features/backbones.json")
    content = json.loads(remembered.read_text())
    content["mini"]["files"][0][1] += 1  # the model is another now: it must be loaded to know
    content["mini"]["key"]["fingerprint"] = "f" * 16
    remembered.write_text(json.dumps(content))
    assert run(*words).json["store"] == first.json["store"]
