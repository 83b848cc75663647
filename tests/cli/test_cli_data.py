from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Runner = Callable[..., Any]
ROW = {"clip": "a", "q": "What?", "a0": "x", "a1": "y", "label": 0}
COLUMNS = "video=clip,question=q,answer=label"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_video: Callable[..., Path]) -> Path:
    monkeypatch.chdir(tmp_path)
    make_video(tmp_path / "videos" / "sub" / "A.MP4", [(250, 5, 5)] * 5)
    (tmp_path / "videos" / "b.mp4").write_text("no video")
    return tmp_path


def write(path: Path, *changes: dict[str, object]) -> Path:
    path.write_text("\n".join(json.dumps({**ROW, **row}) for row in changes))
    return path


def test_sound_data(run: Runner, data: Path) -> None:
    file = write(data / "mine_test.jsonl", {}, {"q": "Why?"})
    result = run("data", "check", file, "--columns", COLUMNS)
    assert (result.code, result.err) == (0, "")
    assert "2 questions about 1 video" in result.out
    assert result.out.rstrip().endswith("No problems.")
    facts = run("data", "check", file, "--columns", COLUMNS, "--json").json
    assert facts["questions"] == {"test": {"(no type)": 2}}
    assert (facts["all_videos"], facts["videos_found"], facts["problems"]) == (1, 1, {})


def test_stores_that_shards_wrote_are_one(
    run: Runner, data: Path, toy_backbone: str, make_video: Callable[..., Path]
) -> None:
    make_video(data / "videos" / "b.mp4", [(5, 250, 5)] * 5)
    make_video(data / "videos" / "c.mp4", [(5, 5, 250)] * 5)
    rows = write(data / "mine.jsonl", {}, {"clip": "b"}, {"clip": "c"})
    common = ["--columns", COLUMNS, "--store", "features"]
    none = run("data", "check", rows, *common)
    assert none.code == 2
    assert "no feature store in features" in none.err
    sampled = [*common, "--backbone", toy_backbone, "--sampler", "uniform(2)"]
    assert run("extract", rows, *sampled, "--shard", "1/2").code == 0
    (half,) = run("data", "check", rows, *common, "--json").json["features"]
    assert 0 < half["stored"] < half["wanted"] == 3
    assert run("extract", rows, *sampled, "--shard", "2/2").code == 0
    assert "has 3 of 3" in run("data", "check", rows, *common).out
    make_video(data / "videos" / "c.mp4", [(9, 9, 9)] * 7)
    assert "has 2 of 3" in run("data", "check", rows, *common).out


def test_problems_have_file_and_line_and_exit_code_3(run: Runner, data: Path) -> None:
    file = write(data / "mine.jsonl", {}, {"label": 2}, *({"clip": f"no{i}"} for i in range(8)))
    result = run("data", "check", file, "--columns", COLUMNS)
    assert result.code == 3
    assert f"Problem: answer (1)\n  {file}:2: the answer is 2" in result.out
    assert "Problem: missing video (8)" in result.out
    assert "... and 3 more" in result.out
    assert "No problems" not in result.out
    found = run("data", "check", file, "--columns", COLUMNS, "--json")
    assert found.code == 3
    assert found.json["problems"]["missing video"]["count"] == 8
    assert found.json["problems"]["answer"]["places"][0]["line"] == 2
    assert (
        run("data", "check", file, "--columns", COLUMNS, "--no-videos", "--json").json["videos_found"] is None
    )


@pytest.mark.parametrize("how", [(), ("--decode", "--workers", 1)])
def test_files_that_are_no_videos_are_problems(run: Runner, data: Path, how: tuple[object, ...]) -> None:
    (data / "videos" / "empty.mp4").write_bytes(b"")
    file = write(data / "mine.jsonl", {}, {"clip": "b.mp4"}, {"clip": "empty"})
    words = ("data", "check", file, "--columns", COLUMNS)
    result = run(*words, *how, "--json")
    assert result.code == 3
    places = result.json["problems"]["undecodable video"]["places"]
    assert [(place["file"], place["line"]) for place in places] == [(str(file), 2), (str(file), 3)]
    assert "b.mp4" in places[0]["reason"]
    assert run(*words, "--no-videos").code == 0


