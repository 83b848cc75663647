from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_one_question(run: Callable[..., Any]) -> None:
    words = (
        "describe",
        "-q",
        "What might be the reason for this accident?",
        "-o",
        "Speeding vehicle",
        "-o",
        "Others",
    )
    result = run(*words)
    assert result.code == 0
    assert result.out.splitlines()[1].strip().endswith("Speeding vehicle is the reason for this accident.")
    assert (
        run(*words, "--json").json[0]["descriptions"][1] == "Something else is the reason for this accident."
    )


def test_a_dataset_and_its_bad_rows(run: Callable[..., Any], tmp_path: Path) -> None:
    good = {"id": "q1", "video": "a.mp4", "question": "Is it raining?", "options": ["Yes", "", "No"]}
    rows = [good, {**good, "id": "q2"}, {"id": "q3"}]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    result = run("describe", file, "--json", "--limit", "1")
    assert result.code == 0
    assert result.json == [
        {
            "id": "q1",
            "question": "Is it raining?",
            "options": ["Yes", "", "No"],
            "descriptions": ["It is raining.", "", "It is not raining."],
        }
    ]
    assert "mine.jsonl:3: the row has no video" in result.err


def test_a_missing_dataset(run: Callable[..., Any], tmp_path: Path) -> None:
    result = run("describe", tmp_path / "none")
    assert (result.code, result.out) == (1, "")
    assert "There is no dataset at" in result.err
