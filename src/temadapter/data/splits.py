"""Splits in which no video is on both sides."""

from __future__ import annotations

import hashlib
import posixpath
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temadapter.data.question import Question
from temadapter.data.split_names import split_name
from temadapter.errors import ConfigError, DataError

Questions = tuple[Question, ...]

TRAIN, VALIDATION, TEST = "train", "validation", "test"
HOLD_OUT_SEED = 0
"""The test videos of data without a test split are the same whatever the run's seed."""


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """How a run divides questions where their data do not.

    Args:
        test: Share of the videos that is held out for the test, only where the data name no splits.
        validation: Share of the training videos that is held out to choose an epoch by; None where the last one is
            taken, so that nothing is held out.
        training: Share of what is left that is learned from.
        seed: Another seed holds out other validation videos.
        limit: The first so many questions of each part; None for all.
        parts: Which parts are wanted.
    """

    test: float
    validation: float | None
    training: float = 1.0
    seed: int = 0
    limit: int | None = None
    parts: tuple[str, ...] = (TRAIN, VALIDATION, TEST)


def divided(questions: Sequence[Question], cuts: Cuts) -> dict[str, Questions]:
    """Divide questions into `TRAIN`, `VALIDATION` and `TEST`, as far as `cuts.parts` asks for them.

    The data's own splits are used where it has them. Of data without splits, `cuts.test` of the videos are held out
    (always the same ones); without a validation split, `cuts.validation` of the training videos (by seed). No video is
    on both sides of a cut that is made here. Of what is left, `cuts.training` of the videos are learned from.

    Raises:
        DataError: A question is in a split of another name, or in none while others are in one.
    """
    own = own_splits(questions)
    rest, test = own.get("train", ()), own.get("test", ())
    validation: Questions = ()
    if not own:
        rest, test = split_by_video(questions, fraction=cuts.test, seed=HOLD_OUT_SEED)
    if cuts.validation is not None:
        if "val" in own:
            validation = own["val"]
        else:
            rest, validation = split_by_video(rest, fraction=cuts.validation, seed=cuts.seed)
    if cuts.training < 1:
        rest, _ = split_by_video(rest, fraction=1 - cuts.training, seed=HOLD_OUT_SEED)
    parts = {TRAIN: rest, VALIDATION: validation, TEST: test}
    return {name: parts[name][: cuts.limit] for name in cuts.parts}


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

    Which videos are chosen depends on their names and the seed only, not on the order of the questions. Videos of
    one group (a camera, a source) stay together, so that what is measured is how well new sources are understood;
    where there is one group only it tells nothing, and videos are divided.

    Args:
        questions: The questions to divide; both parts keep their order.
        fraction: Share of the videos that goes to validation, 0 to 1 (exclusive). Above 0, and with two
            videos (or groups) or more, both parts get at least one.
        seed: Another seed chooses other videos.

    Returns:
        (training questions, validation questions)

    Raises:
        ConfigError: `fraction` is out of range.
    """
    if not 0 <= fraction < 1:
        raise ConfigError(f"The validation fraction must be at least 0 and below 1, not {fraction}.")
    units = _units(questions)
    held_out = _chosen(units, fraction, seed)
    train = tuple(question for question in questions if _key(question) not in held_out)
    validation = tuple(question for question in questions if _key(question) in held_out)
    return train, validation


def _chosen(units: Mapping[str, set[str]], fraction: float, seed: int) -> set[str]:
    """Return the videos of the first units, in the order that the seed gives, that make up the share."""
    if fraction == 0 or len(units) < 2:
        return set()
    wanted = max(round(fraction * sum(map(len, units.values()))), 1)
    chosen: set[str] = set()
    names = sorted(units, key=lambda name: _rank(name, seed))
    for name in names[:-1]:  # one is left to learn from
        if chosen and len(chosen) + len(units[name]) / 2 > wanted:
            continue
        chosen |= units[name]
        if len(chosen) >= wanted:
            break
    return chosen


def _units(questions: Sequence[Question]) -> dict[str, set[str]]:
    """Return the videos of each unit that stays together, by the unit's name: its first video's or group's.

    A video that questions put in two groups unites them.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    videos = {_key(question) for question in questions}
    if len({question.group for question in questions}) < 2:  # one group for all, or none
        return {video: {video} for video in videos}
    for question in questions:
        if question.group is not None:
            first, second = sorted((root(f"group:{question.group}"), root(_key(question))))
            parent[second] = first
    units: dict[str, set[str]] = defaultdict(set)
    for video in videos:
        units[root(video)].add(video)
    if len(units) > 1:
        return dict(units)
    return {video: {video} for video in videos}


def _key(question: Question) -> str:
    return posixpath.normpath(question.video)  # "./a.mp4" and "a.mp4" are one video


def _rank(video: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{video}".encode()).hexdigest()
