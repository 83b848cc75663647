"""A run folder made of the authors' two checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from temadapter.config.run_config import Config, load_config
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.authors_checkpoint import load_official_files
from temadapter.official.feature_settings import (
    AUTHORS_BACKBONE,
    AUTHORS_PREPROCESSING,
    AUTHORS_SAMPLER,
    CLIP_LOGIT_SCALE,
)
from temadapter.runs.folder import BackboneRecord, RunFolder
from temadapter.runs.results import meta_block, run_block


@dataclass(frozen=True, repr=False)
class ConvertedRun:
    """A run that was made of checkpoints.

    Attributes:
        folder: The run folder.
        train: The block `train` of its `results.json`.
    """

    folder: Path
    train: dict[str, Any]

    @property
    def parameters(self) -> int:
        """How many parameters answer a question."""
        return int(self.train["parameters_for_answering"])

    def __repr__(self) -> str:
        return f"ConvertedRun({str(self.folder)!r}, {self.parameters:,} parameters)"

    def to_dict(self) -> dict[str, Any]:
        """Return folder and facts for JSON."""
        return {"folder": str(self.folder), **self.train}


def convert_checkpoints(
    temporal: Path,
    semantic: Path,
    output: Path,
    *,
    dataset: str = "",
    backbone: str = AUTHORS_BACKBONE,
    store: str = "features",
    overwrite: bool = False,
) -> ConvertedRun:
    """Make a run folder of preset `official` with the authors' weights.

    Args:
        temporal: `tempaligner_49.pt`.
        semantic: `semanticaligner_49.pt`.
        output: The run folder to make.
        dataset: The questions that the run is to answer, for its configuration.
        backbone: The image-text model that the weights were trained on.
        store: Folder of the feature store, for its configuration.
        overwrite: Replace a run that stands at `output`.

    Returns:
        The run.

    Raises:
        DataError: As `load_official_files` does.
        ConfigError: A run stands at `output`.
    """
    model = load_official_files(temporal, semantic)
    config = _config(model.config.embedding_dim, dataset, backbone, store)
    folder = RunFolder(output)
    with folder.held():
        return _write(folder, config, model, names=(temporal.name, semantic.name), overwrite=overwrite)


def _write(
    folder: RunFolder, config: Config, model: TemAdapter, *, names: tuple[str, str], overwrite: bool
) -> ConvertedRun:
    folder.prepare(config, overwrite=overwrite)
    started = datetime.now(UTC)
    record = BackboneRecord(config.features.backbone, "", model.config.embedding_dim, CLIP_LOGIT_SCALE)
    weights = model.inference_state()
    folder.write_weights(weights, record)
    train = {
        "converted_from": list(names),
        "parameters_for_answering": sum(value.numel() for value in weights.values()),
        "chosen": f"those of {names[0]} and {names[1]}",
        "test": None,
    }
    results = {
        "run": run_block(config, started),
        "train": train,
        "meta": meta_block(config, record),
    }
    folder.write_results(results)
    return ConvertedRun(folder.path, train)


def _config(embedding_dim: int, dataset: str, backbone: str, store: str) -> Config:
    settings = {
        "data.dataset": dataset,
        "data.descriptions": "raw",  # the authors' files hold event descriptions in place of options
        "features.backbone": backbone,
        "features.sampler": AUTHORS_SAMPLER,
        "features.preprocessing": AUTHORS_PREPROCESSING,
        "features.store": store,
        "model.embedding_dim": embedding_dim,
    }
    return load_config("official", [f"{name}={value}" for name, value in settings.items()])
