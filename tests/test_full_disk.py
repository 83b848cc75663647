"""A disk that is full while a library writes: each has an error of its own for it, and all become one sentence."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from temadapter.errors import DataError, StorageError
from temadapter.features.journal import append_row, read_rows
from temadapter.features.text_cache import TextFeatures
from temadapter.files import atomic_path, room_on_disk, write_text_atomic
from temadapter.runs.folder import BackboneRecord, RunFolder
from temadapter.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from toy_backbone import ToyBackbone

ROOM = 1 << 16


@contextmanager
def room(size: int = ROOM) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: the system answers as a full disk does, at the same places."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["x"] = np.ones(ROOM)


WRITERS: dict[str, Callable[[Path], object]] = {
    "Python": lambda path: path.write_bytes(bytes(2 * ROOM)),
    "torch": lambda path: torch.save({"x": torch.ones(ROOM)}, path),
    "safetensors": lambda path: save_file({"x": torch.ones(ROOM)}, path),
    "h5py": hdf5,
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_whatever_the_library_says_it_is_a_full_disk(tmp_path: Path, write: Callable[[Path], object]) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with room(), pytest.raises(StorageError, match="disk is full"), atomic_path(path) as temporary:
        write(temporary)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="my own"), atomic_path(tmp_path / "file"):
        raise RuntimeError("my own")
    with pytest.raises(DataError, match="no video"), room(), room_on_disk(tmp_path):
        raise DataError("no video")
    with pytest.raises(PermissionError), room_on_disk(tmp_path):
        raise PermissionError(13, "Permission denied")


def test_a_checkpoint_that_found_no_room_leaves_the_one_before(tmp_path: Path) -> None:
    def save(epoch: int, size: int) -> None:
        state = {"w": torch.full((size,), float(epoch))}
        save_checkpoint(tmp_path, progress=Progress(epoch=epoch), model=state, optimizer={}, random={})

    save(1, 10)
    with room(), pytest.raises(StorageError, match="disk is full"):
        save(2, ROOM)
    found = load_checkpoint(tmp_path)
    assert found is not None
    assert (found[0].epoch, [file.name for file in tmp_path.iterdir()]) == (1, ["state.pt"])


def test_weights_and_texts_that_found_no_room(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    with room(), pytest.raises(StorageError):
        run.write_weights({"w": torch.ones(ROOM)}, BackboneRecord("toy", "", 4, 1.0))
    assert not run.weights.exists()
    texts = TextFeatures(ToyBackbone(), root=tmp_path / "features")
    with room(100), pytest.raises(StorageError):
        texts.get(["a red car", "a blue car"])
    assert texts.get(["a red car"]).shape == (1, ToyBackbone().embedding_dim)


def test_a_row_of_which_only_a_part_found_room_is_told_and_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    append_row(path, {"id": "first"})
    with room(30), pytest.raises(StorageError):
        append_row(path, {"id": "second " * 10})
    append_row(path, {"id": "third"})
    assert [row["id"] for row in read_rows(path)] == ["first", "third"]


def test_what_a_full_disk_leaves_of_a_text_is_the_old_one(tmp_path: Path) -> None:
    write_text_atomic(tmp_path / "a", "old")
    with room(), pytest.raises(StorageError):
        write_text_atomic(tmp_path / "a", "new" * ROOM)
    assert (tmp_path / "a").read_text() == "old"
