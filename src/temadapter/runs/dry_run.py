"""What a run would do, without doing it (`--dry-run`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from temadapter.config.display_name import display_name
from temadapter.config.run_config import Config
from temadapter.data.question import Question
from temadapter.data.splits import TRAIN
from temadapter.descriptions.option_texts import option_texts
from temadapter.errors import BackboneError
from temadapter.methods.registry import get_method
from temadapter.runs.prepare import default_descriptions, open_features, read_dataset, split_questions

BYTES_A_WEIGHT = 4
STATES = 4
"""A checkpoint holds the weights, Adam's two averages, and the best epoch's weights."""


@dataclass(frozen=True, repr=False)
class PlannedRun:
    """What a run would do.

    Args:
        method: What tables call the configuration.
        preset: The preset that it starts from.
        dataset: Name of the dataset.
        bad_rows: Rows of its files that cannot be used.
        questions: Questions by split.
        videos: Different videos in all splits.
        videos_missing: How many of their files are not there.
        videos_to_extract: How many are not in the feature store (or frame cache); None if the backbone is not at hand.
        texts: Different texts for the text tower; at most so many where a model writes descriptions.
        trainable_parameters: Of the method; None if the backbone (and so its embedding size) is not at hand.
        steps: Optimizer steps in all, those of every member of an ensemble.
        store_bytes: What the features (or frames) to extract will take on disk at most; None if not known.
        run_bytes: What the run folder will take, checkpoint included; None if not known.
        backbone: Why the backbone is not at hand, or None.
    """

    method: str
    preset: str
    dataset: str
    bad_rows: int
    questions: dict[str, int]
    videos: int
    videos_missing: int
    videos_to_extract: int | None
    texts: int
    trainable_parameters: int | None
    steps: int
    store_bytes: int | None
    run_bytes: int | None
    backbone: str | None

    def __repr__(self) -> str:
        asked = f"{sum(self.questions.values())} questions, {self.videos} videos, {self.steps} steps"
        return f"PlannedRun({self.method!r} on {self.dataset!r}: {asked})"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return asdict(self)


def plan_run(config: Config) -> PlannedRun:
    """Return what `train_run` would do with a configuration. Nothing is downloaded and nothing written.

    Raises:
        TemAdapterError: What would also stop the run before it began.
    """
    dataset = read_dataset(config.data)
    splits = {name: part for name, part in split_questions(dataset, config).items() if part}
    everyone = [question for part in splits.values() for question in part]
    spec = get_method(config.method)
    descriptions = config.data.descriptions or default_descriptions(config.method, dataset)
    videos = {entry: path for entry, path, _ in dataset.parts(everyone)}
    backbone, missing, parameters, frames = _with_backbone(config, videos)
    steps = ceil(len(splits.get(TRAIN, ())) / config.training.batch_size) * config.training.epochs
    steps *= config.training.ensemble
    return PlannedRun(
        method=display_name(config),
        preset=config.preset,
        dataset=dataset.name,
        bad_rows=len(dataset.problems),
        questions={name: len(part) for name, part in splits.items()},
        videos=len(videos),
        videos_missing=sum(not os.path.isfile(path) for path in videos.values()),
        videos_to_extract=missing,
        texts=_text_count(everyone, descriptions),
        trainable_parameters=parameters,
        steps=steps if spec.trainable else 0,
        store_bytes=frames,
        run_bytes=None if parameters is None else parameters * BYTES_A_WEIGHT * (STATES + 1),
        backbone=backbone,
    )


def _text_count(questions: Sequence[Question], descriptions: str) -> int:
    """Return how many texts there will be; of a model, which is not loaded for this, how many at most."""
    if descriptions.startswith(("hf:", "dir:")):
        return len({(question.text, option) for question in questions for option in question.options})
    return len({text for own in option_texts(questions, descriptions) for text in own})


def _with_backbone(
    config: Config, videos: dict[str, Path]
) -> tuple[str | None, int | None, int | None, int | None]:
    """Return (why no backbone, videos to extract, trainable parameters, bytes of their features)."""
    from temadapter.runs.build import build_method
    from temadapter.runs.resolve import record_of, resolve
    from temadapter.video.sampling import get_sampler

    if config.features.backbone.startswith("hf:"):
        return "a model of the hub is not downloaded for a dry run", None, None, None
    try:
        config, backbone = resolve(config)
    except BackboneError as error:
        return str(error), None, None, None
    pixels = get_method(config.method).needs == "frames"
    store = open_features(config, backbone)
    missing = sum(not store.has(name) for name in videos)
    method = build_method(config, record_of(config, backbone), backbone)
    parameters = sum(parameter.numel() for parameter in method.parameters() if parameter.requires_grad)
    frames = len(get_sampler(config.features.sampler).choose([i / 10 for i in range(100)]))
    bytes_a_frame = store.key.embedding_dim * (1 if pixels else 2)  # at most: pixels are compressed
    return None, missing, parameters, missing * frames * bytes_a_frame
