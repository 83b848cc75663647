"""The authors' frame features, from their HDF5 file into the feature store and back, bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from temadapter.backbones.resized import with_preprocessing
from temadapter.errors import DataError
from temadapter.features.provenance import IMPORTED, imported_state
from temadapter.features.store import FeatureStore
from temadapter.official.feature_settings import (
    AUTHORS_CLIPS,
    AUTHORS_FRAMES,
    AUTHORS_PREPROCESSING,
    AUTHORS_SAMPLER,
)
from temadapter.official.hdf5 import OfficialFeatures, write_official_features
from temadapter.progress import track

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.data.dataset import Dataset


def official_store(root: Path, backbone: Backbone) -> FeatureStore:
    """Return the feature store in which the authors' features of `backbone` belong: their frames, their resize.

    Args:
        root: The folder of all stores.
        backbone: The image-text model that made the features.
    """
    prepared = with_preprocessing(backbone, AUTHORS_PREPROCESSING)
    return FeatureStore(root.expanduser(), backbone=prepared, sampler=AUTHORS_SAMPLER)


def import_features(source: Path, dataset: Dataset, store: FeatureStore) -> dict[str, Any]:
    """Put the features of an HDF5 file into a store, as float32: no bit is lost.

    Args:
        source: The authors' `.h5` file.
        dataset: Tells which vid_id is which video; features of other videos are passed over.
        store: Of `official_store`.

    Returns:
        The store's folder, and how many videos were `imported` or `not_in_annotations`.

    Raises:
        DataError: The file or the dataset does not fit.
    """
    names, known = _names(dataset), 0
    file = OfficialFeatures(source)
    for row, (identity, array) in enumerate(track(file, "Importing features", total=len(file))):
        video = names.get(str(identity))
        if video is None:
            continue
        frames = torch.from_numpy(array).flatten(0, 1)  # (C * F, D)
        times = torch.full((len(frames),), torch.nan, dtype=torch.float64)  # the file does not tell them
        store.write(video, features=frames, times=times, source=imported_state(row), exact=True)
        known += 1
    return {"store": store.folder, "imported": known, "not_in_annotations": len(file) - known}


def export_features(target: Path, dataset: Dataset, store: FeatureStore) -> dict[str, Any]:
    """Write the features of a store into an HDF5 file as the authors' extraction makes it.

    Args:
        target: The `.h5` file to make.
        dataset: Tells which vid_id is which video. Videos that were imported come in the order in which they
            were in their file; others follow, in the order of the dataset.
        store: Of `official_store`.

    Returns:
        The file, and how many videos were `exported` or `not_in_store`.

    Raises:
        DataError: The store has none of the videos, or the dataset names no vid_id.
    """
    names = _names(dataset)
    there = [(identity, video) for identity, video in names.items() if store.has(video)]
    if not there:
        raise DataError(f"The store {store.folder} has none of these videos.")
    there.sort(key=lambda pair: (store.source(pair[1]) or {}).get(IMPORTED, torch.inf))
    shape = (AUTHORS_CLIPS, AUTHORS_FRAMES, store.key.embedding_dim)
    arrays = (store.read(video).features.reshape(shape).numpy() for _, video in there)
    ids = [int(identity) if identity.isdecimal() else identity for identity, _ in there]
    write_official_features(target, ids, arrays)
    return {"file": target, "exported": len(there), "not_in_store": len(names) - len(there)}


def _names(dataset: Dataset) -> dict[str, str]:
    """Return the video file of every vid_id."""
    names = {q.video_id: q.video for q in dataset.questions if q.video_id is not None}
    if not names:
        raise DataError(
            f"Dataset {dataset.name!r} names no vid_id, so its videos cannot be found in the file."
        )
    return names
