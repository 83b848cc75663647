"""`python -m fuzz`: run the campaign, print one table of counts; exit code 1 if anything is bad."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from fuzz.campaign import PARTS, Size, campaign
from fuzz.outcomes import table


def main() -> int:
    """Read the options, run, print."""
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    for name in PARTS:
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), help="how many cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--only", choices=PARTS, help="only this part")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files of bad cases")
    given = parser.parse_args()
    wanted = {name: getattr(given, name) if given.only in (None, name) else 0 for name in PARTS}
    size = Size(**wanted, first=given.first)
    began, results = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for result in campaign(given.keep or Path(folder), size, given.seed):
            results.append(result)
            if result.bad:
                print(
                    f"{result.kind} {result.number}: {result.outcome.value}: {result.note}", file=sys.stderr
                )
    print(table(results))
    print(f"\nSeed {given.seed}, {time.monotonic() - began:.0f} s.")
    return int(any(result.bad for result in results))


if __name__ == "__main__":
    sys.exit(main())
