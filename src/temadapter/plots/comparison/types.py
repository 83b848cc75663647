"""A heat map of accuracy: trials by question types, in points above chance."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np

from temadapter.evaluation.accuracy_table import estimate_of, type_name
from temadapter.plots.comparison.compared import Compared
from temadapter.plots.style import GREY, INK, figure, row_label, save


def draw(compared: Compared, path: Path) -> None:
    """Draw every trial's accuracy on every question type, coloured by its distance from a random choice.

    Args:
        compared: What was compared.
        path: Where the picture goes (PNG, SVG or PDF by its name).
    """
    table = compared.table
    columns = [*table.types, ""]
    values = np.array([[100 * estimate_of(row, name).value for name in columns] for row in table.rows])
    above = values - np.array([100 * table.chance[name] for name in columns])
    reach = max(10.0, float(np.abs(above).max()))
    fig = figure(3.4 + 0.95 * len(columns), 1.7 + 0.34 * len(table.rows))
    axes = fig.add_subplot()
    picture = axes.imshow(above, cmap="RdBu", vmin=-reach, vmax=reach, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        shade = "white" if abs(above[row, column]) > 0.62 * reach else INK
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=8.5, color=shade)
    axes.axvline(len(columns) - 1.5, color="white", linewidth=4)
    axes.set_xticks(
        range(len(columns)),
        [f"{textwrap.fill(type_name(name), 14)}\nchance {100 * table.chance[name]:.0f}" for name in columns],
        fontsize=8,
    )
    axes.set_yticks(range(len(table.rows)), [row_label(row.name) for row in table.rows])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = fig.colorbar(picture, ax=axes, pad=0.015, aspect=30)
    bar.set_label("points above chance", color=GREY, fontsize=8.5)
    bar.outline.set_visible(False)
    fig.suptitle("Accuracy by question type, %", x=0.01, ha="left", fontweight="bold", color=INK)
    save(fig, path)
