"""`temadapter.pretrain_mini`: the bundled backbone, made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.crossroads.pretraining.mini_model import PretrainConfig
    from temadapter.crossroads.pretraining.pretrain import Pretrained


def pretrain_mini(
    output: str | Path, *, settings: Mapping[str, Any] | None = None, workers: int | None = None
) -> Pretrained:
    """Make the backbone `mini` from still pictures and captions of Crossroads; it sees no video and no question.

    It goes on by itself where it was interrupted. Without settings it makes the shipped one.

    Args:
        output: Folder for the model, in the format of transformers; `dir:FOLDER` loads it.
        settings: Fields of `PretrainConfig` by name: `{"stills": 8000, "seed": 1}`.
        workers: Processes that draw; one per core when None.

    Returns:
        Accuracy per concept on held-out pictures, parameters and seconds.

    Raises:
        ConfigError: There is no such setting.

    Example:
        >>> tiny = {"stills": 16, "held_out": 12, "rounds": [(1, 0.001, 1, 0.001)], "image_size": 16}
        >>> tiny |= {"image_batch": 8, "text_batch": 8, "groups": 4, "vision_layers": 1, "text_layers": 1}
        >>> pretrain_mini("mini", settings=tiny, workers=1)
        Pretrained('mini', ... parameters)
    """
    from temadapter.crossroads.pretraining.pretrain import pretrain
    from temadapter.devices import cores

    return pretrain(Path(output), pretrain_config(settings), workers=workers or cores())


def pretrain_config(settings: Mapping[str, Any] | None = None) -> PretrainConfig:
    """Return how `pretrain_mini` would make the model.

    Raises:
        ConfigError: There is no such setting.
    """
    from dataclasses import fields

    from temadapter.crossroads.pretraining.mini_model import PretrainConfig, Round
    from temadapter.errors import unknown_name

    given = dict(settings or {})
    known = [field.name for field in fields(PretrainConfig)]
    for name in given:
        if name not in known:
            raise unknown_name("setting of the pretraining", name, known)
    if "rounds" in given:
        given["rounds"] = tuple(each if isinstance(each, Round) else Round(*each) for each in given["rounds"])
    return PretrainConfig(**given)
