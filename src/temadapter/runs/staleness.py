"""What has changed since a run was finished, so that its numbers are not taken for those of today's data."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.config.run_config import Config
from temadapter.data.dataset import Dataset
from temadapter.data.splits import divided
from temadapter.data.video_names import plain_name
from temadapter.features.missing import encode_missing, is_missing
from temadapter.runs.prepare import Splits, open_features, run_cuts

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone


def stale_reasons(
    results: Mapping[str, Any],
    config: Config,
    backbone: Backbone,
    dataset: Dataset,
    *,
    workers: int | None = None,
) -> tuple[str, ...]:
    """Return in words what would be other if a finished run were made again; empty where nothing would.

    The weights of the backbone, the questions that can be used and those that are left out are compared with
    what `results.json` says; what an older version did not write down is not. Of the videos, those that could not
    be used then are tried again; of the others it is enough that the file or its features are there.

    Args:
        results: The contents of `results.json`.
        config: The run's configuration, resolved.
        backbone: As the run would have it now.
        dataset: As it is read now.
        workers: Threads that decode videos; one per core when None.
    """
    train, then = results.get("train", {}), results.get("meta", {}).get("backbone", {}).get("fingerprint")
    found = []
    if then and then != backbone.fingerprint:
        found.append(f"the backbone changed (fingerprint {then}, now {backbone.fingerprint})")
    if "questions" not in train:  # a converted checkpoint
        return tuple(found)
    splits = divided(dataset.questions, run_cuts(config))
    broken = _unusable(train, splits, dataset, config, backbone, workers)
    counts = list(_count_changes(train, splits, broken))
    if not counts and train.get("questions_fingerprint") not in (None, questions_fingerprint(splits)):
        counts.append("the annotations changed")
    return (*found, *counts)


def stale_warning(folder: Path, changes: tuple[str, ...]) -> str:
    """Return the sentence for a run whose data or backbone changed after it was finished."""
    return (
        f"The run in {folder} is out of date: since it was finished, {'; '.join(changes)}. "
        "Train it again with --overwrite."
    )


def questions_fingerprint(splits: Splits) -> str:
    """Return 16 hexadecimal digits over all that a run asks; how a video's folder and ending are written is no part."""
    digest = hashlib.sha256()
    for name, part in sorted(splits.items()):
        for q in part:
            row: list[object] = [name, q.id, plain_name(q.video), q.text, q.options, q.answer, q.type]
            row += [] if q.span is None else [q.span]
            digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()[:16]


def _unusable(
    train: Mapping[str, Any],
    splits: Splits,
    dataset: Dataset,
    config: Config,
    backbone: Backbone,
    workers: int | None,
) -> set[str]:
    """Return the videos that a run could not use now."""
    questions = [question for part in splits.values() for question in part]
    failed_then = {failure["video"] for failure in train.get("videos_failed", ())}
    store = open_features(config, backbone)
    again = [question for question in questions if question.entry in failed_then]
    sampler, why = config.features.sampler, dataset.why_missing
    failed, _ = encode_missing(
        dataset.parts(again), store, backbone, sampler, workers=workers, why_missing=why
    )
    others = [question for question in questions if question.entry not in failed_then]
    paths = {entry: path for entry, path, _ in dataset.parts(others)}
    gone = {v for v, path in paths.items() if not os.path.isfile(path) and is_missing(store, v, path)}
    return {failure.video_id for failure in failed} | gone


def _count_changes(train: Mapping[str, Any], splits: Splits, broken: set[str]) -> Iterator[str]:
    now = {name: sum(q.entry not in broken for q in part) for name, part in splits.items()}
    then = train["questions"]
    for name in dict.fromkeys([*then, *now]):
        if then.get(name, 0) != now.get(name, 0):
            yield f"{name} questions were {then.get(name, 0):,} and are {now.get(name, 0):,}"
    left_out = sum(map(len, splits.values())) - sum(now.values())
    if train.get("questions_left_out", left_out) != left_out:
        yield f"questions left out were {train['questions_left_out']:,} and are {left_out:,}"