def test_a_video_that_breaks_off_is_found_by_decoding_all_over_it(run: Runner, data: Path) -> None:
    file = write(data / "mine.jsonl", {"clip": "cut"})
    whole = (data / "videos" / "sub" / "A.MP4").read_bytes()
    (data / "videos" / "cut.mp4").write_bytes(whole[: whole.index(b"mdat") + 8] + bytes(len(whole)))
    words = ("data", "check", file, "--columns", COLUMNS, "--decode", "--json")
    assert "undecodable video" in run(*words).json["problems"]


def test_annotations_of_another_dataset_in_the_folder_are_told(run: Runner, data: Path) -> None:
    test = {"clip_name": "a", "options": ["x", "y"], "answer": 0}
    (data / "msrvtt_mc_test.jsonl").write_text(json.dumps(test))
    (data / "more").mkdir()
    own = write(data / "more" / "mine.jsonl", {"video": "a", "question": "What?"})
    (data / "notes.txt").write_text("nothing")
    (data / "map.json").write_text('{"a": "b"}')
    result = run("data", "check", data, "--json")
    assert result.json["problems"] == {}
    places = result.json["notices"]["file not read"]["places"]
    assert [place["file"] for place in places] == [str(own)]
    assert f"Notice: file not read (1)\n  {own}:1: nothing of it" in run("data", "check", data).out
    assert "file not read" not in run("data", "check", data / "msrvtt_mc_test.jsonl").out


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["none.csv"], 1, "There is no dataset at none.csv"),
        (["mine.jsonl"], 1, "--columns question="),
        (["mine.jsonl", "--columns", "question"], 2, "field=column"),
        (["mine.jsonl", "--columns", COLUMNS, "--reader", "nextqa"], 2, "belongs to --reader own"),
        (["mine.jsonl", "--columns", COLUMNS, "--decode", "--no-videos"], 2, "exclude each other"),
        (["mine.jsonl", "--reader", "nextqa"], 1, "no column"),
        (["videos/b.mp4"], 1, "no format that a reader knows"),
        (["videos"], 1, "no format that a reader knows"),
    ],
)
def test_what_is_no_dataset_is_one_sentence(
    run: Runner, data: Path, words: list[str], code: int, reason: str
) -> None:
    write(data / "mine.jsonl", {})
    result = run("data", "check", *words)
    assert (result.code, result.out) == (code, "")
    assert reason in result.err
    assert "Traceback" not in result.err


def test_other_commands_take_columns_too(run: Runner, toy_backbone: str, data: Path) -> None:
    file = write(data / "mine.jsonl", {})
    words = ("extract", file, "--columns", COLUMNS, "--backbone", toy_backbone, "--sampler", "uniform(2)")
    assert run(*words, "--json").json["done"] == 1
    small = ("--set", "data.test_fraction=0", "--method", "zero-shot", "--sampler", "uniform(2)")
    result = run(
        "train", file, "--columns", COLUMNS, "--backbone", toy_backbone, *small, "--dry-run", "--json"
    )
    assert result.json["videos_missing"] == 0


def test_datasets_are_listed_with_their_layout_and_where_to_get_them(run: Runner) -> None:
    names = ["sutd-trafficqa", "msrvtt-mc", "nextqa", "tgif-qa", "own"]
    rows = run("ls", "datasets", "--json").json
    assert [row["name"] for row in rows] == names
    assert all(row["source"] and row["layout"] for row in rows)
    text = run("ls", "datasets").out
    for part in (*names, "map_vid_vidorID.json", "https://sutdcv.github.io/SUTD-TrafficQA", "--columns"):
        assert part in text


def test_lmms_eval_tasks_are_named_with_the_command_that_runs_them(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("video,question,options,answer\na.mp4,What?,x|y,1\n")
    result = run("data", "export", tmp_path / "q.csv", "--output", tmp_path / "out", "--lmms-eval")
    assert result.code == 0
    assert f"lmms_eval --tasks q_test --include_path {tmp_path / 'out' / 'lmms_eval'}" in result.out
    (tmp_path / "u.csv").write_text("video,question,options\na.mp4,What?,x|y\n")
    refused = run("data", "export", tmp_path / "u.csv", "--output", tmp_path / "none", "--lmms-eval")
    assert refused.code == 2
    assert not (tmp_path / "none").exists()
