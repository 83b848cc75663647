"""The campaign in short: a few cases of every kind, with the seed that `make fuzz` takes too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fuzz.outcomes import Outcome, Result, table

TESTS = Path(__file__).parents[1]
SHORT = ("--videos", "24", "--annotations", "40", "--kills", "2", "--full", "2", "--attacks", "10")


def test_a_short_campaign_finds_nothing_bad(tmp_path: Path) -> None:
    """In a process of its own: it forks, which a process with threads must not."""
    source = str(TESTS.parent / "src")
    environment = os.environ | {"PYTHONPATH": f"{TESTS}{os.pathsep}{source}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "fuzz", *SHORT], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.splitlines()[0].startswith(
        "|  | cases | done | refused in a sentence | foreign exception |"
    )


def test_the_table_counts_every_outcome() -> None:
    results = [
        Result("videos", 0, Outcome.FINE),
        Result("videos", 1, Outcome.HANG),
        Result("kills", 0, Outcome.LOST),
    ]
    assert table(results).splitlines()[2:] == [
        "| videos | 2 | 1 | 0 | 0 | 1 | 0 | 0 |",
        "| kills | 1 | 0 | 0 | 0 | 0 | 0 | 1 |",
        "| all | 3 | 1 | 0 | 0 | 1 | 0 | 1 |",
    ]
    assert [result.bad for result in results] == [False, True, True]
