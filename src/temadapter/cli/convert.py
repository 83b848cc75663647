"""`temadapter convert`: the authors' files into ours, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import Device, Json, Overwrite, checked_device
from temadapter.cli.output import emit, note, table_text
from temadapter.official.feature_settings import AUTHORS_BACKBONE

if TYPE_CHECKING:
    from temadapter.runs.evaluate import Evaluation

app = typer.Typer(no_args_is_help=True, help="Convert the authors' checkpoints and features.")

Temporal = Annotated[Path, typer.Argument(help="tempaligner_49.pt")]
Semantic = Annotated[Path, typer.Argument(help="semanticaligner_49.pt")]
Output = Annotated[Path, typer.Option("--output", help="The run folder to make.")]
Store = Annotated[str, typer.Option("--store", help="Folder of the feature store.")]
OfRun = Annotated[str, typer.Option("--backbone", help="The image-text model that it was trained on.")]


@app.command("authors")
def authors(
    temporal: Temporal,
    semantic: Semantic,
    features: Annotated[Path, typer.Argument(help="Their frame features, app_feat.h5")],
    questions: Annotated[Path, typer.Argument(help="output_file_test.jsonl")],
    output: Output,
    backbone: OfRun = AUTHORS_BACKBONE,
    store: Store = "features",
    overwrite: Overwrite = False,
    device: Device = "auto",
    as_json: Json = False,
) -> int:
    """Do all at once: make the run, import the features, answer the questions.

    Example: temadapter convert authors tempaligner_49.pt
    semanticaligner_49.pt app_feat.h5 output_file_test.jsonl
    --output runs/authors
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.config.data_config import DataConfig
    from temadapter.data.load import load_dataset
    from temadapter.hub.run_card import write_card
    from temadapter.official.authors_features import import_features, official_store
    from temadapter.runs.convert_authors import convert_checkpoints
    from temadapter.runs.evaluate import evaluate_run
    from temadapter.runs.load import load_run

    dataset = load_dataset(questions)
    convert_checkpoints(temporal, semantic, output, backbone=backbone, store=store, overwrite=overwrite)
    write_card(output)
    model = load_backbone(backbone, device=checked_device(device), dtype="float32")  # as exact as can be
    imported = import_features(features, dataset, official_store(Path(store), model))
    own = DataConfig(dataset=str(questions), descriptions="raw")
    result = evaluate_run(load_run(output), data=own, device=device, backbone=model)
    for failure in result.failed:
        note(f"Left out: {failure}")
    not_imported = _tell_left_out(imported)
    facts = imported | _answered(result) | {"run": output, "not_imported": imported["left_out"]}
    emit(facts, _text(result, facts), as_json=as_json)
    return SOME_FAILED if result.failed or not_imported else 0


def _answered(result: Evaluation) -> dict[str, Any]:
    return {
        "right": sum(bool(prediction.correct) for prediction in result.predictions),
        "questions": len(result.predictions),
        "left_out": result.left_out,
        "test": None if result.tested is None else result.tested.to_json(),
    }


def _text(result: Evaluation, facts: dict[str, Any]) -> str:
    table = "" if result.tested is None else table_text(result.tested.table)
    lines = [table, f"Right: {facts['right']} of {facts['questions']}. Run: {facts['run']}"]
    if result.left_out:
        lines.append(f"{result.left_out} questions were left out, because their videos have no features.")
    return "\n".join(lines)


@app.command("checkpoint")
def checkpoint(
    temporal: Temporal,
    semantic: Semantic,
    output: Output,
    dataset: Annotated[str, typer.Option("--dataset", help="The questions that the run is to answer.")] = "",
    backbone: OfRun = AUTHORS_BACKBONE,
    store: Store = "features",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Make a run folder of the authors' two checkpoints, with preset official.

    Example: temadapter convert checkpoint tempaligner_49.pt
    semanticaligner_49.pt --output runs/authors
    """
    from temadapter.hub.run_card import write_card
    from temadapter.runs.convert_authors import convert_checkpoints

    facts = convert_checkpoints(
        temporal, semantic, output, dataset=dataset, backbone=backbone, store=store, overwrite=overwrite
    )
    write_card(output)
    emit(
        facts,
        f"Run: {output} ({facts['parameters_for_answering']:,} parameters, preset official)",
        as_json=as_json,
    )


@app.command("features")
def features(
    source: Annotated[
        Path, typer.Argument(help="The authors' HDF5 file; or, with --export, the file to make.")
    ],
    annotations: Annotated[
        Path, typer.Option("--annotations", help="The dataset that tells which vid_id is which video.")
    ],
    store: Store = "features",
    backbone: Annotated[
        str, typer.Option("--backbone", help="The image-text model that made them.")
    ] = AUTHORS_BACKBONE,
    export: Annotated[bool, typer.Option("--export", help="From the store into an HDF5 file.")] = False,
    as_json: Json = False,
) -> int:
    """Import the authors' frame features into the feature store, or export them, bit for bit.

    Example: temadapter convert features app_feat.h5
    --annotations data/SUTD-TrafficQA
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.data.load import load_dataset
    from temadapter.official.authors_features import export_features, import_features, official_store

    dataset = load_dataset(annotations)
    opened = official_store(Path(store), load_backbone(backbone))
    facts = (export_features if export else import_features)(source, dataset, opened)
    left_out = _tell_left_out(facts)
    emit(facts, "\n".join(f"{key}: {value}" for key, value in _counted(facts).items()), as_json=as_json)
    return SOME_FAILED if left_out else 0


def _tell_left_out(facts: dict[str, Any]) -> bool:
    left_out: dict[str, str] = facts.get("left_out", {})
    for reason in left_out.values():
        note(f"Left out: {reason}")
    return bool(left_out)


def _counted(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: len(value) if isinstance(value, dict) else value for key, value in facts.items()}
