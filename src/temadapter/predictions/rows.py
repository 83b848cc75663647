"""One answered question as a row of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temadapter.answer import Unanswered

if TYPE_CHECKING:
    from temadapter.answer import Answer
    from temadapter.data.question import Question
    from temadapter.evaluation.prediction import Prediction

Row = dict[str, Any]
COLUMNS = (
    "id",
    "video",
    "start",
    "end",
    "type",
    "split",
    "question",
    "options",
    "answer",
    "chosen",
    "chosen_option",
    "correct",
    "probabilities",
    "evidence",
    "event_descriptions",
    "damage",
    "error",
    "model",
)
"""What a row holds, in order. `answer` and `chosen` are 0-based; `evidence` are seconds from the start of the file."""

LISTS = {
    "options": "text",
    "probabilities": "number",
    "evidence": "number",
    "event_descriptions": "text",
    "damage": "text",
}
NUMBERS = {"start": float, "end": float, "answer": int, "chosen": int}


def answered_row(question: Question, answer: Answer | Unanswered, *, model: str) -> Row:
    """Return the row of a question that a model was asked; without an answer it says why in `error`.

    Args:
        question: The question; its empty options keep their places, with probability 0.
        answer: The answer to it, of its options that are not empty.
        model: What answered.
    """
    row = _asked(question) | {"model": model}
    if isinstance(answer, Unanswered):
        return row | {"error": answer.reason}
    places = [place for place, real in enumerate(question.option_mask) if real]
    probabilities = [0.0] * len(question.options)
    texts = [""] * len(question.options)
    for place, probability, text in zip(places, answer.probabilities, answer.event_descriptions, strict=True):
        probabilities[place], texts[place] = round(probability, 6), text
    return (
        row
        | _chosen(question, places[answer.index])
        | {
            "probabilities": probabilities,
            "evidence": [round(moment.time, 3) for moment in answer.evidence],
            "event_descriptions": texts,
            "damage": list(answer.damage),
        }
    )


def prediction_row(question: Question, prediction: Prediction, *, model: str) -> Row:
    """Return the row of a question of an evaluation."""
    row = _asked(question) | _chosen(question, prediction.chosen)
    return row | {"probabilities": list(prediction.probabilities), "model": model}


def is_failed(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has no answer."""
    return bool(row.get("error"))


def row_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what makes two rows the same question about the same thing."""
    options: Sequence[str] = row["options"]
    return (row["id"], row["video"], row["start"], row["end"], row["question"], tuple(options))


def question_key(question: Question) -> tuple[Any, ...]:
    """Return `row_key` of a question that was not asked yet."""
    return row_key(_asked(question))


def _asked(question: Question) -> Row:
    empty: Row = dict.fromkeys(COLUMNS)
    return empty | {
        "id": question.id,
        "video": question.video,
        "start": question.start,
        "end": question.end,
        "type": question.type,
        "split": question.split,
        "question": question.text,
        "options": list(question.options),
        "answer": question.answer,
    }


def _chosen(question: Question, chosen: int) -> Row:
    return {
        "chosen": chosen,
        "chosen_option": question.options[chosen],
        "correct": None if question.answer is None else chosen == question.answer,
    }
