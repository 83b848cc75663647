"""A comparison's report: Markdown, HTML, CSV, JSON, and a folder of pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from temadapter.comparison.html import to_html
from temadapter.comparison.markdown import to_markdown
from temadapter.comparison.summary import Found, Summary
from temadapter.comparison.trial_rows import to_csv
from temadapter.evaluation.accuracy_table import result_key
from temadapter.files import remove_abandoned, write_text_atomic
from temadapter.plots.comparison import cost, overview, types
from temadapter.plots.comparison.compared import Compared, ComparedRow

FIGURES = {
    "overview": ("Accuracy, and differences to the reference", overview.draw),
    "types": ("Accuracy by question type", types.draw),
    "parameters": ("Accuracy and trained parameters", cost.draw_parameters),
    "time": ("Accuracy and time of training", cost.draw_time),
}
"""By name: what stands under the picture, and what draws it."""
COSTS = ("parameters", "time")
"""Those that show what a row costs, which is nothing where it takes the weights of another."""


def write_report(summary: Summary, folder: Path, *, command: str) -> tuple[Path, ...]:
    """Write `<plan>.md`, `.html`, `.csv`, `.json`, and the pictures in `figures/`; return the paths of the four files.

    Args:
        summary: Of `summarize`.
        folder: Where they go.
        command: What makes them again; it stands in the report.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder, folder / "figures"):  # of a report that was killed
        remove_abandoned(place)
    drawn = _draw(summary, folder / "figures")
    values = to_json(summary, command=command)
    places = {caption: path.relative_to(folder).as_posix() for caption, path in drawn.items()}
    texts = {
        "md": to_markdown(summary, command=command, figures=places),
        "html": to_html(summary, command=command, figures=drawn, meta=values["meta"]),
        "csv": to_csv(summary),
        "json": json.dumps(values, indent=2, ensure_ascii=False) + "\n",
    }
    for kind, text in texts.items():
        write_text_atomic(folder / f"{summary.plan.name}.{kind}", text)
    return tuple(folder / f"{summary.plan.name}.{kind}" for kind in texts)


def _draw(summary: Summary, folder: Path) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    drawn, compared = {}, _compared(summary)
    trained = _compared(summary, trained=True)
    for name, (caption, draw) in FIGURES.items():
        if name == "parameters" and not _differ([own.cost.parameters for own in summary.found.values()]):
            continue
        drawn[caption] = folder / f"{summary.plan.name}-{name}.svg"
        draw(trained if name in COSTS else compared, drawn[caption])
    return drawn


def _compared(summary: Summary, *, trained: bool = False) -> Compared:
    """Return what the pictures show; with `trained` without the rows that answer with the weights of another."""
    shown = [own for own in summary.found.values() if not (trained and own.trial.weights_of)]
    labels = {own.trial.label for own in shown}
    table = replace(summary.table, rows=tuple(row for row in summary.table.rows if row.name in labels))
    rows = (
        ComparedRow(
            found.trial.label,
            found.seeds,
            found.differences,
            found.corrected,
            found.cost.parameters,
            found.cost.seconds,
        )
        for found in shown
    )
    return Compared(summary.plan.title, table, tuple(rows))


def _differ(counts: Sequence[int]) -> bool:
    """Tell whether counts lie far enough apart to be worth a picture."""
    return max(counts) > 1.5 * min(counts)


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
        "differences": {result_key(name): value.to_json() for name, value in found.differences.items()},
        "p_value_holm": found.corrected,
        "cost": asdict(found.cost),
        "verdict": found.verdict,
        "runs": {str(seed): _run_json(results) for seed, results in found.results.items()},
    }


def _run_json(results: Mapping[str, Any]) -> dict[str, Any]:
    kept = (
        "trainable_parameters",
        "parameters_for_answering",
        "file_bytes",
        "chosen_epoch",
        "validation_accuracy",
        "seconds",
        "peak_memory",
    )
    return {name: results["train"][name] for name in kept if name in results["train"]}


def _meta(summary: Summary) -> dict[str, Any]:
    first = next(iter(next(iter(summary.found.values())).results.values()))
    return {key: value for key, value in first["meta"].items() if key != "seed"}
