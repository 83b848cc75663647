"""What a run's settings leave open until its data are read: decided once, and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from temadapter.config.run_config import Config, load_config
from temadapter.data.splits import TRAIN
from temadapter.descriptions.describers import get_describer
from temadapter.descriptions.option_texts import option_texts
from temadapter.methods.registry import get_method
from temadapter.progress import say
from temadapter.runs.prepare import default_descriptions

if TYPE_CHECKING:
    from temadapter.runs.folder import RunFolder
    from temadapter.runs.shared_data import Asked

SETTLED_BY = 500
"""So many training questions are enough to decide by."""


def settled(config: Config, asked: Asked | None, folder: RunFolder, *, resume: bool) -> Config:
    """Return a configuration whose descriptions and method options no longer depend on the data.

    Args:
        config: A configuration.
        asked: Its questions; None where they cannot be read, so that what depends on them stays open.
        folder: The run folder; on resume, what nobody set is what it says of the run that is there.
        resume: Whether a run is gone on with.

    Raises:
        ConfigError: What writes the descriptions cannot be loaded, or the method's options are wrong.
    """
    before = load_config(folder.config) if resume and folder.config.is_file() else None
    descriptions = _descriptions(config, asked, before)
    options = _options(config, asked, before, descriptions)
    data = replace(config.data, descriptions=descriptions)
    return replace(config, data=data, method_options=options)


def _descriptions(config: Config, asked: Asked | None, before: Config | None) -> str | None:
    """Return the way of writing descriptions; None where it depends on questions that cannot be read."""
    given = config.data.descriptions
    if given is not None:
        get_describer(given)  # if it cannot be loaded: now, not after the features
        return given
    if before is not None and before.data.descriptions is not None:
        return before.data.descriptions
    if asked is None:
        return None
    if asked.dataset.sentences and get_method(config.method).text == "event":
        say(
            f"The options of {asked.dataset.name} are sentences already, so the text tower reads them as they are "
            "(--set data.descriptions=rules rewrites them)."
        )
    return default_descriptions(config.method, asked.dataset)


def _options(
    config: Config, asked: Asked | None, before: Config | None, descriptions: str | None
) -> Mapping[str, Any]:
    """Return the method's options, those that depend on the data decided by the training questions."""
    spec = get_method(config.method)
    given = spec.all_options(config.method_options)
    if spec.settle is None:
        return given
    if before is not None:
        defaults = spec.all_options({})
        changed = {name: value for name, value in given.items() if value != defaults[name]}
        return {**before.method_options, **changed}
    if asked is None or descriptions is None:
        return given
    some = asked.splits[TRAIN][:SETTLED_BY]
    return spec.settle(given, (text for own in option_texts(some, descriptions) for text in own))
