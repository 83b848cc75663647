"""`temadapter.info`: what a run, a feature store, a dataset, a video or this installation is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from temadapter.errors import DataError
from temadapter.text_formats import json_value, plain

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


def info(path: str | Path | None = None) -> dict[str, Any]:
    """Tell what a run, a feature store, a dataset or a video holds; without a path, versions and machine.

    Args:
        path: A run (its folder, `crossroads` for the demo's, or `hf:OWNER/NAME`), a feature store, a dataset or a
            video.

    Returns:
        Facts by name, ready for JSON; `kind` is `run`, `feature store`, `feature stores`, `dataset` or `video`.

    Raises:
        DataError: Nothing is there, or it is damaged.
        VideoError: A file that is no video.

    Example:
        >>> facts = info("runs/a")
        >>> facts["kind"], facts["method"], facts["backbone"], facts["finished"]
        ('run', 'clip-adapter', 'mini', True)
        >>> info("crossroads")["splits"]
        {'train': 33, 'test': 22}
    """
    facts: dict[str, Any] = plain(_installation() if path is None else _of(_found(str(path))))
    return facts


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

    return {"kind": "video", **plain(probe(path))}


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
