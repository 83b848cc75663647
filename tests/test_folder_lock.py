from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from temadapter.errors import ConfigError
from temadapter.folder_lock import sole_holder

HOLDER = """
import sys
from pathlib import Path
from temadapter.folder_lock import sole_holder
with sole_holder(Path(sys.argv[1]), "a run"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_another_process_is_told_and_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "a"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(ConfigError, match=r"Another process is writing a run in .*runs/a right now"),
        sole_holder(folder, "a run"),
    ):
        pass
    holder.kill()
    holder.communicate()
    with sole_holder(folder, "a run"):
        assert list(folder.iterdir()) == []


def test_a_folder_that_was_made_for_nothing_is_taken_away_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no data"), sole_holder(tmp_path / "new", "a run"):
        raise ValueError("no data")
    assert not (tmp_path / "new").exists()
    (tmp_path / "old").mkdir()
    with pytest.raises(ValueError, match="no data"), sole_holder(tmp_path / "old", "a run"):
        raise ValueError("no data")
    assert (tmp_path / "old").is_dir()


def test_a_file_in_the_folders_place_is_left_to_whoever_looks_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with sole_holder(tmp_path / "file", "a run"):
        assert (tmp_path / "file").read_text() == "mine"
