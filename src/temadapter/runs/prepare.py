"""From a configuration to questions in memory: dataset, splits by video, text features, frame features."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.config.data_config import DataConfig
from temadapter.config.run_config import Config
from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import Question
from temadapter.data.splits import TEST, Cuts, divided
from temadapter.descriptions.describers import RAW
from temadapter.descriptions.option_texts import option_texts
from temadapter.errors import ConfigError, DataError
from temadapter.features.frame_store import FrameStore, Pixels
from temadapter.features.missing import encode_missing
from temadapter.features.store import FeatureStore
from temadapter.features.text_cache import text_features
from temadapter.methods.extra_texts import extra_sentences
from temadapter.methods.registry import get_method
from temadapter.training.batches import QuestionBank, Texts, Videos
from temadapter.training.distributed import ALONE, Processes
from temadapter.training.frame_videos import FrameVideos

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.features.store import Failure

Splits = dict[str, tuple[Question, ...]]


@dataclass(frozen=True)
class Prepared:
    """The questions of a run, ready to be batched.

    Args:
        banks: By split; a split without questions is not there.
        failed: The videos without features, and why; their questions are left out.
        left_out: How many questions were left out because of them.
        extracted: How many videos were encoded now.
    """

    banks: Mapping[str, QuestionBank]
    failed: tuple[Failure, ...]
    left_out: int
    extracted: int


def read_dataset(config: DataConfig) -> Dataset:
    """Load the dataset that a configuration names.

    Raises:
        ConfigError: It names none.
    """
    if not config.dataset:
        raise ConfigError(
            "No dataset was named: set data.dataset to an annotation file or a benchmark's folder."
        )
    video_dir = None if config.video_dir is None else Path(config.video_dir)
    dataset = load_dataset(config.dataset, reader=config.reader, video_dir=video_dir)
    for notice in dataset.notices:
        warnings.warn(str(notice), stacklevel=2)
    return dataset


def cuts_of(config: Config) -> Cuts:
    """Return how a configuration divides questions: with `training.selection=last`, none are held out."""
    data, training = config.data, config.training
    return Cuts(
        test=data.test_fraction,
        validation=data.validation_fraction if training.selection == "validation" else None,
        training=data.training_fraction,
        seed=training.seed,
        limit=data.limit,
    )


def run_cuts(config: Config) -> Cuts:
    """Return what `cuts_of` does, as far as a run asks it: a method without training wants the test only."""
    cuts = cuts_of(config)
    return cuts if get_method(config.method).trainable else replace(cuts, parts=(TEST,))


def split_questions(dataset: Dataset, config: Config) -> Splits:
    """Divide a dataset into training, validation and test questions; see `temadapter.data.splits.divided`.

    Raises:
        DataError: A question is in a split of another name, or in none while others are in one.
    """
    return divided(dataset.questions, cuts_of(config))


def default_descriptions(method: str, dataset: Dataset) -> str:
    """Return what the text tower reads where nobody chose: what the method is made for, but no sentences rewritten.

    Args:
        method: Name of the method.
        dataset: Whose options may be sentences already (captions).
    """
    return RAW if get_method(method).text == "raw" or dataset.sentences else "rules"


def open_store(config: Config, backbone: Backbone) -> FeatureStore:
    """Return the feature store of a configuration's backbone, sampler and preprocessing."""
    root = Path(config.features.store).expanduser()
    return FeatureStore(root, backbone=backbone, sampler=config.features.sampler)


def open_frames(config: Config, backbone: Backbone) -> FrameStore:
    """Return the frame cache of a configuration's sampler and preprocessing, beside the feature store."""
    root = Path(config.features.store).expanduser()
    return FrameStore(root, pixels=Pixels(backbone), sampler=config.features.sampler)


def open_features(config: Config, backbone: Backbone) -> FeatureStore:
    """Return the store of what a configuration's method reads: features, or frames."""
    frames = get_method(config.method).needs == "frames"
    return open_frames(config, backbone) if frames else open_store(config, backbone)


def prepare(
    dataset: Dataset,
    splits: Mapping[str, Sequence[Question]],
    config: Config,
    backbone: Backbone,
    *,
    workers: int | None = None,
    together: Processes = ALONE,
) -> Prepared:
    """Encode what is not encoded yet, and put everything into memory; frames stay on disk, and are decoded once.

    Args:
        dataset: Where the questions come from.
        splits: Of `split_questions`, or some of them.
        config: The run's configuration; `default_descriptions` where it sets no `data.descriptions`.
        backbone: With the preprocessing of `config` (see `with_preprocessing`).
        workers: Threads that decode videos; one per core when None.
        together: Who trains this run together: the first one encodes the texts.

    Raises:
        DataError: Not one question of the splits can be used.
    """
    spec, root = get_method(config.method), Path(config.features.store).expanduser()
    everyone = [question for part in splits.values() for question in part]
    parts, store = dataset.parts(everyone), open_features(config, backbone)
    sampler, why = config.features.sampler, dataset.why_missing
    failed, extracted = encode_missing(parts, store, backbone, sampler, workers=workers, why_missing=why)
    broken = {failure.video_id for failure in failed}
    usable = {name: [q for q in part if q.entry not in broken] for name, part in splits.items()}
    questions = [question for part in usable.values() for question in part]
    if not questions:
        reason = f" The first failure: {failed[0]}" if failed else ""
        raise DataError(f"Dataset {dataset.name!r} has no usable question in {', '.join(splits)}.{reason}")
    entries = list(dict.fromkeys(question.entry for question in questions))
    videos_of: Callable[[], Videos | FrameVideos]
    if isinstance(store, FrameStore):
        videos_of = partial(FrameVideos.load, store, entries)
    else:
        videos_of = partial(
            Videos.of, store.load_many(entries, dtype=None), entries
        )  # as stored: nothing is lost

    descriptions = config.data.descriptions or default_descriptions(config.method, dataset)
    read = {name: list(option_texts(part, descriptions)) for name, part in usable.items()}
    sentences = dict.fromkeys(text for part in read.values() for own in part for text in own)
    reader = None if spec.reader is None else spec.reader(config.method_options)
    if reader is not None:
        sentences |= dict.fromkeys(extra_sentences(sentences, reader))
    tower = None if spec.encodes_text else backbone
    features = together.in_turn(partial(text_features, list(sentences), tower, root))

    texts = Texts(features, {text: row for row, text in enumerate(sentences)})
    videos = videos_of().controlled(config.features.control, seed=config.training.seed)
    banks = {
        name: QuestionBank.build(part, read[name], videos, texts, reader=reader)
        for name, part in usable.items()
        if part
    }
    return Prepared(banks, failed, len(everyone) - len(questions), extracted)
