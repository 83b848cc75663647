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
    facts = import_features(theirs, questions, store(folder))
    assert (facts["imported"], facts["not_in_annotations"]) == (VIDEOS, 0)
    export_features(folder / "back.h5", questions, store(folder))
    with h5py.File(folder / "back.h5") as back:
        assert back["ids"][:].tolist() == ids
        assert back["appearance_features"][:].tobytes() == features.tobytes()


def test_videos_of_no_question_are_passed_over_and_counted(tmp_path: Path) -> None:
    features = np.random.default_rng(0).normal(size=(VIDEOS, 8, 16, DIM)).astype(np.float32)
    theirs = write(tmp_path / "app_feat.h5", [5, 6, 7], features)
    facts = import_features(theirs, dataset(7, 8), store(tmp_path))
    assert (facts["imported"], facts["not_in_annotations"]) == (1, 2)
    facts = export_features(tmp_path / "back.h5", dataset(8, 7), store(tmp_path))
    assert (facts["exported"], facts["not_in_store"]) == (1, 1)
    with h5py.File(tmp_path / "back.h5") as back:
        assert back["appearance_features"][:].tobytes() == features[2:].tobytes()


def test_videos_without_vid_ids_cannot_be_found(tmp_path: Path) -> None:
    nameless = Dataset("mine", Path(), (Question(id="1", video="a.mp4", text="What?", options=("a", "b")),))
    with pytest.raises(DataError, match="names no vid_id"):
        export_features(tmp_path / "back.h5", nameless, store(tmp_path))
    with pytest.raises(DataError, match="has none of these videos"):
        export_features(tmp_path / "back.h5", dataset(1), store(tmp_path))
