"""The picture of a comparison: differences with their intervals, and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from temadapter.evaluation.accuracy_table import TYPE_NAMES, type_name
from temadapter.plots.comparison.compared import Compared, ComparedRow
from temadapter.plots.style import COLOURS, GREY, INK, figure, row_label, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(compared: Compared, path: Path) -> None:
    """Draw accuracy with intervals, differences to the reference with intervals, and differences per type.

    Args:
        compared: What was compared.
        path: Where the picture goes (PNG, SVG or PDF by its name).
    """
    found = list(compared.rows)
    types = list(compared.table.types)
    height = 1.9 + 0.36 * len(found)
    widths = [2.6, 2.6, 0.55 * max(len(types), 1) + 0.4]
    fig = figure(3.2 + sum(widths), height)
    panels = fig.subplots(1, 3, sharey=True, width_ratios=widths)
    _accuracy(panels[0], compared)
    _differences(panels[1], found)
    _by_type(panels[2], found, types)
    panels[0].set_yticks(range(len(found)), [row_label(f.label) for f in found])
    panels[0].set_ylim(len(found) - 0.5, -0.5)
    fig.suptitle(compared.title, x=0.01, ha="left", fontweight="bold", color=INK)
    save(fig, path)


def _accuracy(axes: Axes, compared: Compared) -> None:
    rows = compared.table.rows
    values = np.array([100 * row.overall.value for row in rows])
    ends = np.array([[100 * row.overall.low, 100 * row.overall.high] for row in rows]).T
    axes.errorbar(
        values, np.arange(len(rows)), xerr=np.abs(ends - values), fmt="o", color=COLOURS[0], elinewidth=1.8
    )
    for place, found in enumerate(compared.rows):
        seeds = [100 * value for value in found.seeds.values()]
        axes.plot(seeds, [place + 0.26] * len(seeds), "|", color=GREY, markersize=5)
    axes.axvline(100 * compared.table.chance[""], color=GREY, linestyle=(0, (3, 2)), linewidth=1.2)
    axes.set_title("accuracy, %\n(grey: seeds, dashed: chance)", loc="left", color=GREY, fontsize=9)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def _differences(axes: Axes, found: list[ComparedRow]) -> None:
    axes.axvline(0, color=INK, linewidth=1)
    for place, own in enumerate(found):
        if not own.differences:
            axes.plot(0, place, "D", color=INK, markersize=5)
            continue
        value = own.differences[""]
        sure = own.corrected is not None and own.corrected < 0.05
        shade = GREY if not sure else (COLOURS[2] if value.value > 0 else COLOURS[4])
        axes.hlines(place, 100 * value.low, 100 * value.high, colors=shade, linewidth=1.8)
        axes.plot(100 * value.value, place, "o", color=shade)
    axes.set_title(
        "difference to reference, points\n(coloured: p < 0.05, Holm; ◆ reference)",
        loc="left",
        color=GREY,
        fontsize=9,
    )
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def _by_type(axes: Axes, found: list[ComparedRow], types: list[str]) -> None:
    values = np.array(
        [[100 * own.differences[t].value if own.differences else 0.0 for t in types] for own in found]
    ).reshape(len(found), len(types))
    reach = max(1.0, float(np.abs(values).max())) if values.size else 1.0
    axes.imshow(values, cmap="RdBu", vmin=-reach, vmax=reach, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if found[row].differences:
            shade = "white" if abs(value) > 0.6 * reach else INK
            axes.text(
                column,
                row,
                "0" if round(value) == 0 else f"{round(value):+d}",
                ha="center",
                va="center",
                fontsize=8,
                color=shade,
            )
    axes.set_xticks(
        range(len(types)), [name if name in TYPE_NAMES else type_name(name)[:6] for name in types]
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("by question type, points", loc="left", color=GREY, fontsize=9)
