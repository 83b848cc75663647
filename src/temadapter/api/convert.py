"""The authors' files into ours, and back: `temadapter.convert_authors`, `convert_checkpoint`, `convert_features`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.official.feature_settings import AUTHORS_BACKBONE

if TYPE_CHECKING:
    from temadapter.official.authors_features import ConvertedFeatures
    from temadapter.runs.convert_authors import ConvertedRun
    from temadapter.runs.evaluate import Evaluation

__all__ = ["AUTHORS_BACKBONE", "AuthorsResult", "convert_authors", "convert_checkpoint", "convert_features"]


@dataclass(frozen=True, repr=False)
class AuthorsResult:
    """What the authors' weights answer.

    Attributes:
        run: The run that was made of their weights.
        features: Their frame features, imported.
        evaluation: The answers to their questions.
    """

    run: ConvertedRun
    features: ConvertedFeatures
    evaluation: Evaluation

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(bool(prediction.correct) for prediction in self.evaluation.predictions)

    @property
    def questions(self) -> int:
        """How many questions were answered."""
        return len(self.evaluation.predictions)

    def __repr__(self) -> str:
        return f"AuthorsResult({self.right} of {self.questions} right, {str(self.run.folder)!r})"

    def to_dict(self) -> dict[str, Any]:
        """Return counts and accuracy for JSON."""
        tested = self.evaluation.tested
        return {
            **self.features.to_dict(),
            "right": self.right,
            "questions": self.questions,
            "left_out": self.evaluation.left_out,
            "test": None if tested is None else tested.to_json(),
            "run": str(self.run.folder),
            "not_imported": dict(self.features.left_out),
        }


def convert_authors(
    temporal: str | Path,
    semantic: str | Path,
    features: str | Path,
    questions: str | Path,
    *,
    output: str | Path,
    backbone: str = AUTHORS_BACKBONE,
    store: str | Path = "features",
    overwrite: bool = False,
    device: str = "auto",
) -> AuthorsResult:
    """Repeat the authors' result with their files: make the run, import the features, answer the questions.

    Args:
        temporal: `tempaligner_49.pt`.
        semantic: `semanticaligner_49.pt`.
        features: Their frame features, `app_feat.h5`.
        questions: `output_file_test.jsonl`, with event descriptions in place of options.
        output: The run folder to make.
        backbone: The image-text model that the weights were trained on.
        store: Folder of the feature store.
        overwrite: Replace a run that stands at `output`.
        device: "auto", "cpu" or "cuda".

    Returns:
        The run, what was imported, and a prediction for each question with accuracy per type.

    Raises:
        DataError: A file is no such file, or no video could be imported.
        ConfigError: A run stands at `output`.
        BackboneError: The backbone cannot be loaded.

    Example:
        >>> files = ("authors/tempaligner_49.pt", "authors/semanticaligner_49.pt", "authors/app_feat.h5")
        >>> result = convert_authors(*files, "authors/output_file_test.jsonl", output="runs/authors", backbone="mini")
        >>> result.questions, result.features
        (22, ConvertedFeatures(3 videos imported, 0 left out))
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.config.data_config import DataConfig
    from temadapter.data.load import load_dataset
    from temadapter.official.authors_features import import_features, official_store
    from temadapter.runs.evaluate import evaluate_run
    from temadapter.runs.load import load_run

    dataset = load_dataset(questions)
    run = convert_checkpoint(
        temporal, semantic, output=output, backbone=backbone, store=store, overwrite=overwrite
    )
    model = load_backbone(backbone, device=device, dtype="float32")  # as exact as can be
    imported = import_features(Path(features), dataset, official_store(Path(store), model))
    own = DataConfig(dataset=str(questions), descriptions="raw")
    answered = evaluate_run(load_run(Path(output)), data=own, device=device, backbone=model)
    return AuthorsResult(run, imported, answered)


def convert_checkpoint(
    temporal: str | Path,
    semantic: str | Path,
    *,
    output: str | Path,
    dataset: str | Path = "",
    backbone: str = AUTHORS_BACKBONE,
    store: str | Path = "features",
    overwrite: bool = False,
) -> ConvertedRun:
    """Make a run folder of the authors' two checkpoints, with preset `official`.

    Args:
        temporal: `tempaligner_49.pt`.
        semantic: `semanticaligner_49.pt`.
        output: The run folder to make.
        dataset: The questions that the run is to answer.
        backbone: The image-text model that the weights were trained on.
        store: Folder of the feature store.
        overwrite: Replace a run that stands at `output`.

    Returns:
        The run folder and how many parameters answer.

    Raises:
        DataError: A file is no checkpoint, asks to run code, or the two are swapped.
        ConfigError: A run stands at `output`.

    Example:
        >>> files = ("authors/tempaligner_49.pt", "authors/semanticaligner_49.pt")
        >>> convert_checkpoint(*files, output="runs/official", backbone="mini")
        ConvertedRun('runs/official', ... parameters)
    """
    from temadapter.hub.run_card import write_card
    from temadapter.runs.convert_authors import convert_checkpoints

    run = convert_checkpoints(
        Path(temporal),
        Path(semantic),
        Path(output),
        dataset=str(dataset),
        backbone=backbone,
        store=str(store),
        overwrite=overwrite,
    )
    write_card(run.folder)
    return run


def convert_features(
    file: str | Path,
    *,
    annotations: str | Path,
    store: str | Path = "features",
    backbone: str = AUTHORS_BACKBONE,
    export: bool = False,
) -> ConvertedFeatures:
    """Import the authors' frame features into the feature store, or export them, bit for bit.

    Args:
        file: The authors' HDF5 file; with `export` the one to make.
        annotations: The dataset that tells which vid_id is which video.
        store: Folder of the feature store.
        backbone: The image-text model that made the features.
        export: From the store into an HDF5 file.

    Returns:
        How many videos were converted, and why others were left out.

    Raises:
        DataError: The file or the dataset does not fit, or there is not one video to convert.
        BackboneError: The backbone cannot be loaded.

    Example:
        >>> convert_features("authors/app_feat.h5", annotations="crossroads", backbone="mini")
        ConvertedFeatures(3 videos imported, 0 left out)
        >>> convert_features("back.h5", annotations="crossroads", backbone="mini", export=True)
        ConvertedFeatures(3 videos exported, 0 left out)
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.data.load import load_dataset
    from temadapter.official.authors_features import export_features, import_features, official_store

    dataset = load_dataset(annotations)
    opened = official_store(Path(store), load_backbone(backbone))
    return (export_features if export else import_features)(Path(file), dataset, opened)
