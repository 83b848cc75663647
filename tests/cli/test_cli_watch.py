from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from live_server import sending

Run = Callable[..., Any]
ASKED = ("-q", "Which colour?", "-o", "red", "-o", "blue", "--sampler", "uniform(4)", "--patience", "0")
RED, BLUE = (250, 5, 5), (5, 5, 250)


@pytest.fixture
def camera(tmp_path: Path, make_video: Callable[..., Path]) -> Iterator[str]:
    """Yield the address of a stream that is red for eight seconds, then blue for eight."""
    recording = make_video(tmp_path / "a.ts", [RED] * 80 + [BLUE] * 80)
    with sending(*[recording.read_bytes()] * 2) as address:
        yield address


@pytest.fixture
def words(toy_backbone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.chdir(tmp_path)
    return (*ASKED, "--backbone", toy_backbone, "--window", "4", "--every", "4")


def test_every_window_is_answered_and_written(run: Run, words: Any, camera: str) -> None:
    result = run("watch", camera, *words, "--output", "events.jsonl", "--json")
    assert result.code == 0
    events = [json.loads(line) for line in Path("events.jsonl").read_text().splitlines()]
    assert [json.loads(line) for line in result.out.splitlines()] == events
    assert [event["chosen_option"] for event in events] == ["red", "red", "blue", "blue"]
    assert [event["start"] for event in events] == pytest.approx([0, 4, 8, 12], abs=0.2)
    assert all(e["start"] <= moment <= e["end"] for e in events for moment in e["evidence"])
    assert {event["video"] for event in events} == {camera}
    assert all(event["frames"] == 4 and event["time"].endswith("+00:00") for event in events)


def test_only_changes_are_told(run: Run, words: Any, camera: str) -> None:
    result = run("watch", camera, *words, "--changes")
    lines = result.out.splitlines()
    assert [line.split()[-3] for line in lines] == ["red", "blue"]
    assert "2 answers" in result.err


def test_it_stops_after_so_many_and_adds_to_a_file(run: Run, words: Any, camera: str) -> None:
    assert run("watch", camera, *words, "--output", "e.jsonl", "--limit", "1").code == 0
    refused = run("watch", camera, *words, "--output", "e.jsonl", "--limit", "1")
    assert refused.code == 2
    assert "--resume" in refused.err
    assert run("watch", camera, *words, "--output", "e.jsonl", "--limit", "1", "--resume").code == 0
    assert len(Path("e.jsonl").read_text().splitlines()) == 2


def test_wrong_use_is_told_before_anything_is_loaded(run: Run, words: Any) -> None:
    assert run("watch", "tcp://127.0.0.1:1", *words, "--output", "events.csv").code == 2
    assert run("watch", "tcp://127.0.0.1:1", *words, "--resume").code == 2
    assert run("watch", "clip.mp4", *words).code == 2
    assert run("watch", "tcp://127.0.0.1:1", *words).code == 1
