"""A comparison as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from temadapter.comparison.summary import Summary
from temadapter.comparison.trial_rows import difference_text, memory_text, p_value_text, size_text
from temadapter.evaluation.accuracy_table import markdown_cell, type_name


def to_markdown(summary: Summary, *, command: str, figures: Mapping[str, str]) -> str:
    """Return the report as Markdown.

    Args:
        summary: Of `summarize`.
        command: What makes it again.
        figures: By what stands under it, the path of each picture, as seen from the report.
    """
    seeds = sorted({seed for found in summary.found.values() for seed in found.seeds})
    first, *others = [f"![{caption}]({path})" for caption, path in figures.items()]
    parts = [
        f"# {summary.plan.title}",
        summary.plan.about,
        f"Remake it with `{command}`. Seeds: {', '.join(map(str, seeds))}; mean over seeds.",
        first,
        "## Accuracy on the test questions",
        summary.table.to_markdown().strip(),
        "\n".join(f"- {sentence}" for sentence in verdicts(summary)),
        "## Differences to the reference",
        _differences(summary),
        "## What it costs, and each seed",
        _costs(summary, seeds),
        *others,
    ]
    if summary.unfinished:
        parts.append(f"Not finished: {'; '.join(summary.unfinished)}.")
    return "\n\n".join(part for part in parts if part) + "\n"


def verdicts(summary: Summary) -> list[str]:
    """Return the rows that cannot be told from a random choice or from the majority answer, in words."""
    return [f"{found.trial.label}: {found.verdict}" for found in summary.found.values() if found.verdict]


def _differences(summary: Summary) -> str:
    columns = [*summary.table.types, ""]
    lines = [
        f"| trial | compared with | {' | '.join(markdown_cell(type_name(name)) for name in columns)} | p (Holm) |",
        f"| --- | --- |{' ---: |' * (len(columns) + 1)}",
    ]
    for found in summary.found.values():
        if found.differences:
            cells = " | ".join(difference_text(found.differences[name]) for name in columns)
            reference = summary.found[found.trial.reference or ""].trial.label
            chance = p_value_text(1.0 if found.corrected is None else found.corrected)
            lines.append(
                f"| {markdown_cell(found.trial.label)} | {markdown_cell(reference)} | {cells} | {chance} |"
            )
    note = (
        "Percentage points with 95 % intervals: paired by question and seed, cluster-robust by video (by source, where "
        "questions name a group), with the "
        "variance over seeds added. The p-value is of all questions, corrected for the number of comparisons."
    )
    return "\n".join([*lines, "", note])


def _costs(summary: Summary, seeds: list[int]) -> str:
    heads = [f"seed {seed}" for seed in seeds]
    heads += ["trained parameters", "file", "seconds of training", "peak memory"]
    chosen = any(found.choice for found in summary.found.values())
    heads += ["chosen on validation"] if chosen else []
    lines = [f"| trial | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    for found in summary.found.values():
        cells = [f"{100 * found.seeds[seed]:.1f}" if seed in found.seeds else "–" for seed in seeds]
        cost = found.cost
        cells += [f"{cost.parameters:,}", size_text(cost.file_bytes), f"{cost.seconds:,.0f}"]
        cells += [memory_text(cost.peak_bytes), *([found.choice or "–"] if chosen else [])]
        lines.append(f"| {markdown_cell(found.trial.label)} | {' | '.join(cells)} |")
    return "\n".join(lines)
