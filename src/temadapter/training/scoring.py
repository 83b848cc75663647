"""Judging a method on a bank of questions: predictions, accuracy per type, empty options both ways."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from temadapter.evaluation.accuracy_table import AccuracyTable, accuracy_table
from temadapter.evaluation.none_fits import FEWEST_QUESTIONS, MOST_QUESTIONS, NoneFits, learn_none_fits
from temadapter.evaluation.prediction import EmptyOptions, Prediction, predict
from temadapter.evaluation.statistics import Estimate, accuracy, clusters_of
from temadapter.methods.base import Batch, Method
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


def none_fits_of(
    method: Method, bank: QuestionBank | None, size: int, *, most: int = MOST_QUESTIONS
) -> NoneFits | None:
    """Learn from validation questions how likely it is that none of a question's options is right.

    Args:
        method: The trained method.
        bank: Validation questions with known answers; None where there are none.
        size: Questions in a batch.
        most: More questions than so many are not asked again.
    """
    if bank is None or len(bank) < FEWEST_QUESTIONS:
        return None
    some = bank.take(range(0, len(bank), math.ceil(len(bank) / most)))
    parts = [part for batch in some.batches(size) for part in one_left_out(method, batch)]
    largest, without, weights = (torch.cat(column).numpy(force=True) for column in zip(*parts, strict=True))
    return learn_none_fits(largest, without, weights, questions=len(some))


def one_left_out(method: Method, batch: Batch) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Score questions with an option left out, each in turn.

    Yields:
        The largest logit that is left, whether the right option was left out, and how much that counts, (B',) each:
        1 without the right option, and 1 for all wrong ones together.
    """
    assert batch.answers is not None
    count = batch.option_mask.sum(dim=1)
    for place in range(batch.option_mask.shape[1]):
        mask = batch.option_mask.clone()
        mask[:, place] = False
        has = batch.option_mask[:, place]
        with torch.inference_mode():
            # a question without such an option is scored as it is, and dropped
            logits = method.score(
                replace(batch, option_mask=torch.where(has[:, None], mask, batch.option_mask))
            )
        without = batch.answers == place
        weights = torch.where(without, 1.0, 1 / (count - 1))
        yield logits.double().amax(dim=1)[has], without[has], weights.double()[has]


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
