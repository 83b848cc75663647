"""What the settings of a run stand for on this machine, and the backbone that they name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from temadapter.backbones.resized import with_preprocessing
from temadapter.config.run_config import Config
from temadapter.config.training_config import FRAMES_TOGETHER
from temadapter.methods.registry import get_method
from temadapter.runs.folder import BackboneRecord
from temadapter.runs.shared_data import SharedData
from temadapter.training.device import Compute, compute_on
from temadapter.training.place import Place

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone


def resolve(
    config: Config,
    backbone: Backbone | None = None,
    *,
    compute: Compute | None = None,
    shared: SharedData | None = None,
) -> tuple[Config, Backbone]:
    """Replace every "auto" and None by what it stands for here, and load the backbone.

    Only `data.descriptions` is left as it is: what None stands for there depends on the dataset.

    Args:
        config: As it was read.
        backbone: A loaded backbone, where there is one.
        compute: What the run is trained with; by default what this process finds.
        shared: The backbones that earlier runs loaded.

    Returns:
        The configuration that `config.yaml` will hold, and the backbone with the preprocessing it asks for.

    Raises:
        ConfigError: A device or TensorBoard is not there.
        BackboneError: The backbone cannot be loaded.
    """
    spec, compute, shared = (
        get_method(config.method),
        compute or compute_on(config.training, Place.of_torchrun()),
        shared or SharedData(),
    )
    name, device = config.features.backbone, str(compute.device)
    loaded = shared.backbone(config.method, name, device=device, loaded=backbone)
    prepared = with_preprocessing(loaded, config.features.preprocessing)
    mode: Any = "squash" if prepared.resize_mode == "squash" else "crop"
    device_name: Any = compute.device.type
    together = config.training.questions_together
    if together == 1 and spec.needs == "frames":  # they share the frames of their video
        together = FRAMES_TOGETHER
    resolved = replace(
        config,
        features=replace(config.features, preprocessing=config.features.preprocessing or mode),
        model=replace(config.model, embedding_dim=loaded.embedding_dim),
        training=replace(
            config.training, device=device_name, dtype=compute.dtype, questions_together=together
        ),
        method_options=spec.all_options(config.method_options),
    )
    return resolved, prepared


def record_of(config: Config, backbone: Backbone) -> BackboneRecord:
    """Return what a run remembers of its backbone."""
    return BackboneRecord(
        config.features.backbone, backbone.fingerprint, backbone.embedding_dim, backbone.logit_scale
    )
