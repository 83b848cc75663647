"""A comparison as one HTML file that needs nothing else: its pictures are within it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.comparison.markdown import verdicts
from temadapter.comparison.summary import Found, Summary
from temadapter.comparison.trial_rows import difference_text, memory_text, p_value_text, size_text
from temadapter.evaluation.accuracy_table import estimate_of, percent, type_name
from temadapter.evaluation.statistics import Estimate

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATE = Path(__file__).with_name("report.html.jinja")


def to_html(summary: Summary, *, command: str, figures: Mapping[str, Path], meta: Mapping[str, Any]) -> str:
    """Return the report as HTML.

    Args:
        summary: Of `summarize`.
        command: What makes it again.
        figures: By what stands under it, the SVG file of each picture.
        meta: Backbone, versions and machine, as in `results.json`.
    """
    from jinja2 import Environment, StrictUndefined

    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters["code"] = _code
    columns = [*summary.table.types, ""]
    heads = [f"{type_name(name)} ({summary.table.counts[name]:,})" for name in columns]
    return page.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        title=summary.plan.title,
        about=summary.plan.about,
        command=command,
        heads=heads,
        chance=[percent(summary.table.chance[name]) for name in columns],
        rows=_accuracy_rows(summary, columns),
        verdicts=verdicts(summary),
        differences=_difference_rows(summary, columns),
        costs=[_cost_row(found) for found in summary.found.values()],
        seeds=sorted({seed for found in summary.found.values() for seed in found.seeds}),
        interval=summary.table.to_json()["interval"],
        figures={caption: _data(path) for caption, path in figures.items()},
        unfinished=summary.unfinished,
        backbone=meta["backbone"],
        versions=meta["versions"],
        machine=meta["machine"],
    )


def _code(text: str) -> Markup:
    """Return text as HTML, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _data(path: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode()


def _accuracy_rows(summary: Summary, columns: list[str]) -> list[dict[str, Any]]:
    best = {name: max(estimate_of(row, name).value for row in summary.table.rows) for name in columns}
    return [
        {
            "label": row.name,
            "cells": [
                _accuracy_cell(estimate_of(row, name), best=estimate_of(row, name).value == best[name])
                for name in columns
            ],
        }
        for row in summary.table.rows
    ]


def _accuracy_cell(estimate: Estimate, *, best: bool) -> dict[str, Any]:
    interval = f"{percent(estimate.low)} to {percent(estimate.high)}"
    return {"value": percent(estimate.value), "interval": interval, "best": best}


def _difference_rows(summary: Summary, columns: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "label": found.trial.label,
            "reference": summary.found[found.trial.reference or ""].trial.label,
            "cells": [difference_text(found.differences[name]) for name in columns],
            "p_value": p_value_text(1.0 if found.corrected is None else found.corrected),
            "sure": found.corrected is not None and found.corrected < 0.05,
        }
        for found in summary.found.values()
        if found.differences
    ]


def _cost_row(found: Found) -> dict[str, Any]:
    cost = found.cost
    return {
        "label": found.trial.label,
        "chosen": found.choice or "–",
        "parameters": f"{cost.parameters:,}",
        "file": size_text(cost.file_bytes),
        "seconds": f"{cost.seconds:,.0f}",
        "memory": memory_text(cost.peak_bytes),
        "seeds": {seed: percent(value) for seed, value in found.seeds.items()},
    }
