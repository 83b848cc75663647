"""The options of a method that depend on the data: decided once, by the training questions, and written down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from temadapter.config.method_options import resolved_options
from temadapter.config.run_config import Config, load_config
from temadapter.errors import TemAdapterError
from temadapter.methods.registry import get_method
from temadapter.runs.prepare import TRAIN, default_descriptions, option_texts, run_splits

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset
    from temadapter.runs.folder import RunFolder
    from temadapter.runs.shared_data import SharedData

SETTLED_BY = 500
"""So many training questions are enough to decide by."""


def settled(config: Config, folder: RunFolder, shared: SharedData, *, resume: bool) -> Config:
    """Return a configuration whose method options no longer depend on the data.

    Args:
        config: A resolved configuration.
        folder: The run folder; on resume, options that nobody set are those of the run that is there.
        shared: Where the dataset comes from.
        resume: Whether a run is gone on with.
    """
    if get_method(config.method).settle is None:
        return config
    if resume and folder.config.is_file():
        defaults, before = resolved_options(config.method, {}), load_config(folder.config).method_options
        changed = {name: value for name, value in config.method_options.items() if value != defaults[name]}
        return replace(config, method_options={**before, **changed})
    try:
        dataset = shared.dataset(config.data)
    except TemAdapterError:  # raised again by the run, which writes it down
        return config
    return settled_by(config, dataset)


def settled_by(config: Config, dataset: Dataset) -> Config:
    """Let the method decide by the training questions of a dataset."""
    settle = get_method(config.method).settle
    if settle is None:
        return config
    questions = run_splits(dataset, config)[TRAIN][:SETTLED_BY]
    descriptions = config.data.descriptions or default_descriptions(config.method, dataset)
    read = (text for own in option_texts(questions, descriptions) for text in own)
    return replace(config, method_options=settle(config.method_options, read))
