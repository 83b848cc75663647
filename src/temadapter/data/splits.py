"""Splits in which no video is on both sides."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Sequence

from temadapter.data.question import Question
from temadapter.data.split_names import split_name
from temadapter.errors import ConfigError, DataError

Questions = tuple[Question, ...]


def own_splits(questions: Sequence[Question]) -> dict[str, Questions]:
    """Divide questions as their data say: by `train`, `val` and `test`; empty where the data have no splits.

    Raises:
        DataError: A split of another name, or questions without one beside others that have one: a question
            could end up on the wrong side.
    """
    parts: dict[str, list[Question]] = {}
    for question in questions:
        if question.split is not None:
            parts.setdefault(split_name(question.split), []).append(question)
    without = next((question.id for question in questions if question.split is None), None)
    if parts and without is not None:
        raise DataError(f"Question {without!r} has no split, but others have one: give each one, or none.")
    return {name: tuple(part) for name, part in parts.items()}


def split_by_video(
    questions: Sequence[Question], *, fraction: float, seed: int
) -> tuple[Questions, Questions]:
    """Set a share of the videos, with all their questions, apart for validation.

    Which videos are chosen depends on their names and the seed only, not on the order of the questions.

    Args:
        questions: The questions to divide; both parts keep their order.
        fraction: Share of the videos that goes to validation, 0 to 1 (exclusive). Above 0, and with two
            videos or more, both parts get at least one video.
        seed: Another seed chooses other videos.

    Returns:
        (training questions, validation questions)

    Raises:
        ConfigError: `fraction` is out of range.
    """
    if not 0 <= fraction < 1:
        raise ConfigError(f"The validation fraction must be at least 0 and below 1, not {fraction}.")
    videos = sorted({_key(question) for question in questions}, key=lambda video: _rank(video, seed))
    count = round(fraction * len(videos))
    if fraction > 0 and len(videos) > 1:
        count = min(max(count, 1), len(videos) - 1)
    held_out = set(videos[:count]) if len(videos) > 1 else set()
    train = tuple(question for question in questions if _key(question) not in held_out)
    validation = tuple(question for question in questions if _key(question) in held_out)
    return train, validation


def _key(question: Question) -> str:
    return posixpath.normpath(question.video)  # "./a.mp4" and "a.mp4" are one video


def _rank(video: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{video}".encode()).hexdigest()
