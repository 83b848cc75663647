"""A finished run, loaded: the method with its weights, and what it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.backbones.exact import load_for_method
from temadapter.backbones.resized import with_preprocessing
from temadapter.config.run_config import Config, load_config
from temadapter.descriptions.describers import Describer, fingerprint, get_describer
from temadapter.devices import choose_device
from temadapter.errors import BackboneError, ConfigError, DataError
from temadapter.methods.base import Method, TrainedMethod
from temadapter.methods.registry import get_method
from temadapter.runs.build import build_method
from temadapter.runs.folder import BackboneRecord, RunFolder

if TYPE_CHECKING:
    from torch import Tensor

    from temadapter.backbones.base import Backbone


@dataclass(frozen=True)
class LoadedRun:
    """A run that can answer.

    Args:
        folder: Where it came from.
        config: Its configuration; `config.features` says which frames it wants to see.
        method: The method with its trained weights, ready to answer.
        backbone: What it was trained on.
        results: The contents of `results.json`; empty where there are none.
    """

    folder: RunFolder
    config: Config
    method: Method
    backbone: BackboneRecord
    results: Mapping[str, Any]

    def load_backbone(self, *, device: str = "auto") -> Backbone:
        """Load the backbone that the run was trained on, with the run's preprocessing.

        Raises:
            BackboneError: It cannot be loaded, or is not the one that the run was trained on.
        """
        runs_towers = get_method(self.config.method).runs_towers
        backbone = load_for_method(self.backbone.name, device=device, runs_towers=runs_towers)
        self.check(backbone)
        return with_preprocessing(backbone, self.config.features.preprocessing)

    def load_describer(self) -> Describer:
        """Load what wrote the descriptions that the run was trained on; `raw` gives the options as they are.

        Raises:
            ConfigError: Its rules or its model cannot be loaded, or are others than the run was trained with.
        """
        spec = self.config.data.descriptions or "rules"
        trained_with = self.results.get("meta", {}).get("descriptions", {}).get("fingerprint")
        if trained_with is not None and trained_with != fingerprint(spec):
            raise ConfigError(
                f"The run in {self.folder.path} was trained with other event descriptions than {spec} writes now "
                f"(fingerprint {trained_with} then, {fingerprint(spec)} now). Bring the old file or model back, or "
                "train again."
            )
        return get_describer(spec)

    def check(self, backbone: Backbone) -> None:
        """Refuse a backbone that the run was not trained on.

        Raises:
            BackboneError: Its embeddings have another size, or its weights or preprocessing differ.
        """
        check_backbone(backbone, self.backbone, self.folder)


def check_backbone(backbone: Backbone, own: BackboneRecord, run: RunFolder) -> None:
    """Refuse a backbone that a run was not trained on; see `LoadedRun.check`."""
    if backbone.embedding_dim != own.embedding_dim:
        raise BackboneError(
            f"The run in {run.path} needs embeddings of size {own.embedding_dim} ({own.name}), "
            f"but {backbone.name} gives {backbone.embedding_dim}."
        )
    if own.fingerprint and backbone.fingerprint != own.fingerprint:
        raise BackboneError(
            f"The run in {run.path} was trained on {own.name} (fingerprint {own.fingerprint}), "
            f"but {backbone.name} has fingerprint {backbone.fingerprint}: its weights or preprocessing "
            "changed, so the run's answers would mean nothing. Use the same version, or train again."
        )


def load_run(folder: Path, *, device: str = "cpu", backbone: Backbone | None = None) -> LoadedRun:
    """Load a run to answer with. A method that runs the backbone's towers takes a copy of them.

    Args:
        folder: A run folder, made by training or by `temadapter convert`.
        device: Where the method computes.
        backbone: The run's backbone, where it is loaded already.

    Raises:
        DataError: No run there, or it is not finished.
        BackboneError: The method needs the towers of its backbone, which cannot be loaded or is another one.
    """
    run = RunFolder(folder)
    if not run.config.is_file():
        raise DataError(f"There is no run in {folder}: it has no config.yaml.")
    config = load_config(run.config)
    weights, record = run.read_weights()
    runs_towers = get_method(config.method).runs_towers
    if runs_towers:
        backbone = load_for_method(record.name, device="cpu", runs_towers=True, loaded=backbone)
    if backbone is not None:
        check_backbone(backbone, record, run)
    if not runs_towers:
        _check_shapes(config, record, weights)
    method = build_method(config, record, backbone)
    if isinstance(method, TrainedMethod) and method.trainable:
        method.load_inference_state(weights)
        method.module.to(choose_device(device)).eval()
    return LoadedRun(run, config, method, record, run.read_results() or {})


def _check_shapes(config: Config, record: BackboneRecord, weights: Mapping[str, Tensor]) -> None:
    """Compare the shapes of weights with a run's settings before there is room made for them: both may be made up.

    Raises:
        DataError: They differ.
    """
    from temadapter.unfilled import without_values

    # A method of somebody else's may compute while it is built, which tensors without values do not.
    with suppress(RuntimeError), without_values():
        method = build_method(config, record)
        if isinstance(method, TrainedMethod) and method.trainable:
            method.load_inference_state({name: value.to("meta") for name, value in weights.items()})
