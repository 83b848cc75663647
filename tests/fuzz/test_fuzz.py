"""The campaign in short: a few cases of every kind, with the seed that `make fuzz` takes too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from forks import CONTEXT
from fuzz.__main__ import main
from fuzz.outcomes import Outcome, Result, table

SHORT = ("--videos", "24", "--annotations", "40", "--kills", "2", "--full", "2", "--attacks", "10")


def _campaign(folder: Path) -> None:
    """Run the campaign as `python -m fuzz` does."""
    handle = os.open(folder / "printed.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    sys.argv = ["fuzz", *SHORT]
    code = main()
    sys.stdout.flush()
    sys.exit(code)


def test_a_short_campaign_finds_nothing_bad(tmp_path: Path) -> None:
    """In a process of its own: it forks, which a process with threads must not."""
    process = CONTEXT.Process(target=_campaign, args=(tmp_path,))
    process.start()
    process.join()
    printed = (tmp_path / "printed.txt").read_text()
    assert process.exitcode == 0, printed
    assert printed.startswith("|  | cases | done | refused in a sentence | foreign exception |")


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
