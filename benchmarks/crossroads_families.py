"""Crossroads family by family: what a reader of the text alone gets right, and what the methods do.

    temadapter demo                                            # makes the videos and the features
    temadapter compare --methods all
    python benchmarks/crossroads_families.py temadapter-demo/crossroads comparison docs/results

Nothing is trained here but the reader of the audit, which sees no video.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from temadapter.comparison.record import read_records
from temadapter.comparison.run_order import Schedule
from temadapter.crossroads.questions.audit import Audit, AuditRow, audit
from temadapter.crossroads.questions.registry import FAMILY
from temadapter.data.load import load_dataset
from temadapter.data.question import Question
from temadapter.evaluation.prediction import mean_scores, read_predictions, scores
from temadapter.evaluation.statistics import Estimate, accuracy
from temadapter.runs.folder import RunFolder

ROWS = ("clip-template", "motion", "tem-adapter", "tem-adapter-guided", "plus", "plus-text-only")


def answers(comparison: Path) -> dict[str, list[dict[str, float]]]:
    """Return for each of `ROWS` that is there the score by question id, one mapping for each seed."""
    (record,) = (one for one in read_records(comparison) if one.plan.name == "methods")
    jobs = Schedule(record.plan, comparison, record.seeds, record.sets).finals()
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for job in jobs:
        if job.trial.name in ROWS and job.finished:
            found[job.trial.name].append(scores(read_predictions(RunFolder(job.folder).predictions)))
    return {name: found[name] for name in ROWS if found[name]}


def interval(row: AuditRow) -> Estimate:
    """Return the accuracy of the audit's reader with its interval."""
    right = round(row.accuracy * row.questions)
    return accuracy([1.0] * right + [0.0] * (row.questions - right), range(row.questions))


def family_names(folder: Path) -> dict[str, str]:
    """Return the family of each question by its id."""
    lines = (folder / "annotations" / "families.jsonl").read_text().splitlines()
    return {str(entry["record_id"]): entry["family"] for entry in map(json.loads, lines)}


def families(folder: Path, questions: Sequence[Question]) -> dict[str, list[Question]]:
    """Return the questions of each family, in the order of the registry."""
    names = family_names(folder)
    groups: dict[str, list[Question]] = {name: [] for name in FAMILY}
    for question in questions:
        groups[names[question.id]].append(question)
    return {name: group for name, group in groups.items() if group}


def rows(
    groups: Mapping[str, Sequence[Question]], found: Mapping[str, list[dict[str, float]]], read: Audit
) -> list[dict[str, Any]]:
    """Return one row for each family, accuracies as shares."""
    means = {name: mean_scores(runs) for name, runs in found.items()}
    audited = {row.name: interval(row) for row in read.families}
    return [
        {
            "family": name,
            "type": FAMILY[name].type,
            "needs": FAMILY[name].needs,
            "questions": len(group),
            "chance": sum(1 / sum(q.option_mask) for q in group) / len(group),
            "text": audited[name].to_json(),
            "accuracy": {row: sum(own[q.id] for q in group) / len(group) for row, own in means.items()},
        }
        for name, group in groups.items()
    ]


def markdown(table: Sequence[Mapping[str, Any]], seeds: Mapping[str, int], read: Audit) -> str:
    """Return the page."""
    names = list(table[0]["accuracy"])
    heads = [f"{name} ({seeds[name]} seed{'s' if seeds[name] > 1 else ''})" for name in names]
    lines = [
        f"| family | type | needs | questions | chance | reader of the text | {' | '.join(heads)} |",
        f"| --- | --- | --- | ---: | ---: | ---: |{' ---: |' * len(names)}",
    ]
    for row in table:
        text = "{value:.0f} [{low:.0f}, {high:.0f}]".format(
            **{k: 100 * row["text"][k] for k in ("value", "low", "high")}
        )
        cells = [f"{100 * row['accuracy'][name]:.0f}" for name in names]
        lines.append(
            f"| {row['family']} | {row['type']} | {row['needs']} | {row['questions']} | {100 * row['chance']:.0f} | "
            f"{text} | {' | '.join(cells)} |"
        )
    types = [
        "| type | questions | chance | reader of the text |",
        "| --- | ---: | ---: | ---: |",
        *(_type_line(row) for row in (*read.types, read.overall)),
    ]
    return "\n".join(
        [
            "# Crossroads, family by family",
            "",
            "`temadapter demo`, `temadapter compare --methods all`, then `python benchmarks/crossroads_families.py "
            "temadapter-demo/crossroads comparison docs/results`. What the families are: "
            "[crossroads.md](../crossroads.md).",
            "",
            "Accuracy on the test questions in percent. The reader of the text (`temadapter crossroads audit`) was "
            "trained on the training questions without a video; its 95 % intervals are Wilson's.",
            "",
            *lines,
            "",
            "## The audit by type",
            "",
            *types,
            "",
        ]
    )


def _type_line(row: AuditRow) -> str:
    found = interval(row)
    return (
        f"| {row.name} | {row.questions:,} | {100 * row.chance:.1f} | "
        f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}] |"
    )


def folders(about: str | None, name: str) -> argparse.Namespace:
    """Return what a command was given that reads the benchmark and a comparison, and writes `name`."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crossroads", type=Path, help="the benchmark's folder")
    parser.add_argument("comparison", type=Path, help="output of `temadapter compare --methods all`")
    parser.add_argument("output", type=Path, help=f"where {name}.md and {name}.json go")
    return parser.parse_args()


def publish(output: Path, name: str, text: str, table: Any) -> None:
    """Write a page and the table that it was made of, and print the page."""
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{name}.md").write_text(text)
    (output / f"{name}.json").write_text(json.dumps(table, indent=2) + "\n")
    print(text)


def main() -> None:
    """Print and write the tables."""
    arguments = folders(__doc__, "crossroads")
    found, read = answers(arguments.comparison), audit(arguments.crossroads)
    questions = load_dataset(arguments.crossroads).split("test").questions
    table = rows(families(arguments.crossroads, questions), found, read)
    text = markdown(table, {name: len(runs) for name, runs in found.items()}, read)
    publish(arguments.output, "crossroads", text, table)


if __name__ == "__main__":
    main()
