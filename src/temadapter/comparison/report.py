"""A comparison in words, numbers and a picture: `<plan>.md`, `<plan>.json`, `<plan>.png`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temadapter.comparison.figure import draw
from temadapter.comparison.summary import Found, Summary
from temadapter.evaluation.report import type_name
from temadapter.evaluation.statistics import Difference
from temadapter.files import write_text_atomic


def write_report(summary: Summary, folder: Path, *, command: str) -> tuple[Path, Path, Path]:
    """Write the report's three files and return their paths.

    Args:
        summary: Of `summarize`.
        folder: Where they go.
        command: What makes them again; it stands in the report.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text, data, picture = (folder / f"{summary.plan.name}.{kind}" for kind in ("md", "json", "png"))
    write_text_atomic(
        data, json.dumps(to_json(summary, command=command), indent=2, ensure_ascii=False) + "\n"
    )
    write_text_atomic(text, to_markdown(summary, command=command))
    draw(summary, picture)
    return text, data, picture


def to_json(summary: Summary, *, command: str) -> dict[str, Any]:
    """Return everything as JSON-ready values."""
    return {
        "plan": summary.plan.name,
        "title": summary.plan.title,
        "command": command,
        "start": Path(summary.plan.start).name,
        "accuracy": summary.table.to_json(),
        "trials": [_trial_json(found) for found in summary.found.values()],
        "unfinished": list(summary.unfinished),
        "meta": _meta(summary),
    }


def _trial_json(found: Found) -> dict[str, Any]:
    return {
        "name": found.trial.name,
        "label": found.trial.label,
        "sets": list(found.trial.sets),
        "chosen": found.choice,
        "reference": found.trial.reference,
        "accuracy_by_seed": {str(seed): value for seed, value in found.seeds.items()},
        "differences": {name or "overall": value.to_json() for name, value in found.differences.items()},
        "p_value_holm": found.corrected,
        "runs": {str(seed): _run_json(results) for seed, results in found.results.items()},
    }


def _run_json(results: Mapping[str, Any]) -> dict[str, Any]:
    kept = (
        "trainable_parameters",
        "parameters_for_answering",
        "chosen_epoch",
        "validation_accuracy",
        "seconds",
        "peak_memory",
    )
    return {name: results["train"][name] for name in kept if name in results["train"]}


def _meta(summary: Summary) -> dict[str, Any]:
    first = next(iter(next(iter(summary.found.values())).results.values()))
    return {key: value for key, value in first["meta"].items() if key != "seed"}


def to_markdown(summary: Summary, *, command: str) -> str:
    """Return the report as Markdown."""
    seeds = sorted({seed for found in summary.found.values() for seed in found.seeds})
    parts = [
        f"# {summary.plan.title}",
        summary.plan.about,
        f"Remake it with `{command}`. Seeds: {', '.join(map(str, seeds))}; mean over seeds.",
        f"![{summary.plan.title}]({summary.plan.name}.png)",
        "## Accuracy on the test questions",
        summary.table.to_markdown().strip(),
        "## Differences to the reference",
        _differences_markdown(summary),
        "## By seed",
        _seeds_markdown(summary, seeds),
    ]
    if summary.unfinished:
        parts.append(f"Not finished: {'; '.join(summary.unfinished)}.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _differences_markdown(summary: Summary) -> str:
    columns = [*summary.table.types, ""]
    lines = [
        f"| trial | compared with | {' | '.join(map(type_name, columns))} | p (Holm) |",
        f"| --- | --- |{' ---: |' * (len(columns) + 1)}",
    ]
    for found in summary.found.values():
        if found.differences:
            cells = " | ".join(_difference(found.differences[name]) for name in columns)
            reference = summary.found[found.trial.reference or ""].trial.label
            corrected = 1.0 if found.corrected is None else found.corrected
            chance = "< 0.001" if corrected < 0.001 else f"{corrected:.3f}"
            lines.append(f"| {found.trial.label} | {reference} | {cells} | {chance} |")
    note = (
        "Percentage points with 95 % intervals: each question's score averaged over the seeds, paired by question, "
        "cluster-robust by video. The p-value is of all questions, corrected for the number of comparisons."
    )
    return "\n".join([*lines, "", note])


def _difference(value: Difference) -> str:
    return f"{100 * value.value:+.1f} [{100 * value.low:+.1f}, {100 * value.high:+.1f}]"


def _seeds_markdown(summary: Summary, seeds: list[int]) -> str:
    lines = [
        f"| trial | {' | '.join(f'seed {seed}' for seed in seeds)} | trained parameters | seconds a run |",
        f"| --- |{' ---: |' * (len(seeds) + 2)}",
    ]
    for found in summary.found.values():
        cells = [f"{100 * found.seeds[seed]:.1f}" if seed in found.seeds else "–" for seed in seeds]
        runs = [_run_json(results) for results in found.results.values()]
        count = max(run.get("trainable_parameters", 0) for run in runs)
        seconds = sum(run.get("seconds", 0.0) for run in runs) / len(runs)
        lines.append(f"| {found.trial.label} | {' | '.join(cells)} | {count:,} | {seconds:.0f} |")
    return "\n".join(lines)
