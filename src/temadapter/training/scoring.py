"""Judging a method on a bank of questions: predictions, accuracy per type, empty options both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temadapter.evaluation.accuracy_table import AccuracyTable, accuracy_table
from temadapter.evaluation.prediction import EmptyOptions, Prediction, predict
from temadapter.evaluation.statistics import Estimate, accuracy, clusters_of
from temadapter.methods.base import Method
from temadapter.training.batches import QuestionBank


@dataclass(frozen=True)
class BothAccuracies:
    """Accuracy with empty options masked and with them competing (docs/method.md section 7, row 6).

    Args:
        used: The one that the predictions and the table follow.
        questions: How many questions have an empty option.
        masked: Accuracy if empty options cannot be chosen.
        compete: Accuracy if they count like any other.
    """

    used: EmptyOptions
    questions: int
    masked: Estimate
    compete: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "used": self.used,
            "questions_with_empty_options": self.questions,
            "masked": self.masked.to_json(),
            "compete": self.compete.to_json(),
        }


@dataclass(frozen=True)
class Tested:
    """How well a method answered.

    Args:
        table: Accuracy per question type, of this one method.
        empty_options: Accuracy with empty options masked, and with them competing.
    """

    table: AccuracyTable
    empty_options: BothAccuracies

    def to_json(self) -> dict[str, Any]:
        """Return the block `test` of `results.json`."""
        row = self.table.to_json()
        return row | {"empty_options": self.empty_options.to_json()}


def predict_bank(
    method: Method, bank: QuestionBank, size: int, *, empty_options: EmptyOptions
) -> list[Prediction]:
    """Let a method answer a bank in batches of `size` in file order, the last one smaller.

    The size matters to a run of preset `official`, whose predictions depend on the batch (docs/method.md section
    7, row 1): use `training.batch_size`.
    """
    batches = bank.batches(size, empty_options=empty_options)
    return predict(method, batches, bank.questions, empty_options=empty_options)


def score_predictions(
    method: Method,
    bank: QuestionBank,
    predictions: Sequence[Prediction],
    *,
    name: str,
    size: int,
    empty_options: EmptyOptions,
) -> Tested:
    """Return the accuracy of predictions that a method made of a bank.

    Args:
        method: The method; it answers once more if there are empty options, with these treated the other way.
        bank: The questions.
        predictions: Made with `empty_options`.
        name: What the table calls the method.
        size: Questions in a batch.
        empty_options: `masked` or `compete`.
    """
    padded = (bank.given & ~bank.real).any(dim=1)
    estimates = {empty_options: _accuracy(predictions)}
    other: EmptyOptions = "compete" if empty_options == "masked" else "masked"
    estimates[other] = estimates[empty_options]
    if bool(padded.any()):
        estimates[other] = _accuracy(predict_bank(method, bank, size, empty_options=other))
    both = BothAccuracies(empty_options, int(padded.sum()), estimates["masked"], estimates["compete"])
    return Tested(accuracy_table({name: predictions}, bank.questions), both)


def _accuracy(predictions: Sequence[Prediction]) -> Estimate:
    known = [prediction for prediction in predictions if prediction.correct is not None]
    return accuracy([float(bool(p.correct)) for p in known], list(clusters_of(known).values()))
