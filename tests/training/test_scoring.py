from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch
from torch import Tensor

from temadapter.backbones import registry
from temadapter.data.question import Question
from temadapter.evaluation import none_fits
from temadapter.features.store import FeatureStore
from temadapter.methods.base import Batch
from temadapter.qa import SeenVideo, VideoQA
from temadapter.runs.train import train_run
from temadapter.training import scoring
from temadapter.training.batches import QuestionBank, Texts, Videos
from temadapter.training.scoring import none_fits_of
from training_toy import ToyBackbone, make_world, toy_config


@dataclass
class Told:
    """A method whose logits are the first number of each option's features; it notes what it was asked."""

    masks: list[list[bool]] = field(default_factory=list)

    def score(self, batch: Batch) -> Tensor:
        self.masks += batch.option_mask.tolist()
        return batch.options[..., 0].masked_fill(~batch.option_mask, -torch.inf)


def bank_of(questions: list[Question], logits: dict[str, float]) -> QuestionBank:
    texts = Texts(
        torch.tensor([[value] for value in logits.values()]), {text: row for row, text in enumerate(logits)}
    )
    videos = Videos(torch.zeros(1, 1, 1), torch.ones(1, 1, dtype=torch.bool), {"v": 0})
    return QuestionBank.build(questions, [question.options for question in questions], videos, texts)


def test_each_option_is_left_out_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[tuple[list[float], list[bool], list[float], int]] = []

    def learn(largest, without, weights, *, questions):  # type: ignore[no-untyped-def]
        learned.append((largest.tolist(), without.tolist(), weights.tolist(), questions))

    monkeypatch.setattr(scoring, "learn_none_fits", learn)
    monkeypatch.setattr(scoring, "FEWEST_QUESTIONS", 2)
    questions = [
        Question("1", "v", "What?", ("high", "", "low", "middle"), 3),
        Question("2", "v", "What?", ("low", "high"), 1),
    ]
    method = Told()
    none_fits_of(method, bank_of(questions, {"high": 3.0, "middle": 2.0, "low": 1.0, "": 9.0}), 8)  # type: ignore[arg-type]
    ((largest, without, weights, count),) = learned
    rows = sorted(zip(largest, without, weights, strict=True))
    assert rows == [
        (1.0, True, 1.0),  # low, without high
        (2.0, False, 0.5),  # low and middle, without high
        (3.0, False, 0.5),  # high and middle
        (3.0, False, 1.0),  # high, without low
        (3.0, True, 1.0),  # high and low, without middle
    ]
    assert count == 2
    assert all(any(mask) for mask in method.masks)


def test_few_questions_are_not_asked_again() -> None:
    method = Told()
    bank = bank_of([Question("1", "v", "What?", ("a", "b"), 0)], {"a": 1.0, "b": 0.0})
    assert none_fits_of(method, bank, 8) is None  # type: ignore[arg-type]
    assert none_fits_of(method, None, 8) is None  # type: ignore[arg-type]
    assert method.masks == []


def test_a_run_learns_it_and_its_answers_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "FEWEST_QUESTIONS", 4)
    monkeypatch.setattr(none_fits, "FEWEST_QUESTIONS", 4)
    monkeypatch.setattr(none_fits, "LEAST_AUC", 0.0)
    make_world(tmp_path)
    run = train_run(toy_config(tmp_path, "plus"), tmp_path / "run", backbone=ToyBackbone())
    block = run.results["train"]["none_fits"]
    assert 0 < block["auc"] <= 1
    assert block["questions"] == run.results["train"]["questions"]["validation"]
    backbone = ToyBackbone()
    monkeypatch.setitem(registry._registered, "toy", registry._Entry(lambda *_, **__: backbone, ""))
    store = FeatureStore(tmp_path / "features", backbone=backbone, sampler="uniform(6)")
    video = SeenVideo("v0.mp4", store.read("v0.mp4"))
    answer = VideoQA.load(tmp_path / "run").ask(video, "Which colour is first?", ["red", "blue"])
    assert answer.none_fits is not None
    assert 0 <= answer.none_fits <= 1
