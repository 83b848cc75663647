"""The authors' files, in small: converted, evaluated and exported again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

from presets import official_model
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.parameter_names import official_state_dicts

Runner = Callable[..., Any]
HEADER = ["record_id", "vid_id", "vid_filename", "perspective", "q_body", "q_type"]
HEADER += ["option0", "option1", "option2", "option3", "answer"]
IDS = (103, 100, 104, 102, 101)
VIDEOS = len(IDS)


@pytest.fixture
def authors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out the authors' four files: two checkpoints, features, and questions with event descriptions."""
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    states = official_state_dicts(TemAdapter(official_model(embedding_dim=64)))
    for name, state in zip(("tempaligner_49.pt", "semanticaligner_49.pt"), states, strict=True):
        torch.save(
            {"epoch": 49, "state_dict": state, "optimizer": {}, "model_kwargs": {"visual_dim": 64}}, name
        )
    features = np.random.default_rng(0).normal(size=(VIDEOS, 8, 16, 64)).astype(np.float32)
    features[0, 0, 0, :4] = [-0.0, 1e-42, 7e5, np.float32(1 / 3)]  # not one of them is a float16
    with h5py.File("app_feat.h5", "w") as file:
        file["appearance_features"] = features
        file["ids"] = np.array(IDS)
    rows = [
        [
            i,
            sorted(IDS)[i % VIDEOS],
            f"v{i % VIDEOS}.mp4",
            1,
            "Which?",
            "U",
            "A red car.",
            "A bus.",
            "",
            f"Car {i}.",
            3,
        ]
        for i in range(13)
    ]
    Path("output_file_test.jsonl").write_text("\n".join(map(json.dumps, [HEADER, *rows])))
    return tmp_path


def convert(run: Runner, *more: object) -> Any:
    checkpoints = ("tempaligner_49.pt", "semanticaligner_49.pt")
    return run("convert", "checkpoint", *checkpoints, "--output", "runs/authors", "--backbone", "toy", *more)


def test_checkpoints_and_features_answer_as_the_authors_model_does(
    run: Runner, authors: Path, toy_backbone: str
) -> None:
    assert convert(run, "--json").json["parameters_for_answering"] > 0
    words = ("--annotations", "output_file_test.jsonl", "--backbone", toy_backbone, "--json")
    imported = run("convert", "features", "app_feat.h5", *words)
    assert (imported.json["imported"], imported.json["not_in_annotations"]) == (VIDEOS, 0)
    result = run(
        "evaluate", "runs/authors", "output_file_test.jsonl", "--json", "--output", "predictions.jsonl"
    )
    assert result.code == 0, result.err
    chosen = [json.loads(line)["chosen"] for line in Path("predictions.jsonl").read_text().splitlines()]
    assert chosen == expected(toy_backbone)
    assert result.json["test"]["empty_options"]["used"] == "compete"
    card = Path("runs/authors/README.md").read_text()
    assert "Converted from the authors' tempaligner_49.pt and semanticaligner_49.pt" in card
    assert "video r mod B" in card


