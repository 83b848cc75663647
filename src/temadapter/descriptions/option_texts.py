"""What the text tower reads of questions: their options, or the descriptions that options become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from temadapter.descriptions.describers import RAW, get_describer
from temadapter.progress import track

if TYPE_CHECKING:
    from temadapter.data.question import Question


def option_texts(questions: Sequence[Question], spec: str) -> Iterator[tuple[str, ...]]:
    """Yield what the text tower reads of every question, "" for empty options.

    Args:
        questions: The questions.
        spec: A way of writing descriptions; see `get_describer`.

    Raises:
        ConfigError: There is no such way, or its rules or its model cannot be loaded.
    """
    if spec == RAW:
        yield from (question.options for question in questions)
        return
    describer = get_describer(spec)
    asked: Iterable[Question] = questions
    if spec.startswith(("hf:", "dir:")):  # slow enough to be watched
        asked = track(questions, "Describing", total=len(questions))
    for question in asked:
        yield tuple(describer(question.text, question.options))
