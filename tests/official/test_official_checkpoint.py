"""Small files in the authors' exact format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from presets import official_model
from temadapter.errors import DataError
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.authors_checkpoint import load_official_files, read_checkpoint
from temadapter.official.parameter_names import load_official, official_state_dicts


class Intruder:
    """Unpickling it would make a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def save(folder: Path) -> tuple[Path, Path, TemAdapter]:
    torch.manual_seed(0)
    model = TemAdapter(official_model(embedding_dim=32)).eval()
    temporal, semantic = official_state_dicts(model)
    temporal["positional_encoding.pe"] = torch.zeros(5000, 1, 32)
    paths = folder / "tempaligner_49.pt", folder / "semanticaligner_49.pt"
    for path, state in zip(paths, (temporal, semantic), strict=True):
        parameters = [torch.nn.Parameter(value.clone()) for value in state.values()]
        optimizer = torch.optim.Adam(parameters).state_dict()
        kwargs = {"vision_dim": 32, "question_type": "none"}
        torch.save({"epoch": 49, "state_dict": state, "optimizer": optimizer, "model_kwargs": kwargs}, path)
    return *paths, model


def test_the_two_files_give_the_model(tmp_path: Path) -> None:
    temporal, semantic, model = save(tmp_path)
    loaded = load_official_files(temporal, semantic)
    frames, options = torch.randn(2, 3, 32), torch.randn(2, 4, 32)
    assert torch.equal(loaded(frames, options).logits, model(frames, options).logits)
    checkpoint = read_checkpoint(temporal)
    assert checkpoint.epoch == 49
    assert checkpoint.model_kwargs["vision_dim"] == 32


def test_weights_that_the_model_lacks_are_named(tmp_path: Path) -> None:
    temporal, semantic = official_state_dicts(save(tmp_path)[2])
    with pytest.raises(DataError, match=r"semantic: extra is unknown\.$"):
        load_official(temporal, semantic | {"extra": torch.zeros(1)})


def test_swapped_files_are_told(tmp_path: Path) -> None:
    temporal, semantic, _ = save(tmp_path)
    with pytest.raises(DataError, match="swapped"):
        load_official_files(semantic, temporal)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_wants_to_run_code_is_refused_unrun(tmp_path: Path, zipped: bool) -> None:
    trap, path = tmp_path / "trap", tmp_path / "evil.pt"
    content = {"epoch": 1, "state_dict": {"a": torch.zeros(1)}, "optimizer": Intruder(trap)}
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(DataError, match=r"evil\.pt was refused and not loaded.*mkdir.*could do anything"):
        read_checkpoint(path)
    assert not trap.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04broken", b"\x80\x02}q\x00"])
def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.pt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"x\.pt is not a PyTorch checkpoint, or it is damaged"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [({"epoch": 3}, "'epoch'"), ([1], "a list"), ({"state_dict": {"a": 1}}, "'state_dict'")],
)
def test_a_checkpoint_without_weights_is_described(tmp_path: Path, content: object, told: str) -> None:
    torch.save(content, tmp_path / "x.pt")
    with pytest.raises(DataError, match=f"no weights.*{told}"):
        read_checkpoint(tmp_path / "x.pt")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no checkpoint"):
        read_checkpoint(tmp_path / "none.pt")
