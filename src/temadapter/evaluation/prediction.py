"""What a method answered, question by question: made from its logits, kept as JSON lines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from temadapter.data.question import Question
from temadapter.errors import DataError
from temadapter.files import write_text_atomic
from temadapter.text_formats import json_value

if TYPE_CHECKING:
    from torch import Tensor

    from temadapter.methods.base import Batch, Method

EmptyOptions = Literal["masked", "compete"]


@dataclass(frozen=True)
class Prediction:
    """One answered question.

    Args:
        id: The question's id.
        video: The question's video.
        type: The question's type.
        answer: Index of the correct option, None where it is not known.
        chosen: Index of the option with the highest logit.
        correct: Whether they agree, None where the answer is not known.
        probabilities: N numbers that add up to 1: the softmax of the logits; 0 for a masked option.
        group: Where the video comes from (a camera, a source), where the data say so.
    """

    id: str
    video: str
    type: str | None
    answer: int | None
    chosen: int
    correct: bool | None
    probabilities: tuple[float, ...]
    group: str | None = None

    @property
    def cluster(self) -> str:
        """What intervals are clustered by: the source, or else the video."""
        return self.group or self.video

    def to_json(self) -> str:
        """Return one line of `predictions.jsonl`."""
        return json.dumps(asdict(self), ensure_ascii=False)


def predict(
    method: Method,
    batches: Iterable[Batch],
    questions: Iterable[Question],
    *,
    empty_options: EmptyOptions = "masked",
) -> list[Prediction]:
    """Let a method answer every question of some batches.

    Args:
        method: A method, trained or not.
        batches: Batches whose option masks say the same as `empty_options`. A method whose logits depend on
            the batch (preset `official`) wants the batches that it is to be judged by.
        questions: The questions in the batches' order.
        empty_options: `masked`: an empty option is never chosen and has probability 0. `compete`: it counts
            like any other, as in the authors' code (docs/method.md section 7, row 6).

    Returns:
        One prediction a question, in order.

    Raises:
        DataError: The batches and the questions do not belong together, or a logit is not a number.
    """
    import torch

    predictions: list[Prediction] = []
    remaining = iter(questions)
    with torch.inference_mode():
        for batch in batches:
            logits = method.score(batch).float().cpu()
            for row, identifier in zip(logits, batch.ids, strict=True):
                question = next(remaining, None)
                if question is None or question.id != identifier:
                    found = None if question is None else question.id
                    raise DataError(f"The batches hold question {identifier!r} where {found!r} was expected.")
                predictions.append(_prediction(question, row, empty_options))
    return predictions


def _prediction(question: Question, logits: Tensor, empty_options: EmptyOptions) -> Prediction:
    """Read one question's logits `(>= N,)`; what lies beyond its own N options is padding of the batch."""
    own = logits[: len(question.options)]
    if empty_options == "masked":
        own = own.masked_fill(~own.new_tensor(question.option_mask).bool(), -math.inf)
    if own.isnan().any() or not own.isfinite().any():
        raise DataError(f"The method gave no usable logit for question {question.id!r}: {own.tolist()}.")
    chosen = int(own.argmax())
    correct = None if question.answer is None else chosen == question.answer
    probabilities = tuple(round(p, 6) for p in own.softmax(0).tolist())
    return Prediction(
        question.id,
        question.video,
        question.type,
        question.answer,
        chosen,
        correct,
        probabilities,
        question.group,
    )


def chance(questions: Iterable[Question]) -> dict[str, float]:
    """Return the expected accuracy of a random choice among the real options, by question id."""
    return {question.id: 1 / sum(question.option_mask) for question in questions}


def write_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    """Write predictions as JSON lines, in one step."""
    write_text_atomic(path, "".join(f"{prediction.to_json()}\n" for prediction in predictions))


def read_predictions(path: Path) -> list[Prediction]:
    """Read what `write_predictions` wrote.

    Raises:
        DataError: No such file, or a line that is no prediction.
    """
    if not path.is_file():
        raise DataError(f"There are no predictions at {path}. Evaluate the run first: temadapter evaluate.")
    predictions = []
    lines = path.read_text(encoding="utf-8").split("\n")  # other line ends may stand in a text
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            row = json_value(line)
            predictions.append(Prediction(**{**row, "probabilities": tuple(row["probabilities"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"{path}:{number}: not a prediction ({error}).") from None
    return predictions


def scores(predictions: Iterable[Prediction]) -> dict[str, float]:
    """Return 1 (right) or 0 (wrong) by question id, without the questions whose answer is not known."""
    return {p.id: float(p.correct) for p in predictions if p.correct is not None}


def mean_scores(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average the scores of several seeds, question by question.

    Raises:
        DataError: No runs, or the runs did not answer the same questions.
    """
    if not runs:
        raise DataError("There are no runs to average.")
    if any(run.keys() != runs[0].keys() for run in runs):
        raise DataError("The runs did not answer the same questions, so their scores cannot be averaged.")
    return {identifier: sum(run[identifier] for run in runs) / len(runs) for identifier in runs[0]}
