from __future__ import annotations

import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from temadapter.errors import DataError
from temadapter.official.hdf5 import OfficialFeatures, write_official_features

FEATURES = np.random.RandomState(0).standard_normal((3, 8, 16, 32)).astype("float32")
FEATURES[0, 0, 0, :3] = [np.nan, -0.0, 1e-42]


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A file as the authors' extraction writes it."""
    path = tmp_path / "app_feat.h5"
    with h5py.File(path, "w") as handle:
        handle.create_dataset("appearance_features", data=FEATURES)
        handle.create_dataset("ids", data=np.array([7, 0, 4012]))
    return path


@pytest.mark.parametrize("ids", [(7, 0, 4012), ("a", "b_2", "ü")])
def test_features_travel_there_and_back_bit_for_bit(theirs: Path, ids: tuple[int | str, ...]) -> None:
    source = OfficialFeatures(theirs)
    assert source.ids == (7, 0, 4012)
    assert source.shape == (8, 16, 32)
    copy = theirs.with_name("copy.h5")
    write_official_features(copy, ids, (array for _, array in source))
    again = OfficialFeatures(copy)
    assert again.ids == ids
    assert len(again) == 3
    for index in range(3):
        assert again.read(index).tobytes() == FEATURES[index].tobytes()


def test_every_process_opens_its_own_handle(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features = OfficialFeatures(theirs)
    here = features._open()
    assert features._open() is here
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert features._open() is not here
    assert pickle.loads(pickle.dumps(features)).read(1).tobytes() == FEATURES[1].tobytes()


def test_a_closed_file_opens_again(theirs: Path) -> None:
    features = OfficialFeatures(theirs)
    features.close()
    assert features.read(2).tobytes() == FEATURES[2].tobytes()


def test_other_files_are_refused_with_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as handle:
        handle.create_dataset("motion", data=np.zeros((2, 3)))
    with pytest.raises(DataError, match=r"appearance_features.*but holds motion \(2, 3\) float64"):
        OfficialFeatures(path)
    path.write_bytes(b"hello")
    with pytest.raises(DataError, match="not an HDF5 file"):
        OfficialFeatures(path)
    with pytest.raises(DataError, match="no feature file"):
        OfficialFeatures(tmp_path / "none.h5")


def test_a_file_that_points_at_another_is_refused(theirs: Path) -> None:
    path = theirs.with_name("pointer.h5")
    with h5py.File(path, "w") as handle:
        for name in ("appearance_features", "ids"):
            handle[name] = h5py.ExternalLink(theirs, name)
    with pytest.raises(DataError, match="holds no data sets"):
        OfficialFeatures(path)


@pytest.mark.parametrize(
    ("ids", "arrays", "message"),
    [
        ([1, 2], [FEATURES[0]], "2 ids, but features of only 1"),
        ([1], [FEATURES[0], FEATURES[1]], "1 ids, but features of more"),
        ([1], [FEATURES[0].astype("float64")], "Video 1: .*float64"),
        ([1, 2], [FEATURES[0], FEATURES[1][:4]], r"Video 2: features are \(4, 16, 32\)"),
        ([], [], "no features"),
    ],
)
def test_features_that_do_not_fit_leave_no_file(
    tmp_path: Path, ids: list[int], arrays: list[np.ndarray], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        write_official_features(tmp_path / "out.h5", ids, arrays)
    assert list(tmp_path.iterdir()) == []
