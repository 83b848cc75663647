"""A user's own videos, with the names that people and cameras give them, through every command."""

from __future__ import annotations

import json
import os
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tiny_backbones import write_clip

SHARED = Path(os.environ.get("TEMADAPTER_SHARED") or Path(__file__).resolve().parents[3] / "shared")
REAL = SHARED / "data" / "videos"
RED, BLUE = [(250, 5, 5)] * 6, [(5, 5, 250)] * 6

NFD = unicodedata.normalize("NFD", "Straße Süd")
LONG = "a very long name " + "x" * 200
FILES = {  # on disk: what questions call it
    f"cam 1/{NFD} (früh).MP4": "Straße Süd (früh)",
    "cam 1/clip.mp4": "cam 1/clip.mp4",
    "cam 2/clip.mp4": "CAM 2\\clip",
    "道路 #12 50% voll.MkV": "道路 #12 50% voll.mkv",
    "deep/er/-dash 'quoted' \"twice\".avi": "-dash 'quoted' \"twice\"",
    f"{LONG}.mp4": LONG,
    "2024-05-01 10.00.mp4": "2024-05-01 10.00",
    "🚲 & $HOME;.mp4": "🚲 & $HOME;.mp4",
}
LINKED = {"linked/Höhe.mp4": "linked/höhe", "shortcut.mp4": "shortcut"}
SMALL = ("--epochs", 1, "--set", "model.heads=4")
Command = Callable[..., Any]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"dir:{write_clip(tmp_path_factory.mktemp('models') / 'tiny')}"


