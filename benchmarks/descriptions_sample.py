"""Draw question and option pairs with their descriptions, to be judged by reading.

    python benchmarks/descriptions_sample.py --annotations FOLDER --seed 2026 [--pairs 90,20,40]

FOLDER holds nextqa_val.csv, tgif_qa_action_300.tsv and traffic_questions_200.jsonl; the pairs are numbered from 1, as
in docs/results/descriptions_judged.json, which keeps the verdicts and no text (two of the sets carry no licence).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from pathlib import Path

from temadapter.descriptions import describe

Pairs = list[tuple[str, str]]


def table(path: Path, delimiter: str, options: list[str]) -> Pairs:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=delimiter))
    return [(row["question"], row[name]) for row in rows for name in options]


def traffic(path: Path) -> Pairs:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(row["question"], option) for row in rows for option in row["candidates"] if option]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pairs", default="90,20,40", help="of NExT-QA, TGIF-QA action, traffic questions")
    arguments = parser.parse_args()
    folder: Path = arguments.annotations
    sets = (
        table(folder / "nextqa_val.csv", ",", [f"a{i}" for i in range(5)]),
        table(folder / "tgif_qa_action_300.tsv", "\t", [f"a{i}" for i in range(1, 6)]),
        traffic(folder / "traffic_questions_200.jsonl"),
    )
    number = 0
    for pairs, wanted in zip(sets, map(int, arguments.pairs.split(",")), strict=True):
        for question, option in random.Random(arguments.seed).sample(pairs, wanted):
            number += 1
            print(f"{number}\t{question}\t{option}\t{describe(question, option)}")


if __name__ == "__main__":
    main()
