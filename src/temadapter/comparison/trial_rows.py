"""A comparison as rows: one for every trial, for spreadsheets and programs, and how reports write its numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from temadapter.comparison.summary import Found, Summary
from temadapter.evaluation.accuracy_table import Row, estimate_of, result_key
from temadapter.evaluation.statistics import Difference
from temadapter.progress import one_line


def rows(summary: Summary) -> list[dict[str, Any]]:
    """Return a row for every trial, each with the same keys; accuracies are shares, 0 to 1."""
    return [
        _row(found, row, summary)
        for found, row in zip(summary.found.values(), summary.table.rows, strict=True)
    ]


def _row(found: Found, row: Row, summary: Summary) -> dict[str, Any]:
    values: dict[str, Any] = {
        "trial": found.trial.name,
        "label": found.trial.label,
        "chosen": found.choice,
        "seeds": len(found.seeds),
    }
    for name in ("", *summary.table.types):
        estimate, key = estimate_of(row, name), one_line(result_key(name))
        values |= {
            f"accuracy_{key}": estimate.value,
            f"low_{key}": estimate.low,
            f"high_{key}": estimate.high,
        }
    difference = found.differences.get("")
    return values | {
        "reference": found.trial.reference,
        "difference": None if difference is None else difference.value,
        "difference_low": None if difference is None else difference.low,
        "difference_high": None if difference is None else difference.high,
        "p_value": None if difference is None else difference.p_value,
        "p_value_holm": found.corrected,
        "trained_parameters": found.cost.parameters,
        "file_bytes": found.cost.file_bytes,
        "seconds": found.cost.seconds,
        "peak_bytes": found.cost.peak_bytes,
    }


def to_csv(summary: Summary) -> str:
    """Return the rows as CSV with a header; an empty cell is a value that does not exist."""
    text = io.StringIO()
    table: list[Mapping[str, Any]] = [*rows(summary)]
    writer = csv.DictWriter(text, fieldnames=list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def difference_text(value: Difference) -> str:
    """Return a difference in points with its interval."""
    return f"{100 * value.value:+.1f} [{100 * value.low:+.1f}, {100 * value.high:+.1f}]"


def p_value_text(value: float) -> str:
    """Return a p-value with three digits behind the point."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def size_text(count: float | None) -> str:
    """Return a number of bytes in megabytes; a dash where it is not known."""
    return "–" if count is None else f"{count / 1e6:.2f} MB"


def memory_text(count: float | None) -> str:
    """Return a number of bytes in gibibytes; a dash where it is not known."""
    return "–" if count is None else f"{count / 2**30:.1f} GiB"
