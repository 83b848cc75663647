"""`temadapter convert`: the authors' files into ours, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.api.convert import AUTHORS_BACKBONE
from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import Device, Json, Overwrite, checked_device
from temadapter.cli.output import emit, note, table_text

if TYPE_CHECKING:
    from temadapter.api.convert import AuthorsResult

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
    from temadapter.api.convert import convert_authors

    result = convert_authors(
        temporal,
        semantic,
        features,
        questions,
        output=output,
        backbone=backbone,
        store=store,
        overwrite=overwrite,
        device=checked_device(device),
    )
    for reason in (*result.evaluation.failed, *result.features.left_out.values()):
        note(f"Left out: {reason}")
    emit(result.to_dict(), _text(result), as_json=as_json)
    return SOME_FAILED if result.evaluation.failed or result.features.left_out else 0


def _text(result: AuthorsResult) -> str:
    answered = result.evaluation
    table = "" if answered.tested is None else table_text(answered.tested.table)
    lines = [table, f"Right: {result.right} of {result.questions}. Run: {result.run.folder}"]
    if answered.left_out:
        lines.append(f"{answered.left_out} questions were left out, because their videos have no features.")
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
    from temadapter.api.convert import convert_checkpoint

    run = convert_checkpoint(
        temporal,
        semantic,
        output=output,
        dataset=dataset,
        backbone=backbone,
        store=store,
        overwrite=overwrite,
    )
    text = f"Run: {run.folder} ({run.parameters:,} parameters, preset official)"
    emit(run.to_dict(), text, as_json=as_json)


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
    from temadapter.api.convert import convert_features

    done = convert_features(source, annotations=annotations, store=store, backbone=backbone, export=export)
    for reason in done.left_out.values():
        note(f"Left out: {reason}")
    facts = done.to_dict()
    counts = {name: len(value) if isinstance(value, dict) else value for name, value in facts.items()}
    emit(facts, "\n".join(f"{name}: {value}" for name, value in counts.items()), as_json=as_json)
    return SOME_FAILED if done.left_out else 0
