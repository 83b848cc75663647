"""How the project's pictures look: one palette that colour-blind readers can tell apart, one set of sizes."""

from __future__ import annotations

import textwrap
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.data.question import trimmed
from temadapter.errors import ConfigError
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

FORMATS = ("png", "svg", "pdf", "jpg", "jpeg", "webp")
"""What a picture's name may end in."""


def row_label(name: str, width: int = 44) -> str:
    r"""Return a row's name on one or two lines; a longer one keeps its end, by which rows differ most.

    >>> row_label("tem-adapter, as the released code, control: two frames")
    'tem-adapter, as the released code, control:\ntwo frames'
    """
    lines = textwrap.wrap(name, width)
    if len(lines) > 2:
        lines = [lines[0], "…" + " ".join(lines[1:])[1 - width :]]
    return "\n".join(lines)


_OTHER_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Source Han Sans SC",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC", "Hiragino Sans", "Microsoft YaHei", "Malgun Gothic",
    "Arial Unicode MS", "Noto Sans Devanagari", "Noto Sans Thai",
)  # fmt: skip
"""Fonts with letters that DejaVu Sans lacks, on the systems that have them."""

_SETTINGS: Any = {
    "font.size": 10,
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
    "text.parse_math": False,  # a $ in a question is a dollar
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
    mpl.rcParams["font.family"] = list(_families())
    fig = Figure(figsize=(width, height), layout=layout)  # type: ignore[arg-type]
    FigureCanvasAgg(fig)
    return fig


def check_picture(path: Path) -> None:
    """Make sure, before anything is computed, that a picture can have this name.

    Raises:
        ConfigError: It names a folder, or a format that pictures are not written in.
    """
    if path.is_dir():
        raise ConfigError(f"{path} is a folder: name the picture's file, for instance {path / 'answer.png'}.")
    if path.suffix and path.suffix[1:].lower() not in FORMATS:
        raise ConfigError(
            f"A picture cannot be written as {path.suffix}: let the name {path.name!r} end in one of "
            f"{', '.join(f'.{kind}' for kind in FORMATS)}."
        )


def save(fig: Figure, path: Path) -> None:
    """Write a figure in one step; the name's ending says the format (PNG without one).

    Raises:
        ConfigError: A name that a picture cannot have.
    """
    check_picture(path)
    kind = path.suffix.lstrip(".").lower() or "png"
    with atomic_path(path) as temporary, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if fig.get_layout_engine() is None:  # the caller placed everything, margins too
            fig.savefig(temporary, format=kind, facecolor="white")
        else:
            fig.savefig(temporary, format=kind, facecolor="white", bbox_inches="tight", pad_inches=0.18)
    _pass_on(caught, path)


def wrap(text: str, width: float, *, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that are at most `width` inches wide.

    Args:
        text: Any text; empty gives no line.
        width: In inches.
        size: Of the letters, in points.
        weight: "normal" or "bold".
    """
    whole = " ".join(text.split())
    if not whole:
        return []
    across = _inches(whole, size, weight)
    longest = max(8, int(1.2 * width / across * len(whole)) if across > width else len(whole))
    for letters in range(longest, 7, -1):  # fewer until the widest line fits
        lines = textwrap.wrap(text, letters)
        if all(_inches(line, size, weight) <= width for line in lines):
            return lines
    return textwrap.wrap(text, 8)


def _inches(line: str, size: float, weight: str) -> float:
    from matplotlib import rc_context
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    if not trimmed(line):
        return 0.0  # matplotlib has no path without a visible letter
    with warnings.catch_warnings(), rc_context({"text.parse_math": False}):
        warnings.simplefilter("ignore")  # missing letters are told of when the picture is written
        path = TextPath((0, 0), line, prop=FontProperties(family=list(_families()), size=size, weight=weight))
    # Points that curves bend towards may lie outside; exact extents take a hundred times as long to find.
    return float(path.vertices[:, 0].max(initial=0.0)) / 72


@cache
def _families() -> tuple[str, ...]:
    """Return DejaVu Sans, which comes with matplotlib, and fonts of this machine for the letters that it lacks."""
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return ("DejaVu Sans", *(name for name in _OTHER_SCRIPTS if name in there))


def _pass_on(caught: list[warnings.WarningMessage], path: Path) -> None:
    """Warn once of letters that no font has, in place of once a letter; and of everything else."""
    missing = [warning for warning in caught if "missing from" in str(warning.message)]
    if missing:
        warnings.warn(
            f"{path.name} shows boxes for letters that no font here has: install one, such as Noto Sans CJK.",
            stacklevel=3,
        )
    for warning in caught:
        if warning not in missing:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
