"""Checkpoints that claim more than they hold, or do not fit what they say they are."""

from __future__ import annotations

import json
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from temadapter.errors import ConfigError, DataError
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.parameter_names import load_official
from temadapter.tensor_files import load_plain
from temadapter.training.checkpoint import load_checkpoint

VALUES = 772
"""As two bytes of a pickle that stand nowhere else in it."""
MIB = 1 << 20


def claiming(path: Path, count: int, *, zipped: bool) -> None:
    """Write a tensor of VALUES values whose storage claims another number of them."""
    torch.save({"state_dict": {"gamma": torch.zeros(VALUES)}}, path, _use_new_zipfile_serialization=zipped)
    old, new = b"M" + VALUES.to_bytes(2, "little"), b"\x8a\x08" + count.to_bytes(8, "little", signed=True)
    if not zipped:
        path.write_bytes(path.read_bytes().replace(old, new))
        return
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: archive.read(entry.filename) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content.replace(old, new) if name.endswith("data.pkl") else content)


def deflated(path: Path) -> None:
    torch.save({"state_dict": {"gamma": torch.zeros(MIB)}}, path)
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: archive.read(entry.filename) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def expanded(*shape: int) -> torch.Tensor:
    return torch.zeros(1).expand(shape)


def saved(content: object) -> Callable[[Path], None]:
    return lambda path: torch.save(content, path)


HARMFUL: dict[str, tuple[Callable[[Path], None], str]] = {
    "expanded": (saved({"state_dict": {"gamma": expanded(10**11)}}), "claims 100,000,000,000 values"),
    "expanded to two sides": (saved([(expanded(10**6, 10**6),)]), "claims 1,000,000 x 1,000,000 values"),
    "a parameter": (saved({"a": {"b": torch.nn.Parameter(expanded(10**11))}}), "claims 100,000,000,000"),
    "no values at all": (saved([torch.empty(10**9, device="meta")]), "claims 1,000,000,000 values"),
    "sparse": (
        lambda path: torch.save([torch.sparse_coo_tensor([[0]], [1.0], (10**11,))], path),
        "sparse or quantized",
    ),
    "more than is there": (lambda path: claiming(path, 10**12, zipped=True), "was refused|is damaged"),
    "less than is there": (lambda path: claiming(path, 7, zipped=True), "was refused|is damaged"),
    "less than nothing": (lambda path: claiming(path, -7, zipped=True), "was refused|is damaged"),
    "more, in the old format": (lambda path: claiming(path, 10**12, zipped=False), "is damaged"),
    "less, in the old format": (lambda path: claiming(path, -7, zipped=False), "is damaged"),
    "compressed": (deflated, "PyTorch does not compress"),
    "one byte": (lambda path: path.write_bytes(b"\xd7") and None, "is damaged"),
}


@pytest.mark.parametrize("kind", HARMFUL)
@pytest.mark.filterwarnings("ignore")
def test_a_file_that_claims_more_than_it_holds_is_refused(tmp_path: Path, kind: str) -> None:
    write, message = HARMFUL[kind]
    write(tmp_path / "bad.pt")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with pytest.raises(DataError, match=message) as error:
        load_plain(tmp_path / "bad.pt")
    assert str(error.value).startswith(str(tmp_path / "bad.pt"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < 64 * MIB


@pytest.mark.parametrize("zipped", [True, False])
def test_views_and_shared_weights_are_read(tmp_path: Path, zipped: bool) -> None:
    whole = torch.arange(20.0).reshape(4, 5)
    content: dict[str, Any] = {"a": whole, "b": [whole.T, whole[1:, 2]], "c": (torch.zeros(0), 7, "x")}
    torch.save(content, tmp_path / "x.pt", _use_new_zipfile_serialization=zipped)
    read = load_plain(tmp_path / "x.pt")
    assert torch.equal(read["a"], whole)
    assert torch.equal(read["b"][0], whole.T)
    assert torch.equal(read["b"][1], whole[1:, 2])
    assert read["c"][1:] == (7, "x")


def test_a_runs_own_checkpoint_is_read_alike(tmp_path: Path) -> None:
    torch.save({"progress": expanded(10**11)}, tmp_path / "state.pt")
    with pytest.raises(DataError, match=r"claims 100,000,000,000 values.*Start over with --overwrite"):
        load_checkpoint(tmp_path)
    torch.save([1], tmp_path / "state.pt")
    with pytest.raises(DataError, match=r"not a checkpoint of this version.*Start over with --overwrite"):
        load_checkpoint(tmp_path)


def test_networks_of_any_size_are_not_built_to_find_that_weights_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing"):
        load_official({}, {"gamma": torch.zeros(1 << 22)})  # of that size a matrix would take 70 TB
    (tmp_path / "config.json").write_text(json.dumps({"embedding_dim": 1 << 22}))
    save_file({"semantic.gamma": torch.zeros(8)}, tmp_path / "model.safetensors")
    with pytest.raises((DataError, ConfigError), match="do not fit its configuration"):
        TemAdapter.from_pretrained(tmp_path)
