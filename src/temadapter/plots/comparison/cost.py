"""Accuracy against what it costs, with the front of those that no other trial beats on both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from temadapter.plots.comparison.compared import Compared
from temadapter.plots.comparison.pareto import pareto_front
from temadapter.plots.style import COLOURS, GREY, INK, LIGHT, figure, row_label, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_parameters(compared: Compared, path: Path) -> None:
    """Draw accuracy against the number of trained parameters.

    Args:
        compared: What was compared.
        path: Where the picture goes (PNG, SVG or PDF by its name).
    """
    costs = [row.parameters for row in compared.rows]
    _draw(compared, path, costs=costs, title="Accuracy and trained parameters", unit="trained parameters")


def draw_time(compared: Compared, path: Path) -> None:
    """Draw accuracy against the time of training.

    Args:
        compared: What was compared.
        path: Where the picture goes (PNG, SVG or PDF by its name).
    """
    costs = [row.seconds for row in compared.rows]
    _draw(
        compared, path, costs=costs, title="Accuracy and time of training", unit="seconds of training a run"
    )


def _draw(compared: Compared, path: Path, *, costs: Sequence[float], title: str, unit: str) -> None:
    rows = compared.table.rows
    values = np.array([100 * row.overall.value for row in rows])
    ends = np.array([[100 * row.overall.low, 100 * row.overall.high] for row in rows]).T
    front = pareto_front(costs, values.tolist())
    fig = figure(10.6, 5.4)
    axes = fig.add_subplot()
    _scale(axes, costs)
    axes.step(
        [costs[i] for i in front], values[front], where="post", color=COLOURS[2], linewidth=1.6, zorder=1
    )
    for index in range(len(rows)):
        shade = COLOURS[2] if index in front else GREY
        reach = np.abs(ends[:, [index]] - values[index])
        axes.errorbar(
            costs[index], values[index], yerr=reach, fmt="o", color=shade, markersize=7, elinewidth=1.3,
            markeredgecolor="white", zorder=3,
        )  # fmt: skip
    axes.axhline(100 * compared.table.chance[""], color=GREY, linestyle=(0, (3, 2)), linewidth=1.2)
    axes.set_xlabel(f"{unit} (logarithmic)")
    axes.set_ylabel("accuracy on the test questions, %")
    axes.grid(axis="y")
    axes.set_title(
        "green: nothing else is as cheap and as good; dashed: chance", loc="left", color=GREY, fontsize=9
    )
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", color=INK)
    names = [row.label for row in compared.rows]
    _name(axes, costs, values.tolist(), names)
    save(fig, path)


def _scale(axes: Axes, costs: Sequence[float]) -> None:
    """Give the axis a logarithmic scale that has room for 0."""
    some = [cost for cost in costs if cost > 0] or [1.0]
    if min(costs) == 0:
        axes.set_xscale("symlog", linthresh=min(some) / 3, linscale=0.35)
        axes.set_xlim(-min(some) / 10, max(some) * 4)
    else:
        axes.set_xscale("log")
        axes.set_xlim(min(some) / 3, max(some) * 4)
    # Matplotlib's own names for powers of ten are formulas, and formulas stand there as they are written (see `style`).
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda *_: "")


def _name(axes: Axes, costs: Sequence[float], values: Sequence[float], names: Sequence[str]) -> None:
    """Write the names to the right of the picture, from the best to the worst, each with a line from its mark."""
    order = sorted(range(len(names)), key=lambda i: -values[i])
    low, high = axes.get_ylim()
    labels = [row_label(name) for name in names]
    room = 14 if any("\n" in label for label in labels) else 22  # so many fit above each other
    heights = spread([values[i] for i in order], gap=(high - low) / room, low=low, high=high)
    for index, height in zip(order, heights, strict=True):
        axes.annotate(
            labels[index],
            (costs[index], values[index]),
            xytext=(1.03, height),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=8.5,
            color=INK,
            arrowprops={
                "arrowstyle": "-",
                "color": LIGHT,
                "linewidth": 0.9,
                "shrinkA": 2,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
            zorder=0,
        )


def spread(places: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Move places, from the highest to the lowest, so that at least `gap` lies between two.

    They stay between `low` and `high` where there is room for that, and else start at `high`.
    """
    moved: list[float] = []
    for place in places:
        moved.append(min(place, high if not moved else moved[-1] - gap))
    lowest = low
    for index in reversed(range(len(moved))):
        moved[index] = max(moved[index], lowest)
        lowest = moved[index] + gap
    over = max(0.0, moved[0] - high) if moved else 0.0
    return [place - over for place in moved]
