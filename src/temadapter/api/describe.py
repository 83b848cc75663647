"""What the text tower reads in place of a question and its options: `temadapter.describe`, `describe_dataset`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DescribedQuestion:
    """A question of a dataset, and what the text tower reads in its place.

    Attributes:
        id: Of the question.
        question: The question.
        options: Its N options; "" for an empty one.
        descriptions: N sentences; "" for an empty option.
    """

    id: str
    question: str
    options: tuple[str, ...]
    descriptions: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "id": self.id,
            "question": self.question,
            "options": list(self.options),
            "descriptions": list(self.descriptions),
        }


def describe(question: str, options: Sequence[str], *, descriptions: str = "rules") -> tuple[str, ...]:
    """Return the event descriptions of a question's N options: N sentences, "" for an empty option.

    Args:
        question: The question.
        options: Its options.
        descriptions: `rules` (the package's), `rules:FILE` (your own rules first), `hf:REPO` or `dir:FOLDER` (a
            sequence-to-sequence model), `raw` (the options themselves).

    Raises:
        ConfigError: The question or every option is empty, or `descriptions` names nothing.

    Example:
        >>> describe("What might be the reason for this accident?", ["Speeding vehicle", "Rain"])
        ('Speeding vehicle is the reason for this accident.', 'Rain is the reason for this accident.')
    """
    from temadapter.descriptions.describers import get_describer
    from temadapter.descriptions.english.wording import clean_option
    from temadapter.errors import ConfigError

    describer = get_describer(descriptions)
    if not question.strip():
        raise ConfigError("The question is empty.")
    if isinstance(options, str):
        raise ConfigError("The options must be a list of texts, not one text.")
    if not any(map(clean_option, options)):
        raise ConfigError("Every option is empty: give at least one with words in it.")
    return tuple(describer(question, options))


def describe_dataset(
    dataset: str | Path,
    *,
    descriptions: str = "rules",
    reader: str | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> tuple[DescribedQuestion, ...]:
    """Return the event descriptions of a dataset's questions, in file order.

    Args:
        dataset: What `load_dataset` reads.
        descriptions: As for `describe`.
        reader: How to read it; recognised by its content when None.
        limit: Only the first so many questions.
        sample: Only so many of these, drawn by `seed`.
        seed: Of the drawing.

    Raises:
        ConfigError: `descriptions` or `reader` names nothing.
        DataError: There is no dataset.

    Example:
        >>> (row,) = describe_dataset("crossroads", limit=1)
        >>> row.question, row.descriptions[-1]
        ('Which vehicle will be the next in the crossing?', 'The ... will enter the crossing next.')
    """
    from temadapter.data.load import load_dataset
    from temadapter.descriptions.describers import get_describer
    from temadapter.progress import say

    describer = get_describer(descriptions)
    read = load_dataset(dataset, reader=reader)
    for problem in read.problems:
        say(f"Left out: {problem}")
    questions = read.limit(limit).questions
    if sample is not None and sample < len(questions):
        chosen = sorted(random.Random(seed).sample(range(len(questions)), sample))
        questions = tuple(questions[index] for index in chosen)
    return tuple(
        DescribedQuestion(one.id, one.text, one.options, tuple(describer(one.text, one.options)))
        for one in questions
    )
