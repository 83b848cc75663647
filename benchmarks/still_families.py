"""Does `plus` unlearn what a still tells? Colours, objects, weather and daytime, against CLIP + template.

    temadapter demo                                            # makes the videos and the features
    temadapter compare --methods all --seeds 3
    python benchmarks/still_families.py temadapter-demo/crossroads comparison docs/results

The test split holds 62 questions of each of these families, so that one question is 1.6 points. The videos that each
seed held out for validation hold more; they chose `plus`'s epoch, but by all 33 families together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from crossroads_families import family_names, folders, publish
from temadapter.comparison.record import read_records
from temadapter.comparison.run_order import Schedule
from temadapter.evaluation.prediction import scores
from temadapter.evaluation.statistics import Difference, paired_difference
from temadapter.runs.evaluate import Evaluation, evaluate_run
from temadapter.runs.load import load_run
from temadapter.runs.shared_data import SharedData

STILL = ("colour", "object", "weather", "daytime")
FIRST, SECOND = "plus", "clip-template"


class Answered(NamedTuple):
    """Answers of one seed: its score and its video by question id."""

    scores: dict[str, float]
    videos: dict[str, str]


def answers(comparison: Path, split: str) -> dict[str, list[Answered]]:
    """Return what both methods answer in a split, one entry a seed."""
    (record,) = (one for one in read_records(comparison) if one.plan.name == "methods")
    schedule = Schedule(record.plan, comparison, record.seeds, record.sets)
    data = SharedData()
    found: dict[str, list[Answered]] = {FIRST: [], SECOND: []}
    for job in schedule.finals():
        if job.trial.name in found and job.finished:
            evaluation = evaluate_run(load_run(job.folder), split=split, device="cpu", shared=data)
            found[job.trial.name].append(_answered(evaluation))
    return found


def _answered(evaluation: Evaluation) -> Answered:
    videos = {question.id: question.video for question in evaluation.questions}
    return Answered(scores(evaluation.predictions), videos)


def compared(found: Mapping[str, Sequence[Answered]], wanted: Callable[[str], bool]) -> dict[str, Any]:
    """Return both accuracies and their difference, over the seeds' questions.

    Each seed holds out videos of its own, and a video may be held out by several; intervals are clustered by video.
    """
    first: dict[str, float] = {}
    second: dict[str, float] = {}
    videos: dict[str, str] = {}
    for seed, (ours, theirs) in enumerate(zip(found[FIRST], found[SECOND], strict=True)):
        for question, score in ours.scores.items():
            if wanted(question):
                key = f"{seed}/{question}"
                first[key], second[key] = score, theirs.scores[question]
                videos[key] = ours.videos[question]
    difference: Difference = paired_difference([first], [second], videos)
    return {
        "questions": len(first),
        FIRST: sum(first.values()) / len(first),
        SECOND: sum(second.values()) / len(second),
        "difference": [difference.value, difference.low, difference.high],
    }


def line(split: str, family: str, row: Mapping[str, Any]) -> str:
    """Return a row of the table."""
    value, low, high = (100 * number for number in row["difference"])
    return (
        f"| {split} | {family} | {row['questions']} | {100 * row[FIRST]:.1f} | {100 * row[SECOND]:.1f} | "
        f"{value:+.1f} [{low:+.1f}, {high:+.1f}] |"
    )


def main() -> None:
    """Print and write the table."""
    given = folders(__doc__, "still_families")
    family = family_names(given.crossroads)
    table: dict[str, dict[str, Any]] = {}
    for split in ("test", "validation"):
        found = answers(given.comparison, split)
        own = {name: compared(found, lambda one, name=name: family[one] == name) for name in STILL}
        table[split] = {**own, "all four": compared(found, lambda one: family[one] in STILL)}
    text = "\n".join(
        [
            "# What a still tells",
            "",
            "`python benchmarks/still_families.py temadapter-demo/crossroads comparison docs/results`, after "
            "`temadapter compare --methods all --seeds 3`. Answers of three seeds; those to validation questions are "
            "about the videos that each seed held out. Accuracy in percent, the difference in points with its 95 % "
            "interval, clustered by video.",
            "",
            "| split | family | answers | plus | CLIP + template | difference |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
            *(line(split, name, row) for split, rows in table.items() for name, row in rows.items()),
            "",
        ]
    )
    publish(given.output, "still_families", text, table)


if __name__ == "__main__":
    main()
