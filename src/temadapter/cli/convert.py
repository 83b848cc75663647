"""`temadapter convert`: the authors' files into ours, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temadapter.cli.options import Json, Overwrite
from temadapter.cli.output import emit
from temadapter.errors import DataError

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset
    from temadapter.models.tem_adapter import TemAdapter

app = typer.Typer(no_args_is_help=True, help="Convert the authors' checkpoints and features.")
AUTHORS_BACKBONE = "hf:openai/clip-vit-base-patch32"
AUTHORS_SAMPLER = "clips(8,16)"
AUTHORS_PREPROCESSING = "squash"
AUTHORS_CLIPS, AUTHORS_FRAMES = 8, 16
CLIP_LOGIT_SCALE = 100.0  # of OpenAI's CLIP; Tem-Adapter itself does not use it


@app.command("checkpoint")
def checkpoint(
    temporal: Annotated[Path, typer.Argument(help="tempaligner_49.pt")],
    semantic: Annotated[Path, typer.Argument(help="semanticaligner_49.pt")],
    output: Annotated[Path, typer.Option("--output", help="The run folder to make.")],
    dataset: Annotated[str, typer.Option("--dataset", help="The questions that the run is to answer.")] = "",
    backbone: Annotated[
        str, typer.Option("--backbone", help="The image-text model that it was trained on.")
    ] = AUTHORS_BACKBONE,
    store: Annotated[str, typer.Option("--store", help="Folder of the feature store.")] = "features",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Make a run folder of the authors' two checkpoints, with preset official.

    Example: temadapter convert checkpoint tempaligner_49.pt
    semanticaligner_49.pt --output runs/authors
    """
    from temadapter.interop.checkpoint import load_official_files
    from temadapter.training.config import load_config

    model = load_official_files(temporal, semantic)
    settings = {
        "data.dataset": dataset,
        "data.descriptions": "raw",  # the authors' files hold event descriptions in place of options
        "features.backbone": backbone,
        "features.sampler": AUTHORS_SAMPLER,
        "features.preprocessing": AUTHORS_PREPROCESSING,
        "features.store": store,
        "model.embedding_dim": model.config.embedding_dim,
    }
    config = load_config("official", [f"{name}={value}" for name, value in settings.items()])
    facts = _write_run(model, config, output, sources=(temporal, semantic), overwrite=overwrite)
    emit(
        facts,
        f"Run: {output} ({facts['parameters_for_answering']:,} parameters, preset official)",
        as_json=as_json,
    )


def _write_run(
    model: TemAdapter, config: Any, output: Path, *, sources: tuple[Path, Path], overwrite: bool
) -> dict[str, Any]:
    from temadapter.training.model_card import model_card
    from temadapter.training.results import meta_block, run_block
    from temadapter.training.run_folder import BackboneRecord, RunFolder

    folder = RunFolder(output)
    folder.prepare(config, overwrite=overwrite)
    record = BackboneRecord(config.features.backbone, "", model.config.embedding_dim, CLIP_LOGIT_SCALE)
    weights = model.inference_state()
    folder.write_weights(weights, record)
    names = " and ".join(path.name for path in sources)
    train = {
        "converted_from": [path.name for path in sources],
        "parameters_for_answering": sum(value.numel() for value in weights.values()),
        "chosen": f"those of {names}",
        "test": None,
    }
    results = {
        "run": run_block(config, datetime.now(UTC)),
        "train": train,
        "meta": meta_block(config, record),
    }
    note = f"Converted from the authors' {names}; not trained here."
    folder.card.write_text(model_card(config, record, results, note=note), encoding="utf-8")
    folder.write_results(results)
    return {"folder": output, **train}


@app.command("features")
def features(
    source: Annotated[
        Path, typer.Argument(help="The authors' HDF5 file; or, with --export, the file to make.")
    ],
    annotations: Annotated[
        Path, typer.Option("--annotations", help="The dataset that tells which vid_id is which video.")
    ],
    store: Annotated[Path, typer.Option("--store", help="Folder of the feature store.")] = Path("features"),
    backbone: Annotated[
        str, typer.Option("--backbone", help="The image-text model that made them.")
    ] = AUTHORS_BACKBONE,
    export: Annotated[bool, typer.Option("--export", help="From the store into an HDF5 file.")] = False,
    as_json: Json = False,
) -> None:
    """Import the authors' frame features into the feature store, or export them.

    Example: temadapter convert features app_feat.h5
    --annotations data/SUTD-TrafficQA
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.data.dataset import load_dataset
    from temadapter.features.store import FeatureStore
    from temadapter.training.prepare import with_preprocessing

    names = _names(load_dataset(annotations))
    model = with_preprocessing(load_backbone(backbone), AUTHORS_PREPROCESSING)
    opened = FeatureStore(store.expanduser(), backbone=model, sampler=AUTHORS_SAMPLER)
    facts = _export(source, names, opened) if export else _import(source, names, opened)
    emit(facts, "\n".join(f"{key}: {value}" for key, value in facts.items()), as_json=as_json)


def _names(dataset: Dataset) -> dict[str, str]:
    """Return the video file of every vid_id."""
    names = {q.video_id: q.video for q in dataset.questions if q.video_id is not None}
    if not names:
        raise DataError(
            f"Dataset {dataset.name!r} names no vid_id, so its videos cannot be found in the file."
        )
    return names


def _import(source: Path, names: dict[str, str], store: Any) -> dict[str, Any]:
    import torch

    from temadapter.interop.hdf5 import OfficialFeatures
    from temadapter.progress import track

    unknown, known = 0, 0
    file = OfficialFeatures(source)
    for identity, array in track(file, "Importing features", total=len(file)):
        video = names.get(str(identity))
        if video is None:
            unknown += 1
            continue
        frames = torch.from_numpy(array).flatten(0, 1)
        store.write(video, features=frames, times=torch.full((len(frames),), torch.nan, dtype=torch.float64))
        known += 1
    return {"store": store.folder, "imported": known, "not_in_annotations": unknown}


def _export(target: Path, names: dict[str, str], store: Any) -> dict[str, Any]:
    from temadapter.interop.hdf5 import write_official_features

    there = [(identity, video) for identity, video in names.items() if store.has(video)]
    if not there:
        raise DataError(f"The store {store.folder} has none of these videos.")
    shape = (AUTHORS_CLIPS, AUTHORS_FRAMES, store.key.embedding_dim)
    arrays = (store.read(video).features.reshape(shape).numpy() for _, video in there)
    ids = [int(identity) if identity.isdecimal() else identity for identity, _ in there]
    write_official_features(target, ids, arrays)
    return {"file": target, "exported": len(there), "not_in_store": len(names) - len(there)}
