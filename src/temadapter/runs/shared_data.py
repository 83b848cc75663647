"""What several runs in one process have in common: questions, features and backbones are read once."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.backbones.exact import load_for_method
from temadapter.config.data_config import DataConfig
from temadapter.config.run_config import Config
from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.data.splits import divided
from temadapter.errors import DataError
from temadapter.methods.registry import get_method
from temadapter.runs.prepare import (
    Prepared,
    Splits,
    default_descriptions,
    prepare,
    read_dataset,
    run_cuts,
)
from temadapter.training.distributed import ALONE, Processes

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.training.batches import QuestionBank

ALL = "all"
LOOKED_AT = 5  # of a dataset's videos


@dataclass(frozen=True)
class Asked:
    """What a run asks.

    Args:
        dataset: Where its questions come from.
        splits: Its questions by split.
        files: A few of the dataset's videos, there or not: enough to tell whether a backbone knows such.
    """

    dataset: Dataset
    splits: Splits
    files: tuple[Path, ...]


class SharedData:
    """Keeps what runs share; every run takes its own questions out of it.

    Runs on one dataset differ in method, seed and settings, rarely in what is read from disk. The questions of all
    splits are described, encoded and looked up once for each kind of input (features or frames, which text), and a
    run gets the rows of its splits, with the videos as its control shows them.

    Args:
        reuse: False for a single run, which prepares only what it needs itself.
    """

    def __init__(self, *, reuse: bool = True) -> None:
        self._reuse = reuse
        self._datasets: dict[Hashable, Dataset] = {}
        self._backbones: dict[Hashable, Backbone] = {}
        self._whole: dict[Hashable, tuple[Prepared, dict[str, int]]] = {}
        self._warned: set[Hashable] = set()
        self._shown: dict[Hashable, QuestionBank] = {}

    def dataset(self, config: DataConfig) -> Dataset:
        """Return the dataset that a configuration names.

        Raises:
            TemAdapterError: It cannot be read.
        """
        key = (config.dataset, config.reader, config.video_dir)
        if key not in self._datasets:
            self._datasets[key] = read_dataset(config)
        return self._datasets[key]

    def questions(self, config: Config) -> Asked:
        """Return what a run of a configuration asks.

        Raises:
            TemAdapterError: The dataset cannot be read, or its splits are none.
        """
        cuts = run_cuts(config)
        dataset = self.dataset(config.data)
        files = tuple(dataset.video_path(video) for video in dataset.videos()[:LOOKED_AT])
        return Asked(dataset, divided(dataset.questions, cuts), files)

    def warn_once(self, dataset: Dataset, caution: str) -> None:
        """Warn of runs on a dataset, unless there is nothing to say or it was said of the same videos before."""
        key = (dataset.video_dir, caution)
        if caution and key not in self._warned:
            self._warned.add(key)
            warnings.warn(f"{dataset.name}: {caution}", stacklevel=2)

    def backbone(self, method: str, name: str, *, device: str, loaded: Backbone | None = None) -> Backbone:
        """Return the backbone for a method, as `load_for_method` loads it.

        Args:
            method: Name of the method.
            name: The backbone's name.
            device: Where to load it.
            loaded: The caller's own, which is not kept for others.

        Raises:
            BackboneError: It cannot be loaded.
        """
        towers = get_method(method).runs_towers
        if loaded is not None:
            return load_for_method(name, device=device, runs_towers=towers, loaded=loaded)
        key = (name, towers, device)
        if key not in self._backbones:
            self._backbones[key] = load_for_method(name, device=device, runs_towers=towers)
        return self._backbones[key]

    def prepare(
        self,
        dataset: Dataset,
        splits: Mapping[str, Sequence[Question]],
        config: Config,
        backbone: Backbone,
        *,
        workers: int | None = None,
        together: Processes = ALONE,
    ) -> Prepared:
        """Return what `temadapter.runs.prepare.prepare` does, from what was prepared for an earlier run.

        Raises:
            DataError: Not one question of the splits can be used.
        """
        if not self._reuse:
            return prepare(dataset, splits, config, backbone, workers=workers, together=together)
        key = _key(dataset, config, backbone)
        # of few questions, or of the test questions alone, everything would be the longer way
        few = config.data.limit is not None or not get_method(config.method).trainable
        if few and key not in self._whole:
            return prepare(dataset, splits, config, backbone, workers=workers, together=together)
        if key not in self._whole:
            everything = replace(config, features=replace(config.features, control="none"))
            whole = prepare(
                dataset, {ALL: dataset.questions}, everything, backbone, workers=workers, together=together
            )
            self._whole[key] = (whole, {q.id: row for row, q in enumerate(whole.banks[ALL].questions)})
        whole, rows = self._whole[key]
        bank = self._controlled(key, whole.banks[ALL], config)
        banks: dict[str, QuestionBank] = {}
        for name, part in splits.items():
            own = [rows[question.id] for question in part if question.id in rows]
            if own:
                banks[name] = bank.take(own)
        if not banks:
            raise DataError(f"Dataset {dataset.name!r} has no usable question in {', '.join(splits)}.")
        asked = {question.entry for part in splits.values() for question in part}
        failed = tuple(failure for failure in whole.failed if failure.video_id in asked)
        left_out = sum(map(len, splits.values())) - sum(map(len, banks.values()))
        return Prepared(banks, failed, left_out, whole.extracted)

    def _controlled(self, key: Hashable, bank: QuestionBank, config: Config) -> QuestionBank:
        """Return all questions with what a control leaves of their videos."""
        control = config.features.control
        if control == "none":
            return bank
        own = (key, control, config.training.seed if control == "shuffled_frames" else 0)
        if own not in self._shown:
            shown = bank.videos.controlled(control, seed=config.training.seed)
            self._shown[own] = replace(bank, videos=shown)
        return self._shown[own]


def _key(dataset: Dataset, config: Config, backbone: Backbone) -> Hashable:
    """Return what two runs must have in common to read the same questions, frames and texts."""
    spec = get_method(config.method)
    reader = None if spec.reader is None else spec.reader(config.method_options)
    return (
        (config.data.dataset, config.data.reader, config.data.video_dir),
        config.data.descriptions or default_descriptions(config.method, dataset),
        replace(config.features, control="none"),
        (spec.needs, spec.encodes_text, reader),
        backbone.fingerprint,
    )
