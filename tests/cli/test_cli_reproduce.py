"""A rehearsal on folders in the layouts that the benchmarks' users have, with videos of a few frames."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Runner = Callable[..., Any]
COLOURS = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
NAMES = (*COLOURS, "grey", "pink")
SMALL = ("--sampler", "uniform(2)", "--epochs", 1, "--set", "training.batch_size=8", "--device", "cpu")
SUTD = ["record_id", "vid_id", "vid_filename", "perspective", "q_body", "q_type"]
SUTD += ["option0", "option1", "option2", "option3", "answer"]
NEXT = [
    "video",
    "frame_count",
    "width",
    "height",
    "question",
    "answer",
    "qid",
    "type",
    "a0",
    "a1",
    "a2",
    "a3",
    "a4",
]


@pytest.fixture
def film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_video: Callable[..., Path]
) -> Callable[..., str]:
    monkeypatch.chdir(tmp_path)

    def make(path: str, number: int) -> str:
        colour = list(COLOURS)[number % 3]
        make_video(tmp_path / path, [COLOURS[colour]] * 3, size=(32, 32))
        return colour

    return make


def sutd(film: Callable[..., str]) -> Path:
    rows: dict[str, list[list[object]]] = {"train": [SUTD], "test": [SUTD]}
    for i in range(9):
        colour = film(f"SUTD-TrafficQA/raw_videos/b_{i}.mp4", i)
        options = ["red", "", "green", "blue"]
        row = [
            i,
            100 + i,
            f"b_{i}.mp4",
            3,
            "What colour is it?",
            "UAF"[i % 3],
            *options,
            options.index(colour),
        ]
        rows["train" if i < 6 else "test"].append(row)
    for split, lines in rows.items():
        file = Path(f"SUTD-TrafficQA/annotations/R3_{split}.jsonl")
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(map(json.dumps, lines)))
    return Path("SUTD-TrafficQA")


def msrvtt(film: Callable[..., str]) -> Path:
    root, videos, sentences = Path("MSRVTT"), [], []
    for i in range(12):
        colour = film(f"MSRVTT/TrainValVideo/video{i}.mp4", i)
        videos.append({"video_id": f"video{i}", "split": "train" if i < 6 else "validate"})
        sentences.append({"sen_id": i, "video_id": f"video{i}", "caption": f"something {colour} number {i}"})
    (root / "annotations").mkdir()
    captions = {"videos": videos, "sentences": sentences}
    (root / "annotations" / "train_val_videodatainfo.json").write_text(json.dumps(captions))
    tests = []
    for i in range(9770, 9773):
        answer = NAMES.index(film(f"MSRVTT/TestVideo/video{i}.mp4", i))
        tests.append({"qid": f"mc{i}", "clip_name": f"video{i}", "answer": str(answer)})
    lines = [json.dumps({**row, "options": [f"a {name} thing" for name in NAMES]}) for row in tests]
    (root / "annotations" / "msrvtt_mc_test.jsonl").write_text("\r\n".join(lines))
    return root


def nextqa(film: Callable[..., str]) -> Path:
    folder = Path("NExT-QA/dataset/nextqa")
    folder.mkdir(parents=True)
    for split, numbers in (("train", range(5)), ("val", range(5, 8)), ("test", range(8, 9))):
        rows: list[list[object]] = [NEXT]
        for i in numbers:
            colour = film(f"NExT-QA/NExTVideo/11{i}/00{i}.mp4", i)
            rows.append([f"00{i}", 3, 32, 32, "what colour is it", NAMES.index(colour), 1, "DO", *NAMES])
        with (folder / f"{split}.csv").open("w", newline="") as handle:
            csv.writer(handle).writerows(rows)
    places = {f"00{i}": f"11{i}/00{i}" for i in range(9)}
    (folder / "map_vid_vidorID.json").write_text(json.dumps(places))
    return Path("NExT-QA")


@pytest.mark.parametrize(
    ("benchmark", "build", "questions", "methods"),
    [
        ("sutd-trafficqa", sutd, 3, ["zero-shot", "CLIP + template", "Tem-Adapter"]),
        ("msrvtt-mc", msrvtt, 3, ["zero-shot", "Tem-Adapter"]),
        ("nextqa", nextqa, 3, ["zero-shot", "CLIP + template", "Tem-Adapter"]),
    ],
)
def test_from_the_download_to_the_table(
    run: Runner,
    toy_backbone: str,
    film: Callable[..., str],
    benchmark: str,
    build: Callable[..., Path],
    questions: int,
    methods: list[str],
) -> None:
    root = build(film)
    result = run("reproduce", benchmark, "--root", root, "--backbone", toy_backbone, *SMALL, "--json")
    assert result.code == 0, result.err
    facts = result.json
    assert (facts["test_questions"], facts["answered"], facts["complete"]) == (questions, questions, True)
    assert [row["name"] for row in facts["ours"]["rows"]] == methods
    assert facts["ours"]["rows"][0]["overall"]["value"] == 1.0  # the toy sees colours
    assert "toy, uniform(2), preset paper" in facts["settings"]
    page = Path("runs", benchmark, "README.md").read_text()
    assert "| zero-shot, here | 100.0 [" in page
    assert all(line.count("preset paper") == 1 for line in page.splitlines() if ", here |" in line)
    for row in facts["published"]:
        assert f"| {row['method']} | " in page
        assert row["source"] in page
    assert Path("runs", benchmark, "runs", "tem-adapter", "model.safetensors").is_file()
    assert result.err.count("[5/5]") == 1


def test_a_second_call_goes_on_and_missing_videos_are_counted(
    run: Runner, toy_backbone: str, film: Callable[..., str]
) -> None:
    root = sutd(film)
    gone = root / "raw_videos" / "b_8.mp4"
    film_of_8 = gone.read_bytes()
    gone.unlink()
    words = ("reproduce", "sutd-trafficqa", "--root", root, "--backbone", toy_backbone, *SMALL)
    only = ("--method", "zero-shot", "--output", "out")
    first = run(*words, *only)
    assert first.code == 3
    assert "2 of 3 questions" in first.out
    assert "missing video: 1" in first.err
    assert "- missing video: 1" in Path("out/README.md").read_text()
    gone.write_bytes(film_of_8)
    second = run(*words, *only)
    assert second.code == 3
    assert "again with --overwrite" in second.err
    assert "test questions were 2 and are 3; questions left out were 1 and are 0" in second.err
    assert "2 of 3 questions, OUT OF DATE" in second.out
    assert "- zero-shot is out of date" in Path("out/README.md").read_text()
    third = run(*words, *only, "--overwrite")
    assert third.code == 0
    assert "3 of 3 questions" in third.out
    assert "if empty options compete" in third.out


def test_training_videos_that_came_since_make_a_run_out_of_date(
    run: Runner, toy_backbone: str, film: Callable[..., str]
) -> None:
    root = sutd(film)
    gone = root / "raw_videos" / "b_2.mp4"
    content = gone.read_bytes()
    gone.unlink()
    words = (
        "reproduce",
        "sutd-trafficqa",
        "--root",
        root,
        "--backbone",
        toy_backbone,
        *SMALL,
        "--output",
        "out",
    )
    first = run(*words, "--json")
    assert (first.code, first.json["answered"], first.json["stale"]) == (3, 3, {})
    gone.write_bytes(content)
    second = run(*words, "--json")
    assert (second.code, second.json["complete"]) == (3, False)
    assert list(second.json["stale"]) == ["Tem-Adapter"]  # what trains nothing never saw that video
    assert "questions left out were 1 and are 0" in second.json["stale"]["Tem-Adapter"][-1]
    assert "The run in out/runs/tem-adapter is out of date" in second.err
    third = run(*words, "--overwrite", "--json")
    assert (third.code, third.json["stale"]) == (0, {})
    assert run(*words).code == 0


def test_another_backbone_or_other_annotations_make_a_run_out_of_date(
    run: Runner, toy_backbone: str, film: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.backbones.registry import load_backbone

    root = sutd(film)
    words = ("reproduce", "sutd-trafficqa", "--root", root, "--backbone", toy_backbone, *SMALL)
    words = (*words, "--output", "out", "--method", "zero-shot")
    assert run(*words).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(type(load_backbone(toy_backbone)), "fingerprint", "f" * 16)
        other = run(*words, "--json")
        assert other.code == 3
        assert f"now {'f' * 16}" in other.json["stale"]["zero-shot"][0]
    file = root / "annotations" / "R3_test.jsonl"
    before = file.read_text()
    file.write_text(before.replace("What colour is it?", "Which colour is it?"))
    assert run(*words, "--json").json["stale"] == {"zero-shot": ["the annotations changed"]}
    file.write_text(before.replace("[6, ", "[66, "))
    assert run(*words).code == 3
    for number in (6, 7, 8):
        file.write_text(before := before.replace(f"[{number}, ", f"[{number}0, "))
    nothing = run(*words)
    assert (nothing.code, nothing.out) == (1, "")
    assert "No test question of the data was answered by the runs" in nothing.err
    assert run(*words, "--overwrite").code == 0


def test_a_limit_is_told_everywhere(run: Runner, toy_backbone: str, film: Callable[..., str]) -> None:
    root = sutd(film)
    words = ("reproduce", "sutd-trafficqa", "--root", root, "--backbone", toy_backbone, *SMALL)
    words = (*words, "--method", "zero-shot")
    limited = run(*words, "--limit", 2, "--output", "a")
    assert limited.code == 3
    assert "2 of 3 questions (limit 2)" in limited.out
    assert "- limited to the first 2 questions of each split" in Path("a/README.md").read_text()
    facts = json.loads(Path("a/reproduction.json").read_text())
    assert (facts["complete"], facts["limit"], facts["answered"], facts["test_questions"]) == (False, 2, 2, 3)
    whole = run(*words, "--limit", 100, "--output", "b", "--json")
    assert (whole.code, whole.json["complete"], whole.json["limit"]) == (0, True, None)


def test_stored_features_stand_in_for_videos(
    run: Runner, toy_backbone: str, film: Callable[..., str]
) -> None:
    root = nextqa(film)
    words = ("--root", root, "--backbone", toy_backbone, *SMALL, "--method", "zero-shot", "--store", "shared")
    assert run("reproduce", "nextqa", *words, "--output", "a").code == 0
    for video in root.rglob("*.mp4"):
        video.unlink()
    result = run("reproduce", "nextqa", *words, "--output", "b", "--json")
    assert result.code == 0, result.err
    assert (result.json["answered"], result.json["failed_videos"]) == (3, [])


def test_only_a_test_needs_no_training(run: Runner, toy_backbone: str, film: Callable[..., str]) -> None:
    root = msrvtt(film)
    (root / "annotations" / "train_val_videodatainfo.json").unlink()
    result = run("reproduce", "msrvtt-mc", "--root", root, "--backbone", toy_backbone, *SMALL, "--json")
    assert result.code == 0
    assert [row["name"] for row in result.json["ours"]["rows"]] == ["zero-shot"]
    assert "no training questions" in result.err


def test_a_dry_run_does_nothing(run: Runner, toy_backbone: str, film: Callable[..., str]) -> None:
    words = ("reproduce", "nextqa", "--root", nextqa(film), "--backbone", toy_backbone, *SMALL, "--dry-run")
    assert run(*words, "--json").json["videos_missing"] == 0
    assert "Videos" in run(*words).out
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["sutd-traffic", "--root", "."], 2, "Did you mean 'sutd-trafficqa'"),
        (["nextqa"], 2, "--root"),
        (["nextqa", "--root", "gone"], 1, "There is no dataset at gone"),
        (["nextqa", "--root", "."], 1, "Expected: nextqa/train.csv"),
        (["nextqa", "--root", "NExT-QA", "--video-dir", "empty"], 1, "None of the 8 videos is in empty"),
        (["nextqa", "--root", "NExT-QA", "--preset", "offical"], 2, "Did you mean 'official'"),
        (["nextqa", "--root", "NExT-QA", "--method", "zeroshot"], 2, "Did you mean 'zero-shot'"),
        (["nextqa", "--root", "gone", "--method", "zeroshot"], 2, "Did you mean 'zero-shot'"),
        (["nextqa", "--root", "gone", "--method", "zeroshot", "--dry-run"], 2, "Did you mean 'zero-shot'"),
        (["nextqa", "--root", "NExT-QA", "--reader", "nextqa:test=x"], 2, "val or test"),
        (
            ["nextqa", "--root", "NExT-QA", "--preset", "official"],
            2,
            "exactly four options; these have up to 5",
        ),
        (["nextqa", "--root", "NExT-QA", "--set", "data.descriptions=rulez"], 2, "Did you mean 'rules'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    run: Runner, toy_backbone: str, film: Callable[..., str], words: list[str], code: int, reason: str
) -> None:
    nextqa(film)
    Path("empty").mkdir()
    result = run("reproduce", *words, "--backbone", toy_backbone, *SMALL)
    assert (result.code, result.out) == (code, "")
    assert reason in result.err
    assert "Traceback" not in result.err


def test_methods_are_checked_before_any_of_them_is_trained(
    run: Runner, toy_backbone: str, film: Callable[..., str]
) -> None:
    words = ("--root", nextqa(film), "--method", "zero-shot", "--method", "zeroshot")
    result = run("reproduce", "nextqa", *words, "--backbone", toy_backbone, *SMALL)
    assert "Did you mean 'zero-shot'" in result.err
    assert not Path("runs").exists()
