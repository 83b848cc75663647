"""Is there a shortcut? A text-only reader, trained on the training questions, against chance.

The reader sees the question, the options and their order, never the video: a conditional logit over words, pairs
of neighbouring words, (word of the question, word of the option) pairs, and how an option compares with the others
of its question (`comparison.py`). If the questions are balanced it learns nothing that carries over to the test
questions.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temadapter.crossroads.questions.comparison import comparisons
from temadapter.data.load import load_dataset
from temadapter.data.question import Question

TOLERANCE = 0.04  # how far from chance the reader may be, overall and for every type
_BUCKETS = 1 << 17


@dataclass(frozen=True)
class AuditRow:
    """Accuracy of the text-only reader on some of the test questions."""

    name: str
    questions: int
    chance: float
    accuracy: float

    @property
    def passes(self) -> bool:
        """Whether the accuracy is within `TOLERANCE` of chance."""
        return abs(self.accuracy - self.chance) <= TOLERANCE


@dataclass(frozen=True, repr=False)
class Audit:
    """The result of `audit`: one row for all questions, one for each type, and one for each family."""

    overall: AuditRow
    types: tuple[AuditRow, ...]
    families: tuple[AuditRow, ...]

    @property
    def passes(self) -> bool:
        """Whether text alone is at chance, overall and for every type."""
        return all(row.passes for row in (self.overall, *self.types))

    def __repr__(self) -> str:
        told = f"text only {self.overall.accuracy:.1%}, chance {self.overall.chance:.1%}"
        return f"Audit({told}, passes={self.passes})"

    def to_dict(self) -> dict[str, Any]:
        """Return every row for JSON."""
        rows = {"overall": asdict(self.overall)}
        parts = {"types": self.types, "families": self.families}
        return {
            "passes": self.passes,
            **rows,
            **{name: [asdict(row) for row in part] for name, part in parts.items()},
        }


def audit(folder: Path, *, seed: int = 0, epochs: int = 12) -> Audit:
    """Train the text-only reader on the training questions of a Crossroads folder and test it.

    Args:
        folder: What `generate` wrote; the videos are not needed.
        seed: Order of the training questions.
        epochs: Passes over the training questions.
    """
    dataset = load_dataset(folder)
    train, test = dataset.split("train").questions, dataset.split("test").questions
    weights = _fit([_encode(question) for question in train], train, seed, epochs)
    right = np.array([_choose(_encode(question), weights) == _position(question) for question in test])
    chance = np.array([1 / len(_real(question)) for question in test])
    names = _families(folder)
    by_type: dict[str, list[int]] = defaultdict(list)
    by_family: dict[str, list[int]] = defaultdict(list)
    for row, question in enumerate(test):
        by_type[question.type or "?"].append(row)
        by_family[names.get(question.id, "?")].append(row)

    def rows(groups: dict[str, list[int]]) -> tuple[AuditRow, ...]:
        return tuple(
            AuditRow(name, len(group), float(chance[group].mean()), float(right[group].mean()))
            for name, group in groups.items()
        )

    overall = AuditRow("all", len(test), float(chance.mean()), float(right.mean()))
    return Audit(overall, tuple(sorted(rows(by_type), key=lambda r: r.name)), rows(by_family))


def _families(folder: Path) -> dict[str, str]:
    path = folder / "annotations" / "families.jsonl"
    if not path.exists():
        return {}
    entries = (json.loads(line) for line in path.read_text().splitlines())
    return {str(entry["record_id"]): entry["family"] for entry in entries}


def _real(question: Question) -> list[int]:
    return [i for i, option in enumerate(question.options) if option]


def _position(question: Question) -> int:
    assert question.answer is not None
    return _real(question).index(question.answer)


def _encode(question: Question) -> list[NDArray[np.int64]]:
    """Return the feature numbers of every real option of a question."""
    asked = question.text.lower().rstrip("?").split()
    compared = comparisons(asked, [question.options[index] for index in _real(question)])
    found = []
    for place, index in enumerate(_real(question)):
        words = question.options[index].lower().split()
        names = [f"o {word}" for word in words]
        names += [f"b {a} {b}" for a, b in pairwise(words)]
        names += [f"w {question.options[index].lower()}", f"p {place}"]
        names += [f"q {a} {b}" for a in asked for b in words]
        names += compared[place]
        found.append(np.array([zlib.crc32(name.encode()) % _BUCKETS for name in names]))
    return found


def _choose(options: Sequence[NDArray[np.int64]], weights: NDArray[np.float64]) -> int:
    return int(np.argmax([weights[option].sum() for option in options]))


def _fit(
    encoded: Sequence[Sequence[NDArray[np.int64]]], questions: Sequence[Question], seed: int, epochs: int
) -> NDArray[np.float64]:
    """Fit the conditional logit by AdaGrad, one question at a time."""
    weights, squares = np.zeros(_BUCKETS), np.full(_BUCKETS, 1e-6)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for row in rng.permutation(len(questions)):
            options, answer = encoded[row], _position(questions[row])
            scores = np.array([weights[option].sum() for option in options])
            probabilities = np.exp(scores - scores.max())
            probabilities /= probabilities.sum()
            for index, option in enumerate(options):
                gradient = probabilities[index] - (index == answer)
                unique = np.unique(option)
                squares[unique] += gradient**2
                weights[unique] -= 0.05 * gradient / np.sqrt(squares[unique])
    return weights
