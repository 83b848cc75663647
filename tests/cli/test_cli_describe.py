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


def _dataset(tmp_path: Path, rows: int = 30) -> Path:
    file = tmp_path / "mine.jsonl"
    lines = [
        {"id": f"q{i}", "video": "a.mp4", "question": f"Is car {i} red?", "options": ["Yes", "No"]}
        for i in range(rows)
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


def test_a_sample_is_drawn_by_its_seed(run: Callable[..., Any], tmp_path: Path) -> None:
    file = _dataset(tmp_path)
    drawn = [
        run("describe", "--dataset", file, "--sample", "5", "--seed", seed, "--json").json for seed in "112"
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 5
    numbers = [int(row["id"][1:]) for row in drawn[0]]
    assert numbers == sorted(numbers)
    assert len(run("describe", file, "--sample", "500", "--json").json) == 30


def test_columns_of_any_name(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("clip;q;a0;a1\na.mp4;Is it raining?;Yes;No\n", encoding="utf-8")
    words = ("describe", "--dataset", file, "--json")
    result = run(*words, "--columns", "video=clip,question=q,options=a0:a1")
    assert result.json[0]["descriptions"] == ["It is raining.", "It is not raining."]
    assert "--columns question=" in run(*words).err
    assert "no column a9" in run(*words, "--columns", "video=clip,question=q,options=a0+a9").err


def test_rules_of_a_file(run: Callable[..., Any], tmp_path: Path) -> None:
    rules = tmp_path / "own.yaml"
    rules.write_text(
        "rules:\n- question: '^is (?P<it>.+) red'\n  'yes': '{it} glows'\n  'no': '{it} is dull'\n"
    )
    result = run("describe", "-q", "Is the car red?", "-o", "No", "--rules", rules, "--json")
    assert result.json[0]["descriptions"] == ["The car is dull."]


def test_wrong_usage_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    one = ("describe", "-q", "Is it red?", "-o", "Yes")
    for words, says in (
        ((*one, "--rules", tmp_path / "no.yaml"), "cannot be read"),
        ((*one, "--rules", "traffic", "--model", "hf:a/b"), "not both"),
        ((*one, "--model", "t5"), "hf:NAME"),
        ((*one, "--sample", "3"), "--sample"),
        ((*one, "--dataset", "a.jsonl"), "Give either one dataset"),
        ((*one, "--columns", "question=q"), "belong to a dataset"),
        (("describe", "a.csv", "--columns", "question=q", "--reader", "nextqa"), "--columns belongs to"),
        (("describe",), "Give either one dataset"),
        (("describe", "-q", "Is it red?"), "--option"),
        (("describe", "-q", "What is shown?", "-o", "", "-o", " ?"), "Every option is empty"),
        (("describe", "-q", " ", "-o", "a"), "The question is empty"),
    ):
        result = run(*words)
        assert result.code == 2, words
        assert says in result.err, result.err
