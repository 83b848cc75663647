from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from temadapter.files import STALE_SECONDS, atomic_path, leftovers, remove_abandoned, write_text_atomic


@pytest.fixture(params=[0o022, 0o002, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_whatever_writes_a_file_its_permissions_are_those_of_any_new_file(tmp_path: Path, umask: int) -> None:
    private = tmp_path / "private"
    with atomic_path(private) as temporary:
        save_file({"x": torch.zeros(2)}, temporary)  # makes 0600 of its own
    write_text_atomic(tmp_path / "text", "ä\n")
    assert mode(private) == mode(tmp_path / "text") == 0o666 & ~umask
    assert (tmp_path / "text").read_text(encoding="utf-8") == "ä\n"


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "file"
    write_text_atomic(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text_atomic(path, "new" * 100_000 + "\ud800")
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_block_that_takes_its_file_away_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "file") as temporary:
        temporary.unlink()
    assert list(tmp_path.iterdir()) == []


def test_half_written_files_go_once_their_writer_has_ended(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:  # is killed while it writes
        with atomic_path(tmp_path / "a"):
            os._exit(9)
    os.waitpid(pid, 0)
    (ended,) = leftovers(tmp_path)
    elsewhere = tmp_path / ".b.1-ffffffabcdef.partial"  # of a process of another machine, which may still run
    elsewhere.write_text("half")
    with atomic_path(tmp_path / "c"):  # of this process, which still runs
        remove_abandoned(tmp_path)
        assert not ended.exists()
        assert len(leftovers(tmp_path)) == 2
    long_ago = time.time() - STALE_SECONDS - 1
    os.utime(elsewhere, (long_ago, long_ago))
    (tmp_path / ".mine.partial").write_text("no file of ours")
    remove_abandoned(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine.partial", "c"]
