"""What tables, cards and pictures call a configuration, so that no variation goes by the name of the method."""

from __future__ import annotations

from temadapter.config.controls import CONTROLS
from temadapter.config.run_config import Config


def display_name(config: Config, *, control: str | None = None) -> str:
    """Return the method's name with what makes a run something else than the method as published.

    `tem-adapter` alone is the method as it was published: both aligners, and the mean over time. Guided pooling, a
    missing aligner, an ensemble or a control are said with it.

    Args:
        config: The run's configuration.
        control: Under which the run answers, where that is not what it was trained with.

    >>> from temadapter.config.run_config import load_config
    >>> display_name(load_config("paper", ["model.pooling=guided"]), control="one_frame")
    'tem-adapter + guided pooling, control: one frame'
    """
    name = config.method
    if config.method == "tem-adapter":
        name = _tem_adapter(config)
    if config.training.ensemble > 1:
        name = f"{name}, ensemble of {config.training.ensemble}"
    shown = control or config.features.control
    return name if shown == "none" else f"{name}, control: {CONTROLS[shown]}"


def _tem_adapter(config: Config) -> str:
    model = config.model
    guided = model.pooling == "guided"
    if not model.use_temporal and not model.use_semantic:
        return "guided pooling, neither aligner" if guided else "tem-adapter, neither aligner"
    name = "tem-adapter + guided pooling" if guided else "tem-adapter"
    if not model.use_semantic:
        return f"{name}, Temporal Aligner only"
    if not model.use_temporal:
        return f"{name}, Semantic Aligner only"
    return name
