"""`temadapter info`: what a run, a feature store, a video or this installation is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from temadapter.cli.options import Json
from temadapter.cli.output import columns, emit, plain
from temadapter.errors import DataError
from temadapter.text_formats import json_value

PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "av",
    "safetensors",
    "h5py",
    "numpy",
    "scipy",
    "matplotlib",
)


def info(
    path: Annotated[
        str | None,
        typer.Argument(help="A run (by any name), a feature store, a dataset or a video."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell what a run, a feature store, a dataset or a video holds; without a path, versions and machine.

    Example: temadapter info runs/paper
    """
    facts = _installation() if path is None else _of(_found(path))
    told = {name: value for name, value in facts.items() if name != "results"} | _outcome(facts)
    emit(
        facts,
        columns([(name.replace("_", " "), _cell(value)) for name, value in told.items()]),
        as_json=as_json,
    )


def _outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a person wants to know of a run's results; `--json` prints all of them."""
    results = facts.get("results") or {}
    if error := results.get("run", {}).get("error"):
        return {"failed": error}
    train = results.get("train", {})
    test = train.get("test") or {"rows": []}
    accuracy = {
        name
        or "all": f"{100 * estimate['value']:.1f} % [{100 * estimate['low']:.1f}, {100 * estimate['high']:.1f}]"
        for row in test["rows"]
        for name, estimate in (("", row["overall"]), *row["types"].items())
    }
    kept = ("questions", "videos", "members", "trainable_parameters", "chosen", "seconds")
    return {name: train[name] for name in kept if name in train} | ({"test": accuracy} if accuracy else {})


def _found(name: str) -> Path:
    from temadapter.hub.run_names import find_run

    return Path(name) if Path(name).exists() else find_run(name)


def _of(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise DataError(f"There is nothing at {path}.")
    if (path / "config.yaml").is_file():
        return _run(path)
    if (path / "key.json").is_file() or any(path.glob("*/key.json")):
        return _store(path)
    if path.is_dir() or path.suffix.lower() in (".jsonl", ".csv", ".parquet"):
        return _dataset(path)
    return _video(path)


def _run(folder: Path) -> dict[str, Any]:
    from temadapter.config.run_config import load_config

    config = load_config(folder)
    facts: dict[str, Any] = {
        "kind": "run",
        "folder": folder,
        "method": config.method,
        "preset": config.preset,
        "dataset": config.data.dataset,
        "backbone": config.features.backbone,
        "sampler": config.features.sampler,
        "finished": (folder / "results.json").is_file(),
    }
    if facts["finished"]:
        try:
            facts["results"] = json_value((folder / "results.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise DataError(f"{folder / 'results.json'} cannot be read: {error}.") from error
    return facts


def _store(folder: Path) -> dict[str, Any]:
    from temadapter.features.store import FeatureStore, list_stores

    stores = [FeatureStore.open(folder)] if (folder / "key.json").is_file() else list(list_stores(folder))
    rows = [
        {
            "folder": store.folder,
            "backbone": store.key.name,
            "fingerprint": store.key.fingerprint,
            "embedding_dim": store.key.embedding_dim,
            "sampler": store.key.sampler,
            "preprocessing": store.key.preprocessing,
            "videos": len(store),
            "failed": len(store.failures()),
            "bytes": sum(file.stat().st_size for file in store.folder.iterdir()),
        }
        for store in stores
    ]
    return (
        {"kind": "feature store", **rows[0]} if len(rows) == 1 else {"kind": "feature stores", "stores": rows}
    )


def _dataset(path: Path) -> dict[str, Any]:
    from collections import Counter

    from temadapter.data.load import load_dataset

    dataset = load_dataset(path)
    questions = dataset.questions
    return {
        "kind": "dataset",
        "name": dataset.name,
        "questions": len(questions),
        "videos": len(dataset.videos()),
        "splits": dict(Counter(q.split for q in questions if q.split)),
        "types": dict(sorted(Counter(q.type for q in questions if q.type).items())),
        "options": dict(sorted(Counter(str(sum(q.option_mask)) for q in questions).items())),
        "without_answer": sum(q.answer is None for q in questions),
        "bad_rows": [str(problem) for problem in dataset.problems],
        "video_folder": dataset.video_dir,
        "missing_videos": sum(not os.path.isfile(dataset.video_path(video)) for video in dataset.videos()),
    }


def _video(path: Path) -> dict[str, Any]:
    from temadapter.video.probe import probe

    facts = plain(probe(path))
    return {"kind": "video", **facts}


def _installation() -> dict[str, Any]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from temadapter import __version__

    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return {
        "temadapter": __version__,
        "python": platform.python_version(),
        **{name: installed(name) for name in PACKAGES},
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "cuda": _cuda(),
    }


def _cuda() -> list[str]:
    import torch

    return [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items()) or "-"
    if isinstance(value, list):
        return ("\n" + "\n".join(f"  {_cell(item)}" for item in value)) if value else "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
