"""Puts small faults into a copy of the package, one at a time: `python -m mutants [PART OF A FILE'S PATH]`.

Prints what each fault's test made of it; exit code 1 if a fault survives, or a test fails without one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutants.faults import Fault, faults
from mutants.sources import GRACE, Outcome, Trial, copy_sources, run_test, try_fault


def main(only: str = "") -> int:
    """Try the faults in files whose path holds `only`, one a core at a time."""
    chosen = faults(only)
    if not chosen:
        print(f"There is no fault in a file whose path holds {only!r}.")
        return 1
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name)
        clean = copy_sources(folder / "clean")
        tests = tuple(dict.fromkeys(fault.test for fault in chosen))
        print(f"{len(chosen)} faults. First their {len(tests)} tests on clean sources ...", flush=True)
        before = dict(zip(tests, pool.map(lambda test: run_test(test, clean), tests), strict=True))
        broken = {test: own for test, own in before.items() if own.outcome is not Outcome.PASSED}
        for test, own in broken.items():
            print(f"{test}: {'fails' if own.outcome is Outcome.FAILED else 'does not run'} without a fault")
            print("\n".join(own.output.splitlines()[-15:]))
        if broken:
            return 1
        limits = {test: GRACE + 5 * own.seconds for test, own in before.items()}

        def attempt(number: int) -> Trial:
            fault = chosen[number]
            return try_fault(fault, clean, folder / str(number), limits[fault.test])

        alive = tell(chosen, pool.map(attempt, range(len(chosen))))
    print(f"\n{len(chosen)} faults, {len(chosen) - len(alive)} killed, {len(alive)} survived")
    return int(bool(alive))


def tell(chosen: Sequence[Fault], trials: Iterable[Trial]) -> list[Fault]:
    """Print a table of faults and what became of them, line by line; return those that no test killed."""
    widths = [max(len(text) for text in column) for column in zip(*map(_cells, chosen), strict=True)]
    alive = []
    for fault, trial in zip(chosen, trials, strict=True):
        cells = [cell.ljust(width) for cell, width in zip(_cells(fault), widths, strict=True)]
        print(" | ".join((*cells, trial.outcome.value)), flush=True)
        if trial.outcome not in (Outcome.FAILED, Outcome.TIMED_OUT):
            alive.append(fault)
    return alive


def _cells(fault: Fault) -> tuple[str, str, str]:
    return fault.file, fault.in_words(), fault.test


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
