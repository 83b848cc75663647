"""What a comparison found: accuracy of every trial, and its difference to its reference on the same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temadapter.comparison.cost import Cost, cost_of
from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.plan_runs import Job
from temadapter.data.question import Question
from temadapter.data.splits import TEST
from temadapter.errors import DataError
from temadapter.evaluation.accuracy_table import AccuracyTable, accuracy_table
from temadapter.evaluation.prediction import read_predictions, scores
from temadapter.evaluation.statistics import Difference, clusters_of, holm, paired_difference
from temadapter.runs.folder import RunFolder
from temadapter.runs.prepare import read_dataset, split_questions


@dataclass(frozen=True)
class Found:
    """What is known of one trial.

    Attributes:
        trial: Of the plan.
        seeds: Accuracy on all test questions, 0 to 1, by seed.
        results: Contents of `results.json`, by seed.
        differences: To the reference, by question type; `""` is all questions. Empty for a reference.
        choice: The learning rate and the epochs that it chose on the validation questions; None without a ladder.
        cost: Of a run.
        verdict: That its accuracy is no better than chance or the majority answer; "" where it is.
        corrected: p-value of the difference on all questions, Holm-corrected over the plan; None without one.
    """

    trial: Trial
    seeds: Mapping[int, float]
    results: Mapping[int, Mapping[str, Any]]
    differences: Mapping[str, Difference]
    corrected: float | None
    choice: str | None
    cost: Cost
    verdict: str = ""


@dataclass(frozen=True)
class Summary:
    """A comparison's result.

    Attributes:
        plan: What was compared.
        table: Accuracy per question type, mean over seeds.
        found: By the trial's name, in the order of the plan.
        unfinished: Runs that are not there, as "trial, seed n".
    """

    plan: Plan
    table: AccuracyTable
    found: Mapping[str, Found]
    unfinished: tuple[str, ...]


def summarize(plan: Plan, jobs: Sequence[Job]) -> Summary:
    """Read the finished runs of a plan.

    A trial counts with the seeds that it has. A difference rests on the seeds that both trials have, paired by
    question, clustered by video. What trains nothing gives the same answers with every seed.

    Raises:
        DataError: No run is finished, runs answered different questions, or one backbone has had several weights.
    """
    done = [job for job in jobs if job.finished]
    if not done:
        raise DataError("No run of this plan is finished, so there is nothing to report.")
    by_trial: dict[str, dict[int, dict[str, float]]] = {}
    results: dict[str, dict[int, Mapping[str, Any]]] = {}
    for job in done:
        folder = RunFolder(job.folder)
        by_trial.setdefault(job.trial.name, {})[job.seed] = scores(read_predictions(folder.predictions))
        results.setdefault(job.trial.name, {})[job.seed] = folder.read_results() or {}
    _check_backbones({job.folder: results[job.trial.name][job.seed] for job in done})
    questions = _test_questions(done[0])
    present = [trial for trial in plan.trials if trial.name in by_trial]
    table = accuracy_table({trial.label: list(by_trial[trial.name].values()) for trial in present}, questions)
    differences = {trial.name: _differences(trial, by_trial, questions) for trial in present}
    compared = [name for name, own in differences.items() if own]
    corrected = dict(zip(compared, holm([differences[n][""].p_value for n in compared]), strict=True))
    found = {
        trial.name: Found(
            trial,
            {seed: sum(own.values()) / len(own) for seed, own in sorted(by_trial[trial.name].items())},
            results[trial.name],
            differences[trial.name],
            corrected.get(trial.name),
            next(
                None if job.choice is None else str(job.choice)
                for job in done
                if job.trial.name == trial.name
            ),
            cost_of(list(results[trial.name].values())),
            table.verdict(row),
        )
        for trial, row in zip(present, table.rows, strict=True)
    }
    return Summary(plan, table, found, tuple(job.name for job in jobs if job not in done))


def _check_backbones(results: Mapping[Path, Mapping[str, Any]]) -> None:
    """Refuse to compare runs on a backbone with runs on another that went by the same name."""
    met: dict[str, tuple[str, Path]] = {}
    for folder, own in results.items():
        backbone = own["meta"]["backbone"]
        name, weights = str(backbone["name"]), str(backbone["fingerprint"])
        first, there = met.setdefault(name, (weights, folder))
        if weights != first:
            raise DataError(
                f"{there} and {folder} were made with different weights of the backbone {name} ({first} and "
                f"{weights}): they cannot be compared. Make the older ones again in another --output."
            )


def _test_questions(job: Job) -> tuple[Question, ...]:
    return split_questions(read_dataset(job.config.data), job.config)[TEST]


def _differences(
    trial: Trial,
    by_trial: Mapping[str, Mapping[int, Mapping[str, float]]],
    questions: Sequence[Question],
) -> dict[str, Difference]:
    if trial.reference is None or trial.reference not in by_trial:
        return {}
    own, other = by_trial[trial.name], by_trial[trial.reference]
    shared = sorted(own.keys() & other.keys())
    if not shared:
        return {}
    first, second = ([runs[seed] for seed in shared] for runs in (own, other))
    videos = clusters_of(questions)
    groups: dict[str, list[str]] = {"": list(first[0])}
    for question in questions:
        if question.type is not None and question.id in first[0]:
            groups.setdefault(question.type, []).append(question.id)
    return {
        name: paired_difference(
            [{i: run[i] for i in ids} for run in first], [{i: run[i] for i in ids} for run in second], videos
        )
        for name, ids in groups.items()
    }
