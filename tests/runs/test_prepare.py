from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from temadapter.backbones.registry import load_backbone
from temadapter.backbones.resized import with_preprocessing
from temadapter.config.run_config import Config, load_config
from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.descriptions.option_texts import option_texts
from temadapter.errors import ConfigError, DataError
from temadapter.features.key import preprocessing_of
from temadapter.features.missing import encode_missing
from temadapter.features.store import FeatureStore
from temadapter.runs.prepare import open_store, prepare, read_dataset, split_questions
from training_toy import ToyBackbone, toy_config


def dataset(splits: dict[str | None, int]) -> Dataset:
    questions = [
        Question(f"{split}-{n}-{k}", f"{split}-{n}.mp4", "What is it?", ("a car", "a bus"), 0, split=split)
        for split, videos in splits.items()
        for n in range(videos)
        for k in range(2)
    ]
    return Dataset("toy", Path(), tuple(questions))


def videos_of(questions: tuple[Question, ...]) -> set[str]:
    return {question.video for question in questions}


@given(
    st.dictionaries(st.sampled_from(["train", "val", "test"]), st.integers(1, 8), min_size=1),
    st.sampled_from(["paper", "official"]),
    st.integers(0, 5),
)
def test_no_cut_puts_a_video_on_both_sides_and_no_question_is_lost(
    splits: dict[str | None, int], preset: str, seed: int
) -> None:
    config = load_config(preset, [f"training.seed={seed}"])
    data = dataset(splits)
    parts = split_questions(data, config)
    seen = [question.id for part in parts.values() for question in part]
    assert len(seen) == len(set(seen))
    lost = {q.id for q in data.questions} - set(seen)
    assert all(
        name.startswith("val-") for name in lost
    )  # the data's own validation split, where none is wanted
    assert not lost or preset == "official"
    for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
        assert not videos_of(parts[first]) & videos_of(parts[second])


def test_own_splits_are_used_as_they_are() -> None:
    parts = split_questions(dataset({"train": 5, "val": 2, "test": 3}), Config())
    assert {name: len(part) for name, part in parts.items()} == {"train": 10, "validation": 4, "test": 6}


def test_data_without_splits_get_a_test_split_that_is_the_same_for_every_seed() -> None:
    data = dataset({None: 20})
    first = split_questions(data, load_config("paper", ["training.seed=1"]))
    second = split_questions(data, load_config("paper", ["training.seed=2"]))
    assert first["test"] == second["test"]
    assert len(videos_of(first["test"])) == 4
    assert first["validation"] != second["validation"]


def test_splits_are_read_as_the_readers_read_them_and_none_is_guessed() -> None:
    parts = split_questions(dataset({"Training": 5, "dev ": 2, "TEST": 3}), Config())
    assert {name: len(part) for name, part in parts.items()} == {"train": 10, "validation": 4, "test": 6}
    with pytest.raises(DataError, match="the split is 'fold1', but it must be train, val or test"):
        split_questions(dataset({"fold1": 2, "test": 2}), Config())
    with pytest.raises(DataError, match="has no split, but others have one"):
        split_questions(dataset({"train": 2, None: 2}), Config())


def test_last_epoch_selection_holds_nothing_out() -> None:
    parts = split_questions(dataset({"train": 10, "test": 2}), load_config("official"))
    assert parts["validation"] == ()
    assert len(parts["train"]) == 20


def test_limit_is_for_each_split() -> None:
    parts = split_questions(dataset({"train": 10, "test": 10}), load_config("paper", ["data.limit=3"]))
    assert [len(part) for part in parts.values()] == [3, 2, 3]


def test_a_fraction_of_the_training_videos_is_the_same_for_every_seed() -> None:
    data = dataset({"train": 20, "val": 4, "test": 4})
    whole = split_questions(data, load_config("paper"))
    first, second = (
        split_questions(data, load_config("paper", ["data.training_fraction=0.25", f"training.seed={seed}"]))
        for seed in (1, 2)
    )
    assert first == second
    assert len(videos_of(first["train"])) == 5
    assert (first["validation"], first["test"]) == (whole["validation"], whole["test"])


@pytest.mark.parametrize("fraction", [0.1, 0.5])
def test_so_many_videos_as_are_asked_for_are_held_out_for_the_test(fraction: float) -> None:
    parts = split_questions(dataset({None: 20}), load_config("paper", [f"data.test_fraction={fraction}"]))
    assert len(videos_of(parts["test"])) == 20 * fraction


def test_dataset_reader_and_video_folder_are_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("video,q,options,answer\na.mp4,What is it?,a car|a bus,0\n")
    (tmp_path / "elsewhere").mkdir()
    sets = [f"data.dataset={tmp_path / 'mine.csv'}", "data.reader=own:question=q"]
    found = read_dataset(load_config("paper", [*sets, f"data.video_dir={tmp_path / 'elsewhere'}"]).data)
    assert [question.text for question in found.questions] == ["What is it?"]
    assert found.video_dir == tmp_path / "elsewhere"


def test_dataset_must_be_named() -> None:
    with pytest.raises(ConfigError, match=r"data\.dataset"):
        read_dataset(Config().data)


def test_event_descriptions_keep_empty_options_empty() -> None:
    question = Question("1", "a.mp4", "What is the color of the car?", ("red", "", "blue"), 0)
    (described,) = option_texts([question], "rules")
    (raw,) = option_texts([question], "raw")
    assert raw == ("red", "", "blue")
    assert described[1] == ""
    assert described[0] != "red"
    assert "red" in described[0]


