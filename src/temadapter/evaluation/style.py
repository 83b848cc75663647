"""How the project's pictures look: one palette that colour-blind readers can tell apart, one set of sizes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.files import atomic_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#d55e00",
    "#56b4e9",
    "#7a5195",
    "#8c8c00",
    "#4d4d4d",
    "#8c510a",
)
"""Okabe and Ito's palette (without black and yellow), then four more."""

MARKERS = ("o", "s", "D", "^", "v", "P", "X")
INK, GREY, LIGHT = "#1c2430", "#6b7480", "#d8dce1"

_SETTINGS: Any = {
    "font.size": 10,
    "font.family": "DejaVu Sans",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LIGHT,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.titlesize": 13,
    "grid.color": LIGHT,
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "savefig.dpi": 160,
    "svg.hashsalt": "temadapter",  # the same picture is the same file
}


def figure(width: float, height: float, *, layout: str | None = "constrained") -> Figure:
    """Return an empty figure in the project's style, drawn without a display.

    Args:
        width: In inches.
        height: In inches.
        layout: Matplotlib's layout engine; None where the caller places everything.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mpl.rcParams.update(_SETTINGS)
    fig = Figure(figsize=(width, height), layout=layout)  # type: ignore[arg-type]
    FigureCanvasAgg(fig)
    return fig


def save(fig: Figure, path: Path) -> None:
    """Write a figure in one step; the name's ending says the format (PNG without one)."""
    kind = path.suffix.lstrip(".").lower() or "png"
    with atomic_path(path) as temporary:
        if fig.get_layout_engine() is None:  # the caller placed everything, margins too
            fig.savefig(temporary, format=kind, facecolor="white")
        else:
            fig.savefig(temporary, format=kind, facecolor="white", bbox_inches="tight", pad_inches=0.18)
