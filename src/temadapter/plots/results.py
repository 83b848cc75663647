"""Pictures of results: accuracy per question type, and the course of training."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from temadapter.errors import DataError
from temadapter.evaluation.accuracy_table import estimate_of, type_name
from temadapter.plots.contact_sheet import contact_sheet
from temadapter.plots.style import COLOURS, GREY, INK, MARKERS, figure, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from temadapter.evaluation.accuracy_table import AccuracyTable

__all__ = ["accuracy_plot", "contact_sheet", "training_curve"]

LOSSES = {"loss": "total", "qa": "answering", "autoregressive": "autoregressive"}


def accuracy_plot(
    table: AccuracyTable, path: Path, *, title: str = "Test accuracy per question type"
) -> None:
    """Draw every method's accuracy with its 95 % interval, per question type, and what chance would give.

    Args:
        table: Of `report.accuracy_table`.
        path: Where the picture goes (PNG, SVG or PDF by its name).
        title: Above the picture.
    """
    columns = ["", *table.types]
    count = len(table.rows)
    spread = 0.11 if count < 7 else 0.72 / count
    fig = figure(max(6.0, 1.25 * len(columns) * max(1.0, count * spread / 0.6) + 1.2), 4.3)
    axes = fig.add_subplot()
    offsets = (np.arange(count) - (count - 1) / 2) * spread
    for place, name in enumerate(columns):
        if place % 2 == 0:
            axes.axvspan(place - 0.5, place + 0.5, color="#f4f5f7", zorder=0)
        axes.hlines(
            100 * table.chance[name],
            place - 0.42,
            place + 0.42,
            colors=GREY,
            linestyles=(0, (3, 2)),
            linewidth=1.4,
            zorder=2,
            label="random choice" if place == 0 else "_",
        )
    for index, row in enumerate(table.rows):
        estimates = [estimate_of(row, name) for name in columns]
        values = np.array([100 * e.value for e in estimates])
        reach = np.abs(np.array([[100 * e.low, 100 * e.high] for e in estimates]).T - values)
        axes.errorbar(
            np.arange(len(columns)) + offsets[index],
            values,
            yerr=reach,
            fmt=MARKERS[index % len(MARKERS)],
            color=COLOURS[index % len(COLOURS)],
            markersize=6.5,
            markeredgecolor="white",
            markeredgewidth=0.8,
            elinewidth=1.8,
            label=row.name,
            zorder=3,
        )
    heads = [textwrap.fill(type_name(name), 14) + f"\n{table.counts[name]:,}" for name in columns]
    axes.set_xticks(range(len(columns)), heads)
    axes.tick_params(axis="x", length=0)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    lowest = min(100 * estimate_of(row, name).low for row in table.rows for name in columns)
    axes.set_ylim(min(lowest, 100 * min(table.chance.values())) // 10 * 10, 100)
    axes.set_ylabel("accuracy, %")
    axes.grid(axis="y")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold")
    fig.legend(loc="outside lower left", ncols=count + 1 if count < 5 else 4)
    note = "Lines: 95 % intervals, clustered by video. Numbers: questions."
    axes.set_title(note, loc="left", color=GREY, fontsize=9)
    save(fig, path)


def training_curve(
    history: Sequence[Mapping[str, Any]], path: Path, *, chosen: int | None = None, title: str = "Training"
) -> None:
    """Draw losses and accuracy over the epochs.

    Args:
        history: The lines of `metrics.jsonl`: `epoch`, `loss`, and where there are such `qa`,
            `autoregressive`, `validation_accuracy`.
        path: Where the picture goes.
        chosen: The epoch whose weights were kept, marked by a line.
        title: Above the picture.

    Raises:
        DataError: The history is empty.
    """
    if not history:
        raise DataError("There is no epoch to draw: metrics.jsonl is empty.")
    validated = any(line.get("validation_accuracy") is not None for line in history)
    fig = figure(9.0 if validated else 5.2, 3.6)
    panels = list(np.atleast_1d(fig.subplots(1, 1 + validated)))
    # a part that is zero in every epoch is none of this method's loss
    losses = {
        key: label for key, label in LOSSES.items() if key == "loss" or any(line.get(key) for line in history)
    }
    _lines(panels[0], history, losses, scale=1.0)
    panels[0].set_ylabel("loss")
    panels[0].legend(loc="best")
    if validated:
        _lines(panels[1], history, {"validation_accuracy": ""}, scale=100.0)
        panels[1].set_ylabel("validation accuracy, %")
    for axes in panels:
        axes.set_xlabel("epoch")
        axes.grid(axis="y")
        axes.margins(x=0.02, y=0.1)
        axes.xaxis.get_major_locator().set_params(integer=True)
        if chosen is not None:
            axes.axvline(chosen, color=GREY, linewidth=1.2, linestyle=(0, (3, 2)), zorder=1)
    if chosen is not None:
        words = f"dashed: epoch {chosen}, whose weights were kept"
        panels[-1].set_title(words, loc="left", color=GREY, fontsize=9)
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", color=INK)
    save(fig, path)


def _lines(
    axes: Axes, history: Sequence[Mapping[str, Any]], kinds: Mapping[str, str], *, scale: float
) -> None:
    for index, (key, label) in enumerate(kinds.items()):
        points = [(line["epoch"], scale * line[key]) for line in history if line.get(key) is not None]
        if points:
            epochs, values = zip(*points, strict=True)
            dot = "o" if len(points) == 1 else None
            axes.plot(epochs, values, color=COLOURS[index], linewidth=1.8, label=label, marker=dot)
