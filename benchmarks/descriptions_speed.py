"""How fast event descriptions are written, and against what: plain joining of question and option.

    python benchmarks/descriptions_speed.py [--annotations FOLDER] [--rounds 3]

Without --annotations it takes the labelled questions of the tests, each with the options of ten others; with it,
every NExT-QA CSV, TGIF-QA TSV and traffic JSONL in the folder. Times are of the processor, so that other programs
on the machine disturb little. "cold" forgets everything before; "again" asks the same a second time.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gc
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import temadapter.descriptions
from temadapter.descriptions import describe_all

Rows = list[tuple[str, tuple[str, ...]]]
LABELLED = Path(__file__).parents[1] / "tests/descriptions/labelled.jsonl"


def labelled() -> Rows:
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    options = [row["option"] for row in rows]
    return [
        (row["question"], tuple(options[(number + step) % len(rows)] for step in range(5)))
        for number, row in enumerate(rows)
    ]


def annotations(folder: Path) -> Iterator[tuple[str, Rows]]:
    for file in sorted(folder.iterdir()):
        if file.suffix in (".csv", ".tsv"):
            with file.open(newline="", encoding="utf-8") as lines:
                rows = list(csv.DictReader(lines, delimiter="\t" if file.suffix == ".tsv" else ","))
            names = [name for name in rows[0] if name[:1] == "a" and name[1:].isdigit()]
            yield file.name, [(row["question"], tuple(row[name] for name in names)) for row in rows]
        elif "traffic_questions" in file.name:
            lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            yield file.name, [(row["question"], tuple(row["candidates"])) for row in lines]


def joined(question: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{question} {option}" for option in options)


def forget() -> None:
    """Empty every memory of the descriptions room."""
    for made in gc.get_objects():
        ours = isinstance(made, functools._lru_cache_wrapper) and made.__module__.startswith(
            "temadapter.descriptions"
        )
        if ours and made.__name__ not in ("all_rules", "load_rules"):
            made.cache_clear()


def rate(
    write: Callable[[str, tuple[str, ...]], tuple[str, ...]], rows: Rows, *, rounds: int, cold: bool
) -> float:
    """Return pairs of question and option per second of processor time, the best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        if cold:
            forget()
        started = time.process_time()
        pairs = sum(len(write(question, options)) for question, options in rows)
        best = max(best, pairs / (time.process_time() - started))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    sets = (
        dict(annotations(arguments.annotations)) if arguments.annotations else {"labelled.jsonl": labelled()}
    )
    temadapter.descriptions.describe("Is it raining?", "Yes")  # compiles the rules
    print(f"{'file':28} {'pairs':>7} {'cold /s':>10} {'again /s':>10} {'joining /s':>11} {'cold costs':>11}")
    for name, rows in sets.items():
        cold = rate(describe_all, rows, rounds=arguments.rounds, cold=True)
        again = rate(describe_all, rows, rounds=arguments.rounds, cold=False)
        plain = rate(joined, rows, rounds=arguments.rounds, cold=False)
        pairs = sum(len(options) for _, options in rows)
        print(f"{name:28} {pairs:7,} {cold:10,.0f} {again:10,.0f} {plain:11,.0f} {plain / cold:9.0f} x")


if __name__ == "__main__":
    main()