@pytest.fixture
def videos(tmp_path: Path, make_video: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plain = [make_video(tmp_path / f"{number}.mp4", colours) for number, colours in enumerate((RED, BLUE))]
    folder, other = tmp_path / "my videos", tmp_path / "other disk"
    other.mkdir()
    for number, name in enumerate(FILES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(plain[number % 2], folder / name)
    shutil.copyfile(plain[0], other / "Höhe.mp4")
    shutil.copyfile(plain[1], other / "elsewhere.mp4")
    (folder / "linked").symlink_to(other)
    (folder / "shortcut.mp4").symlink_to(other / "elsewhere.mp4")
    (folder / "gone.mp4").symlink_to(tmp_path / "nowhere.mp4")
    (folder / "fake.mp4").write_text("no video")
    return folder


def questions(*names: str) -> Path:
    rows = [
        {"id": f"{place:03d}", "video": name, "question": f"What colour is the {what}?", **options}
        for place, (name, (what, options)) in enumerate(
            (name, kind)
            for name in names
            for kind in (
                ("light", {"options": ["red", "blue"], "answer": "red", "type": "colour"}),
                ("car", {"options": ["green", "red", "blue", "a", "at"], "answer": 2}),
            )
        )
    ]
    file = Path("mine.jsonl")
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return file


def test_odd_names_go_through_every_command(run: Command, clip: str, videos: Path) -> None:
    names = [*FILES.values(), *LINKED.values()]
    mine = (questions(*names), "--video-dir", videos)
    how = ("--backbone", clip, "--sampler", "uniform(2)", "--store", "a store")
    checked = run("data", "check", *mine, "--json")
    assert (checked.code, checked.json["videos_found"], checked.json["problems"]) == (0, len(names), {})
    extracted = run("extract", *mine, *how, "--json").json
    assert (extracted["done"], extracted["failed"]) == (len(names), [])
    stored = list(Path(extracted["store"]).glob("*.safetensors"))
    assert len(stored) == len(names), "two videos share a file of the store"
    trained = run("train", *mine, *how, *SMALL, "--output", "my run", "--json")
    assert (trained.code, trained.json["train"]["videos_failed"]) == (0, [])
    assert run("extract", *mine, *how, "--json").json["skipped"] == len(names)
    evaluated = run("evaluate", "my run", "--control", "shuffled_frames", "--output", "answers.jsonl")
    assert evaluated.code == 0
    told = [json.loads(line) for line in Path("answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert told
    assert {row["video"] for row in told} <= set(names)
    assert all(len(row["id"]) == 3 for row in told)
    for name in ("Straße Süd (früh).mp4", "clip"):
        asked = ("ask", videos / "cam 1" / name, "-q", "What moves?", "-o", "a car", "-o", "a bus")
        assert run(*asked, "--run", "my run", "--json").json["index"] in (0, 1)


def test_a_video_that_cannot_be_used_is_left_out_and_told(run: Command, clip: str, videos: Path) -> None:
    names = ["gone.mp4", "fake.mp4", "never", "clip.mp4", "shortcut"]
    mine = (questions(*names), "--video-dir", videos, "--backbone", clip, "--sampler", "uniform(2)")
    result = run("extract", *mine, "--json")
    assert (result.code, result.json["done"]) == (3, 1)
    reasons = {Path(row["video"]).name: row["reason"] for row in result.json["failed"]}
    assert "is a link to" in reasons["gone.mp4"]
    assert "is not a video" in reasons["fake.mp4"]
    assert "There is no video never in" in reasons["never"]
    assert str(videos / "cam 1" / "clip.mp4") in reasons["clip.mp4"]
    assert str(videos / "cam 2" / "clip.mp4") in reasons["clip.mp4"]
    assert len(result.err.splitlines()) == 4
    again = run("extract", *mine, "--json").json
    assert (again["skipped"], len(again["failed"])) == (1, 4)


def test_a_folder_is_encoded_with_what_its_links_lead_to(run: Command, clip: str, videos: Path) -> None:
    result = run("extract", videos, "--backbone", clip, "--sampler", "uniform(2)", "--json")
    assert (result.code, result.json["done"], len(result.json["failed"])) == (3, len(FILES) + 3, 2)


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["data", "check", "mine.jsonl", "--video-dir", "mine.jsonl"], 2, "is a file, not a folder"),
        (["train", "mine.jsonl", "--video-dir", "nowhere"], 2, "nowhere does not exist"),
        (["extract", "nowhere.mp4"], 1, "There is no file nowhere.mp4"),
        (["ask", "my videos/both", "-q", "What?", "-o", "a", "-o", "b"], 1, "write the name with its ending"),
        (["ask", "my videos/gone.mp4", "-q", "What?", "-o", "a", "-o", "b"], 1, "is a link to"),
        (["ask", "-dash.mp4", "-q", "What?", "-o", "a", "-o", "b"], 2, "write ./ before it"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(
    run: Command, toy_backbone: str, videos: Path, words: list[str], code: int, reason: str
) -> None:
    questions("shortcut")
    for ending in ("mp4", "mkv"):
        shutil.copyfile("0.mp4", videos / f"both.{ending}")
    data = words[:2] == ["data", "check"]
    result = run(*words, *([] if data else ["--backbone", toy_backbone]))
    assert (result.code, result.out) == (code, "")
    assert reason in result.err
    assert "Traceback" not in result.err


@pytest.mark.skipif(not REAL.exists(), reason="the shared real videos are not here")
def test_real_videos(run: Command, clip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    how = ("--backbone", clip, "--sampler", "uniform(4)")
    names = sorted(path.stem for path in REAL.iterdir())
    mine = (questions(*names), "--video-dir", REAL)
    trained = run("train", *mine, *how, *SMALL, "--output", "run", "--json")
    assert trained.code == 0
    assert sum(trained.json["train"]["videos"].values()) == 6
    asked = ("ask", REAL / "car-detection", "-q", "What colour is the car?", "-o", "red", "-o", "green")
    answer = run(*asked, "--run", "run", "--save-figure", "answer.png", "--json").json
    assert len(answer["times"]) == 4
    assert 0 < answer["times"][0] < answer["times"][-1] < 30.2
    assert Path("answer.png").stat().st_size > 10_000
