from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.errors import DataError
from temadapter.features.key import FeatureKey
from temadapter.features.store import FeatureStore
from temadapter.official.authors_features import export_features, import_features

VIDEOS, DIM = 3, 4
IDS = st.lists(st.integers(0, 10**6), min_size=VIDEOS, max_size=VIDEOS, unique=True)
NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False, allow_subnormal=True)


def dataset(*ids: int | str) -> Dataset:
    questions = tuple(
        Question(
            id=str(i), video=f"{i}.mp4", video_id=str(i), text="What?", options=("a", "b"), answer=0, type=""
        )
        for i in ids
    )
    return Dataset("small", Path(), questions)


def store(root: Path) -> FeatureStore:
    key = FeatureKey("x", "0" * 16, DIM, "clips(8,16)", "squash-16-bicubic")
    return FeatureStore(root, backbone=key, sampler=key.sampler, preprocessing=key.preprocessing)


def write(path: Path, ids: list[int], features: np.ndarray) -> Path:
    with h5py.File(path, "w") as file:
        file["appearance_features"], file["ids"] = features, np.array(ids)
    return path


@settings(max_examples=20)
@given(ids=IDS, features=arrays(np.float32, (VIDEOS, 8, 16, DIM), elements=NUMBERS))
def test_any_file_comes_back_bit_for_bit_and_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, ids: list[int], features: np.ndarray
) -> None:
    folder = tmp_path_factory.mktemp("features")
    theirs = write(folder / "app_feat.h5", ids, features)
    questions = dataset(*sorted(ids))
    done = import_features(theirs, questions, store(folder))
    assert (done.videos, done.others) == (VIDEOS, 0)
    export_features(folder / "back.h5", questions, store(folder))
    with h5py.File(folder / "back.h5") as back:
        assert back["ids"][:].tolist() == ids
        assert back["appearance_features"][:].tobytes() == features.tobytes()


def test_videos_of_no_question_are_passed_over_and_counted(tmp_path: Path) -> None:
    features = np.random.default_rng(0).normal(size=(VIDEOS, 8, 16, DIM)).astype(np.float32)
    theirs = write(tmp_path / "app_feat.h5", [5, 6, 7], features)
    done = import_features(theirs, dataset(7, 8), store(tmp_path))
    assert (done.videos, done.others) == (1, 2)
    done = export_features(tmp_path / "back.h5", dataset(8, 7), store(tmp_path))
    assert (done.videos, done.others) == (1, 1)
    with h5py.File(tmp_path / "back.h5") as back:
        assert back["appearance_features"][:].tobytes() == features[2:].tobytes()


def test_videos_without_vid_ids_cannot_be_found(tmp_path: Path) -> None:
    nameless = Dataset("mine", Path(), (Question(id="1", video="a.mp4", text="What?", options=("a", "b")),))
    with pytest.raises(DataError, match="names no vid_id"):
        export_features(tmp_path / "back.h5", nameless, store(tmp_path))
    with pytest.raises(DataError, match="has none of these videos"):
        export_features(tmp_path / "back.h5", dataset(1), store(tmp_path))


def numbers() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(VIDEOS, 8, 16, DIM)).astype(np.float32)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_video_with_a_number_that_is_none_costs_itself_only(tmp_path: Path, bad: float) -> None:
    features = numbers()
    features[1, 0, 0, 0] = bad
    opened = store(tmp_path)
    done = import_features(write(tmp_path / "x.h5", [0, 1, 2], features), dataset(0, 1, 2), opened)
    assert (done.videos, set(opened.ids())) == (2, {"0.mp4", "2.mp4"})
    assert done.left_out == {
        "1.mp4": f"{tmp_path / 'x.h5'}: video 1 (row 1): 1 of its numbers are not finite"
    }


def test_an_id_that_is_missing_or_no_whole_number_costs_its_own_row_only(tmp_path: Path) -> None:
    opened, file = store(tmp_path), tmp_path / "x.h5"
    with h5py.File(file, "w") as handle:
        handle["appearance_features"], handle["ids"] = numbers(), np.array([0.0, np.nan, 1.5])
    done = import_features(file, dataset(0, 1, 2), opened)
    assert (done.videos, opened.ids(), done.others) == (1, ("0.mp4",), 1)
    assert done.left_out == {"row 1": f"{file}: row 1: it has no id"}


def test_zeros_and_ids_that_come_again_are_told(tmp_path: Path) -> None:
    features = numbers()
    features[0] = 0
    with pytest.warns(UserWarning, match=r"x\.h5: all features of video 0 \(row 0\) are 0"):
        done = import_features(write(tmp_path / "x.h5", [0, 1, 1], features), dataset(0, 1), store(tmp_path))
    assert done.videos == 2
    assert "comes again" in done.left_out["1.mp4"]


def test_where_no_video_can_be_imported_it_is_an_error(tmp_path: Path) -> None:
    features = np.full((1, 8, 16, DIM), np.nan, dtype=np.float32)
    with pytest.raises(DataError, match=r"No video was imported.*x\.h5: video 0"):
        import_features(write(tmp_path / "x.h5", [0], features), dataset(0), store(tmp_path))


def test_a_file_of_another_width_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"of 5 numbers a video, but the store takes 8 x 16 of 4"):
        import_features(
            write(tmp_path / "x.h5", [0], np.ones((1, 8, 16, 5), np.float32)), dataset(0), store(tmp_path)
        )


@pytest.mark.parametrize("kind", ["external storage", "external link", "virtual", "huge"])
def test_a_file_that_points_at_others_or_declares_too_much_is_refused(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "other.h5", [0], np.ones((1, 8, 16, DIM), np.float32))
    shape = (1, 8, 16, DIM)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["ids"] = np.array([0])
        if kind == "external storage":
            secret = [(str(tmp_path / "other.h5"), 0, h5py.h5f.UNLIMITED)]
            file.create_dataset("appearance_features", shape, "f4", external=secret)
        elif kind == "external link":
            file["appearance_features"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "appearance_features")
        elif kind == "virtual":
            layout = h5py.VirtualLayout(shape, "f4")
            layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "appearance_features", shape)
            file.create_virtual_dataset("appearance_features", layout)
        else:
            del file["ids"]
            file.create_dataset("appearance_features", (10**12, *shape[1:]), "f4", chunks=shape)
            file.create_dataset("ids", (10**12,), "i8", chunks=(1000,))
    with pytest.raises(DataError, match="is not a feature file of the authors"):
        import_features(tmp_path / "x.h5", dataset(0), store(tmp_path))


@pytest.mark.parametrize("ids", [np.array([np.nan]), np.array([b"\xff"]), np.zeros(1, dtype="V4")])
def test_ids_that_are_none_are_one_sentence(tmp_path: Path, ids: np.ndarray) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["appearance_features"], file["ids"] = np.ones((1, 8, 16, DIM), np.float32), ids
    with pytest.raises(DataError, match="ids are not numbers or texts"):
        import_features(tmp_path / "x.h5", dataset(0), store(tmp_path))
