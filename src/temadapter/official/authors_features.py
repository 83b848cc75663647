"""The authors' frame features, from their HDF5 file into the feature store and back, bit for bit."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
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


@dataclass(frozen=True, repr=False)
class ConvertedFeatures:
    """What was imported or exported.

    Attributes:
        path: The store that took the features; of an export the HDF5 file.
        videos: How many were converted.
        others: How many of the file's videos the annotations do not name; of an export, how many of the annotations'
            videos the store lacks.
        left_out: Why each of the others was, by video.
        exported: Whether this was an export.
    """

    path: Path
    videos: int
    others: int
    left_out: Mapping[str, str] = field(default_factory=dict)
    exported: bool = False

    def __repr__(self) -> str:
        done = "exported" if self.exported else "imported"
        return f"ConvertedFeatures({self.videos} videos {done}, {len(self.left_out)} left out)"

    def to_dict(self) -> dict[str, Any]:
        """Return the counts for JSON."""
        if self.exported:
            return {"file": str(self.path), "exported": self.videos, "not_in_store": self.others}
        return {
            "store": str(self.path),
            "imported": self.videos,
            "not_in_annotations": self.others,
            "left_out": dict(self.left_out),
        }


def official_store(root: Path, backbone: Backbone) -> FeatureStore:
    """Return the feature store in which the authors' features of `backbone` belong: their frames, their resize.

    Args:
        root: The folder of all stores.
        backbone: The image-text model that made the features.
    """
    prepared = with_preprocessing(backbone, AUTHORS_PREPROCESSING)
    return FeatureStore(root.expanduser(), backbone=prepared, sampler=AUTHORS_SAMPLER)


def import_features(source: Path, dataset: Dataset, store: FeatureStore) -> ConvertedFeatures:
    """Put the features of an HDF5 file into a store, as float32: no bit is lost.

    Args:
        source: The authors' `.h5` file.
        dataset: Tells which vid_id is which video; features of other videos are passed over.
        store: Of `official_store`.

    Returns:
        How many videos were imported, and why others were left out.

    Raises:
        DataError: The file or the dataset does not fit, or not one video could be imported.
    """
    names, file = _names(dataset), OfficialFeatures(source)
    _check_shape(file, store)
    store.repair()
    done: set[str] = set()
    left_out: dict[str, str] = {}
    for row, identity in enumerate(track(file.ids, "Importing features", total=len(file))):
        if identity == "":
            left_out[f"row {row}"] = f"{source}: row {row}: it has no id"
            continue
        video = names.get(str(identity))
        if video is None:
            continue
        reason = "its id comes again" if video in done else _import(file, row, video, store)
        if reason is None:
            done.add(video)
        else:
            left_out[video] = f"{source}: video {identity} (row {row}): {reason}"
    if left_out and not done:
        raise DataError(f"No video was imported. The first: {next(iter(left_out.values()))}.")
    unknown = sum(identity != "" and str(identity) not in names for identity in file.ids)
    return ConvertedFeatures(store.folder, len(done), unknown, left_out)


def _import(file: OfficialFeatures, row: int, video: str, store: FeatureStore) -> str | None:
    """Put one video's features into the store; return why they cannot be used, or None."""
    try:
        array = file.read(row)
    except DataError as error:
        return str(error)
    if not np.isfinite(array).all():
        return f"{np.count_nonzero(~np.isfinite(array)):,} of its numbers are not finite"
    if not array.any():
        warnings.warn(f"{file.path}: all features of video {file.ids[row]} (row {row}) are 0.", stacklevel=2)
    frames = torch.from_numpy(array).flatten(0, 1)  # (C * F, D)
    times = torch.full((len(frames),), torch.nan, dtype=torch.float64)  # the file does not tell them
    store.write(video, features=frames, times=times, source=imported_state(row), exact=True)
    return None


def _check_shape(file: OfficialFeatures, store: FeatureStore) -> None:
    clips, frames, dim = file.shape
    wanted = store.key.embedding_dim
    if clips * frames != AUTHORS_CLIPS * AUTHORS_FRAMES or dim != wanted:
        raise DataError(
            f"{file.path} holds {clips} x {frames} frames of {dim} numbers a video, but the store takes "
            f"{AUTHORS_CLIPS} x {AUTHORS_FRAMES} of {wanted}: name the model that made them with --backbone."
        )


def export_features(target: Path, dataset: Dataset, store: FeatureStore) -> ConvertedFeatures:
    """Write the features of a store into an HDF5 file as the authors' extraction makes it.

    Args:
        target: The `.h5` file to make.
        dataset: Tells which vid_id is which video. Videos that were imported come in the order in which they
            were in their file; others follow, in the order of the dataset.
        store: Of `official_store`.

    Returns:
        How many videos were exported.

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
    return ConvertedFeatures(target, len(there), len(names) - len(there), exported=True)


def _names(dataset: Dataset) -> dict[str, str]:
    """Return the video file of every vid_id."""
    names = {q.video_id: q.video for q in dataset.questions if q.video_id is not None}
    if not names:
        raise DataError(
            f"Dataset {dataset.name!r} names no vid_id, so its videos cannot be found in the file."
        )
    return names
