"""The test numbers that a run wrote down, for the pages: of `temadapter demo`, or of several seeds in one run.

    temadapter demo                                        # makes the videos, the features and a run of preset plus
    python benchmarks/run_numbers.py temadapter-demo/runs/plus docs/results/demo.json
    temadapter train temadapter-demo/crossroads --store temadapter-demo/features --ensemble 3 --output runs/plus-3
    python benchmarks/run_numbers.py runs/plus-3 docs/results/ensemble.json

Nothing is trained here.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from temadapter.files import write_text_atomic
from temadapter.runs.folder import RunFolder


def numbers(run: Path) -> dict[str, Any]:
    """Return the run's row, and one for each of its seeds, in the layout of a comparison's JSON."""
    results = RunFolder(run).read_results()
    if results is None or "test" not in results["train"]:
        raise SystemExit(f"{run} is no finished run.")
    train, members = results["train"], results["train"].get("members", [])
    (whole,) = train["test"]["rows"]
    rows = [
        {"name": f"seed-{own['seed']}", "overall": {"value": own["test_accuracy"]}, "types": {}}
        for own in members
    ]
    each = train["trainable_parameters"] // max(1, len(members))
    rows.append({**whole, "name": "together" if members else "run"})
    costs = [each] * len(members) + [train["trainable_parameters"]]
    return {
        "accuracy": {**train["test"], "rows": rows},
        "trials": [
            {"name": row["name"], "cost": {"parameters": cost}} for row, cost in zip(rows, costs, strict=True)
        ],
        "validation": {"accuracy": train["validation_accuracy"], "members": members},
        "meta": results["meta"],
    }


def main() -> None:
    """Read the command line, print the rows and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="a finished run")
    parser.add_argument("output", type=Path, help="the JSON file to write")
    chosen = parser.parse_args()
    values = numbers(chosen.run)
    for row in values["accuracy"]["rows"]:
        print(f"{row['name']:10} {100 * row['overall']['value']:.1f} %")
    write_text_atomic(chosen.output, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
