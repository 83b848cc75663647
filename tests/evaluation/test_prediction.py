from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.question import Question
from temadapter.errors import DataError
from temadapter.evaluation.prediction import (
    chance,
    mean_scores,
    predict,
    read_predictions,
    scores,
    write_predictions,
)
from temadapter.methods.base import Batch


class Fixed:
    """Gives the logits that it was made with, batch by batch."""

    name, needs, text, trainable = "fixed", "features", "raw", False

    def __init__(self, *logits: list[list[float]]) -> None:
        self.logits = iter(logits)

    def score(self, batch: Batch) -> torch.Tensor:
        return torch.tensor(next(self.logits))


def batch(*ids: str, width: int = 4) -> Batch:
    size = len(ids)
    return Batch(
        frames=torch.zeros(size, 1, 2),
        options=torch.zeros(size, width, 2),
        option_mask=torch.ones(size, width, dtype=torch.bool),
        ids=ids,
    )


QUESTIONS = (
    Question("1", "a.mp4", "What?", ("x", "", "y", "z"), 2, type="U"),
    Question("2", "a.mp4", "What?", ("x", "y"), None, type="F"),
)
LOGITS = [[0.0, 9.0, 3.0, 1.0], [1.0, 2.0, 50.0, 50.0]]


def test_empty_options_are_never_chosen_unless_they_compete() -> None:
    masked = predict(Fixed(LOGITS), [batch("1", "2")], QUESTIONS)
    compete = predict(Fixed(LOGITS), [batch("1", "2")], QUESTIONS, empty_options="compete")
    assert (masked[0].chosen, masked[0].correct, masked[0].probabilities[1]) == (2, True, 0.0)
    assert (compete[0].chosen, compete[0].correct) == (1, False)


def test_padding_of_the_batch_is_never_chosen() -> None:
    for empty in ("masked", "compete"):
        (_, second) = predict(Fixed(LOGITS), [batch("1", "2")], QUESTIONS, empty_options=empty)  # type: ignore[arg-type]
        assert second.chosen == 1
        assert len(second.probabilities) == 2
        assert second.correct is None


@given(st.lists(st.floats(-50, 50), min_size=4, max_size=4))
def test_probabilities_add_up_to_one_and_follow_the_logits(logits: list[float]) -> None:
    (found,) = predict(Fixed([logits]), [batch("1")], QUESTIONS[:1])
    assert sum(found.probabilities) == pytest.approx(1, abs=1e-5)
    assert found.probabilities[found.chosen] == max(found.probabilities)


def test_batches_and_questions_must_belong_together() -> None:
    with pytest.raises(DataError, match="'2' where '1' was expected"):
        predict(Fixed(LOGITS), [batch("2", "1")], QUESTIONS)


def test_logits_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(DataError, match="no usable logit"):
        predict(Fixed([[float("nan")] * 4]), [batch("1")], QUESTIONS)


def test_predictions_come_back_from_their_file(tmp_path: Path) -> None:
    found = predict(Fixed(LOGITS), [batch("1", "2")], QUESTIONS)
    write_predictions(tmp_path / "predictions.jsonl", found)
    assert read_predictions(tmp_path / "predictions.jsonl") == found
    with pytest.raises(DataError, match="temadapter evaluate"):
        read_predictions(tmp_path / "none.jsonl")
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(DataError, match=r"bad.jsonl:1"):
        read_predictions(tmp_path / "bad.jsonl")


def test_scores_leave_unknown_answers_out_and_average_over_seeds() -> None:
    found = predict(Fixed(LOGITS), [batch("1", "2")], QUESTIONS)
    assert scores(found) == {"1": 1.0}
    assert mean_scores([{"1": 1.0}, {"1": 0.0}, {"1": 0.0}, {"1": 0.0}]) == {"1": 0.25}
    with pytest.raises(DataError, match="same questions"):
        mean_scores([{"1": 1.0}, {"2": 1.0}])


def test_chance_counts_real_options_only() -> None:
    assert chance(QUESTIONS) == {"1": pytest.approx(1 / 3), "2": pytest.approx(1 / 2)}