def test_the_authors_model_can_be_asked_with_fewer_options(
    run: Runner, authors: Path, toy_backbone: str, red_then_blue: Path
) -> None:
    convert(run)
    words = ("ask", red_then_blue, "-q", "What colour is it?", "--run", "runs/authors", "--json")
    two = run(*words, "-o", "red", "-o", "blue")
    assert two.code == 0, two.err
    assert two.json["event_descriptions"] == ["It is red.", "It is blue."]
    assert sum(two.json["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert len(two.json["times"]) == 128
    five = run(*words, *(word for option in "abcde" for word in ("-o", option)))
    assert (five.code, five.out) == (2, "")
    assert "exactly four options" in five.err


def expected(backbone: str) -> list[int]:
    """Answer with the model itself: one batch in file order, since preset official depends on it."""
    from temadapter.backbones.registry import load_backbone
    from temadapter.official.authors_checkpoint import load_official_files

    rows = [json.loads(line) for line in Path("output_file_test.jsonl").read_text().splitlines()[1:]]
    model = load_official_files(Path("tempaligner_49.pt"), Path("semanticaligner_49.pt"))
    texts = torch.stack([load_backbone(backbone).encode_texts(row[6:10]) for row in rows])
    with h5py.File("app_feat.h5") as file:
        frames = torch.from_numpy(file["appearance_features"][:])[[IDS.index(row[1]) for row in rows]]
    with torch.no_grad():
        return model(frames, texts).logits.argmax(1).tolist()


def test_one_command_answers_the_authors_questions(run: Runner, authors: Path, toy_backbone: str) -> None:
    files = ("tempaligner_49.pt", "semanticaligner_49.pt", "app_feat.h5", "output_file_test.jsonl")
    words = ("convert", "authors", *files, "--output", "runs/authors", "--backbone", toy_backbone)
    result = run(*words, "--json")
    assert result.code == 0, result.err
    rows = [json.loads(line) for line in Path("output_file_test.jsonl").read_text().splitlines()[1:]]
    right = sum(chosen == row[10] for chosen, row in zip(expected(toy_backbone), rows, strict=True))
    facts = result.json
    assert (facts["right"], facts["questions"], facts["imported"]) == (right, len(rows), VIDEOS)
    assert f"Right: {right} of {len(rows)}." in run(*words, "--overwrite").out
    assert run(*words).code == 2  # a run stands there
    again = run("evaluate", "runs/authors", "output_file_test.jsonl", "--json")
    assert again.json["test"] == facts["test"]


def test_a_video_without_features_is_said(run: Runner, authors: Path, toy_backbone: str) -> None:
    with h5py.File("app_feat.h5", "r+") as file:
        file["ids"][0] = 7
    files = ("tempaligner_49.pt", "semanticaligner_49.pt", "app_feat.h5", "output_file_test.jsonl")
    result = run("convert", "authors", *files, "--output", "runs/authors", "--backbone", toy_backbone)
    assert result.code == 3
    assert "Left out: " in result.err
    assert "2 questions were left out" in result.out


def test_features_come_back_bit_for_bit(run: Runner, authors: Path, toy_backbone: str) -> None:
    words = ("--annotations", "output_file_test.jsonl", "--backbone", toy_backbone)
    assert run("convert", "features", "app_feat.h5", *words).code == 0
    exported = run("convert", "features", "new/back.h5", "--export", *words, "--json")
    assert exported.json["exported"] == VIDEOS
    with h5py.File("app_feat.h5") as before, h5py.File("new/back.h5") as after:
        assert before.keys() == after.keys()
        for name in before:
            assert before[name].dtype == after[name].dtype
            assert before[name][:].tobytes() == after[name][:].tobytes()


def test_wrong_files_are_one_sentence(run: Runner, authors: Path, toy_backbone: str) -> None:
    torch.save({"state_dict": {}, "optimizer": print}, "evil.pt")
    swapped = run("convert", "checkpoint", "semanticaligner_49.pt", "tempaligner_49.pt", "--output", "x")
    evil = run("convert", "checkpoint", "evil.pt", "semanticaligner_49.pt", "--output", "x")
    missing = run(
        "convert", "features", "none.h5", "--annotations", "output_file_test.jsonl", "--backbone", "toy"
    )
    for result, reason in ((swapped, "swapped"), (evil, "refused"), (missing, "no feature file none.h5")):
        assert (result.code, result.out) == (1, "")
        assert reason in result.err
    assert not Path("x").exists()
    assert convert(run).code == 0
    assert convert(run).code == 2
    assert convert(run, "--overwrite").code == 0


def test_features_need_annotations_that_name_the_videos(
    run: Runner, authors: Path, toy_backbone: str
) -> None:
    Path("mine.csv").write_text("video,question,options\na.mp4,What?,x|y\n")
    result = run(
        "convert", "features", "app_feat.h5", "--annotations", "mine.csv", "--backbone", toy_backbone
    )
    assert result.code == 1
    assert "names no vid_id" in result.err
    words = ("--annotations", "output_file_test.jsonl", "--backbone", toy_backbone, "--export")
    assert "has none of these videos" in run("convert", "features", "back.h5", *words).err
