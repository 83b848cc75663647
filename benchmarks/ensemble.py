"""What several seeds in one run are worth: the members' accuracies, and that of the mean of their probabilities.

    temadapter demo                                        # makes the videos and the features
    temadapter train temadapter-demo/crossroads --store temadapter-demo/features --ensemble 3 --output runs/plus-3
    python benchmarks/ensemble.py runs/plus-3 docs/results

Nothing is trained here: the numbers are those that the run wrote down.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from temadapter.files import write_text_atomic
from temadapter.runs.folder import RunFolder


def found(run: Path) -> dict[str, Any]:
    """Return one row for each member and one for all together, in the layout of a comparison's JSON."""
    results = RunFolder(run).read_results()
    if results is None or "members" not in results["train"]:
        raise SystemExit(f"{run} is no finished run of several seeds: train it with --ensemble.")
    train, members = results["train"], results["train"]["members"]
    (together,) = train["test"]["rows"]
    each = train["trainable_parameters"] // len(members)
    rows = [
        {"name": f"seed-{own['seed']}", "overall": {"value": own["test_accuracy"]}, "types": {}}
        for own in members
    ]
    mean = sum(own["test_accuracy"] for own in members) / len(members)
    rows += [{"name": "one", "overall": {"value": mean}, "types": {}}, {**together, "name": "together"}]
    costs = [each] * (len(members) + 1) + [train["trainable_parameters"]]
    return {
        "command": f"temadapter train temadapter-demo/crossroads --store temadapter-demo/features "
        f"--ensemble {len(members)} --output runs/plus-{len(members)}",
        "accuracy": {**train["test"], "rows": rows},
        "trials": [
            {"name": row["name"], "cost": {"parameters": cost}} for row, cost in zip(rows, costs, strict=True)
        ],
        "validation": {"together": train["validation_accuracy"], "members": members},
        "meta": results["meta"],
    }


def main() -> None:
    """Read the command line, print the rows and write `ensemble.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="a run that --ensemble made")
    parser.add_argument("output", type=Path, help="the folder of ensemble.json")
    chosen = parser.parse_args()
    values = found(chosen.run)
    for row in values["accuracy"]["rows"]:
        print(f"{row['name']:10} {100 * row['overall']['value']:.1f} %")
    write_text_atomic(
        chosen.output / "ensemble.json", json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    )


if __name__ == "__main__":
    main()