def test_prepare_encodes_each_text_once_and_no_video_twice(world: Path) -> None:
    asked: list[str] = []

    class Counting(ToyBackbone):
        fingerprint = ToyBackbone.fingerprint

        def encode_texts(self, texts: list[str]) -> torch.Tensor:
            asked.extend(texts)
            rows: torch.Tensor = super().encode_texts(texts)
            return rows

    config = toy_config(world)
    data = read_dataset(config.data)
    splits = split_questions(data, config)
    first = prepare(data, splits, config, Counting())
    assert first.extracted == 0
    assert len(asked) == len(set(asked))
    asked.clear()
    prepare(data, splits, config, Counting())
    assert asked == []
    assert first.banks["train"].videos is first.banks["test"].videos


def test_control_reaches_the_frames(world: Path) -> None:
    config = toy_config(world)
    data = read_dataset(config.data)
    splits = split_questions(data, config)
    plain = prepare(data, splits, config, ToyBackbone()).banks["test"]
    one = replace(config, features=replace(config.features, control="one_frame"))
    still = prepare(data, splits, one, ToyBackbone()).banks["test"].videos
    assert torch.equal(still.frames[0, 0], plain.videos.frames[0, 2])
    assert bool((still.frames == still.frames[:, :1]).all())


def test_preprocessing_is_the_backbones_unless_another_is_asked_for() -> None:
    backbone = ToyBackbone()
    assert with_preprocessing(backbone, None) is backbone
    assert with_preprocessing(backbone, "crop") is backbone
    squashed = with_preprocessing(backbone, "official")
    assert squashed.resize_mode == "squash"
    assert preprocessing_of(squashed) != preprocessing_of(backbone)
    assert squashed.fingerprint == backbone.fingerprint


def test_frames_reach_the_backbone_squashed() -> None:
    class Seeing(ToyBackbone):
        def encode_frames(self, frames: np.ndarray) -> tuple[int, ...]:
            return frames.shape

    wide = np.zeros((2, 32, 64, 3), dtype=np.uint8)
    assert with_preprocessing(Seeing(), "squash").encode_frames(wide) == (2, 16, 16, 3)


def test_parts_of_a_video_are_videos_of_their_own(
    tmp_path: Path, toy_backbone: str, red_then_blue: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"id": str(number), "video": red_then_blue.name, "question": "Which?", "options": ["red", "blue"]}
        | {"answer": 0, "start": number % 2 * 2.5, "end": number % 2 * 2.5 + 1.4, "split": "test"}
        for number in range(4)
    ]
    rows.append({**rows[0], "id": "whole", "start": None, "end": None})
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    config = load_config(
        sets=[
            f"data.dataset={file}",
            "method=zero-shot",
            f"features.backbone={toy_backbone}",
            "features.sampler=uniform(4)",
            f"features.store={tmp_path / 'features'}",
        ]
    )
    dataset = read_dataset(config.data)
    bank = prepare(dataset, split_questions(dataset, config), config, load_backbone(toy_backbone)).banks[
        "test"
    ]
    assert bank.video.tolist() == [0, 1, 0, 1, 2]
    red, blue, whole = (bank.videos.frames[row].float().mean(0) for row in range(3))
    assert red[0] - red[2] > 0.8
    assert blue[2] - blue[0] > 0.8
    assert 0.4 < whole[0] < 0.6


@pytest.mark.parametrize(("sampler", "hint"), [("uniform(4)", True), ("uniform(6)", False)])
def test_features_of_another_sampler_are_told_before_an_extraction(
    world: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    sampler: str,
    hint: bool,
) -> None:
    from temadapter.features import encode_videos
    from temadapter.features.pending import ExtractionReport

    monkeypatch.setattr(encode_videos, "extract", lambda *_, **__: ExtractionReport(0, 0, (), 0, 0.0))
    config = toy_config(world, "paper", f"features.sampler={sampler}")
    data, toy = read_dataset(config.data), ToyBackbone()
    for questions in (data.questions, data.questions[:10]):
        encode_missing(data.parts(questions), open_store(config, toy), toy, sampler)
    said = '--set "features.sampler=uniform(6)" uses these'
    assert capsys.readouterr().err.count(said) == hint  # once: five videos are no hour


def test_features_that_lack_a_video_or_are_of_another_backbone_are_not_recommended(tmp_path: Path) -> None:
    from temadapter.features.other_samplers import stored_with_another_sampler

    toy = ToyBackbone()
    videos = [(f"v{number}.mp4", tmp_path / f"v{number}.mp4") for number in range(30)]
    whole, other = (FeatureStore(tmp_path, backbone=toy, sampler=f"uniform({n})") for n in (2, 3))
    for name, _ in videos[:-1]:
        whole.write(name, features=torch.ones(2, toy.embedding_dim), times=torch.arange(2.0))
    assert stored_with_another_sampler(videos, other) is None
    assert stored_with_another_sampler(videos[:-1], other) == "uniform(2)"
    toy.fingerprint = "0123456789abcdef"
    assert (
        stored_with_another_sampler(videos[:-1], FeatureStore(tmp_path, backbone=toy, sampler="uniform(3)"))
        is None
    )
