"""The authors' feature files: HDF5 with `appearance_features` (videos, 8, 16, 512) and `ids` (videos,)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from temadapter.errors import DataError, listed
from temadapter.files import atomic_path

FEATURES, IDS = "appearance_features", "ids"


class OfficialFeatures:
    """Reads one video's features at a time; memory does not grow with the file.

    The file is opened when something is first read, once in every process: a handle that forked workers share
    gives corrupt data.

    Args:
        path: The `.h5` file.

    Raises:
        DataError: When the file is missing or not of the authors' format.

    Example:
        >>> features = OfficialFeatures(Path("sutd-traffic_appearance_feat.h5"))  # doctest: +SKIP
        >>> features.read(0).shape  # doctest: +SKIP
        (8, 16, 512)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: h5py.File | None = None
        self._process = 0
        self._check()
        self.ids: tuple[int | str, ...] = self._read_ids()
        """What the authors call vid_id, in file order."""

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[tuple[int | str, NDArray[np.float32]]]:
        """Give each video's id and its features (C, F, D) float32, in file order."""
        for index, name in enumerate(self.ids):
            yield name, self.read(index)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_handle": None}

    @property
    def shape(self) -> tuple[int, int, int]:
        """Clips, frames of a clip, and embedding size of every video."""
        clips, frames, dim = self._open()[FEATURES].shape[1:]
        return int(clips), int(frames), int(dim)

    def read(self, index: int) -> NDArray[np.float32]:
        """Return the features (C, F, D) of the video at `index`, bit for bit.

        Raises:
            DataError: This part of the file is damaged.
        """
        try:
            features: NDArray[np.float32] = self._open()[FEATURES][index]
        except (OSError, RuntimeError, MemoryError) as error:
            raise DataError(
                f"{self.path}: the features of video {self.ids[index]} (row {index}) cannot be read ({error})."
            ) from error
        return features

    def close(self) -> None:
        """Close the file; reading opens it again."""
        if self._handle is not None and self._process == os.getpid():
            self._handle.close()
        self._handle = None

    def _open(self) -> h5py.File:
        """Return this process's own handle."""
        if self._handle is None or self._process != os.getpid():
            try:
                self._handle = h5py.File(self.path, "r")
            except FileNotFoundError:
                raise DataError(f"There is no feature file {self.path}.") from None
            except OSError as error:
                raise DataError(f"{self.path} is not an HDF5 file, or it is damaged ({error}).") from error
            self._process = os.getpid()
        return self._handle

    def _read_ids(self) -> tuple[int | str, ...]:
        try:
            ids = tuple(_plain(value) for value in self._open()[IDS][:])
            if not any(identity != "" for identity in ids):
                raise ValueError("every one is missing")
            return ids
        except (OSError, RuntimeError, ValueError, TypeError, OverflowError) as error:
            self.close()
            raise DataError(f"{self.path}: its {IDS} are not numbers or texts ({error}).") from error

    def _check(self) -> None:
        """Refuse a file that is not laid out as the authors' are."""
        handle = self._open()
        own = {name: handle[name] for name in handle if _is_inside(handle, name)}
        good = FEATURES in own and IDS in own
        if good:
            features, ids = own[FEATURES], own[IDS]
            good = features.ndim == 4 and features.dtype == np.float32 and ids.shape == features.shape[:1]
            good = good and 0 < features.shape[0] <= _MOST_VIDEOS
        if not good:
            held = listed(f"{name} {value.shape} {value.dtype}" for name, value in own.items())
            self.close()  # only now: a closed file's data sets have no shape
            raise DataError(
                f"{self.path} is not a feature file of the authors: it needs {FEATURES} (videos, clips, "
                f"frames, embedding size) float32 and {IDS} (videos,), but holds {held or 'no data sets'}."
            )


def write_official_features(
    path: Path, ids: Sequence[int | str], features: Iterable[NDArray[np.float32]]
) -> None:
    """Write an HDF5 file as the authors' extraction does, one video at a time.

    Args:
        path: The file to make; it appears when it is complete.
        ids: Every video's vid_id: all whole numbers, or all texts.
        features: For every id an array (C, F, D) float32, all of one shape.

    Raises:
        DataError: Naming the first video that does not fit.
    """
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as handle:
        target: Any = None
        for index, (name, array) in enumerate(zip_longest(ids, features)):
            if name is None or array is None:
                count = f"only {index}" if array is None else "more"
                raise DataError(f"There are {len(ids)} ids, but features of {count} videos.")
            if array.dtype != np.float32 or array.ndim != 3:
                raise DataError(
                    f"Video {name}: features must be (clips, frames, embedding size) float32, "
                    f"not {array.shape} {array.dtype}."
                )
            if target is None:
                target = handle.create_dataset(FEATURES, (len(ids), *array.shape), dtype="f4")
            elif array.shape != target.shape[1:]:
                raise DataError(f"Video {name}: features are {array.shape}, but others {target.shape[1:]}.")
            target[index] = array
        if target is None:
            raise DataError("There are no features to write.")
        kind = h5py.string_dtype() if any(isinstance(name, str) for name in ids) else np.int64
        handle.create_dataset(
            IDS, data=np.array(ids, dtype=object if kind is not np.int64 else kind), dtype=kind
        )


_MOST_VIDEOS = 10_000_000
"""A file may declare any number without holding it."""


def _is_inside(handle: h5py.File, name: str) -> bool:
    """Tell whether a data set's numbers are in the file itself: HDF5 can point at any other file of the machine."""
    if isinstance(handle.get(name, getlink=True), h5py.ExternalLink):
        return False
    value = handle.get(name)
    return isinstance(value, h5py.Dataset) and not value.external and not value.is_virtual


def _plain(value: Any) -> int | str:
    """Turn a NumPy id into a Python int or text; "" is a missing one (NaN)."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.floating) and not float(value).is_integer():
        return "" if np.isnan(value) else str(value)  # 1.5 is not the id 1
    return value if isinstance(value, str) else int(value)
