"""One question about one video on a page: the frames, and below them how likely each option is over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temadapter.errors import DataError
from temadapter.plots.style import COLOURS, GREY, INK, LIGHT, figure, save, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 10.0  # inches, as everything below
MARGIN, GAP = 0.35, 0.06
MOST_FRAMES, COLUMNS = 16, 8
PLOT_HEIGHT = 2.0
LINE = 0.185  # height of a line of text
UNDER = 1.35  # lines between two options: room for the verdict
KEY_WIDTH = 3.5
SHARE = 0.72  # of the key: its colour and the probability
TITLE, ENTRY, SMALL = 13, 9.5, 8.5  # points
RIGHT, WRONG = "#00795a", "#b8400a"


@dataclass(frozen=True)
class _Page:
    """Where the parts of the page are, in inches from the top left."""

    title: list[str]
    rows: int
    columns: int
    picture: tuple[float, float]
    key: list[list[str]]
    note: list[str]

    @property
    def frames_top(self) -> float:
        return MARGIN + 0.26 * len(self.title) + 0.12

    @property
    def plot_top(self) -> float:
        return self.frames_top + self.rows * (self.picture[1] + 0.26) + 0.2

    @property
    def plot_height(self) -> float:
        return max(PLOT_HEIGHT, sum(LINE * (len(entry) + UNDER) for entry in self.key))

    @property
    def height(self) -> float:
        return self.plot_top + self.plot_height + 0.6 + LINE * len(self.note)


def contact_sheet(
    frames: NDArray[np.uint8],
    times: ArrayLike,
    probabilities: ArrayLike,
    options: Sequence[str],
    question: str,
    answer_index: int | None,
    correct_index: int | None,
    path: Path,
    *,
    overall: Sequence[float] | None = None,
    note: str = "",
) -> None:
    """Draw a video's frames with the options' probabilities over time beneath.

    Args:
        frames: (F, H, W, 3) uint8; at most 16 of them, evenly spread, are shown.
        times: (F,) seconds.
        probabilities: (F, N), what each frame says of the options; rows add up to 1.
        options: N options; empty ones are not shown.
        question: The title.
        answer_index: The option that was chosen.
        correct_index: The correct option, where it is known.
        path: Where the picture goes (PNG, SVG or PDF by its name).
        overall: (N,), the answer's own probabilities, shown beside the options; the mean over time if None.
        note: A sentence at the foot of the page (which backbone answered).

    Raises:
        DataError: The numbers of frames, times and probabilities, or of options, differ.
    """
    moments, over_time = np.asarray(times, dtype=float), np.asarray(probabilities, dtype=float)
    if len(frames) == 0 or over_time.shape != (len(frames), len(options)) or len(moments) != len(frames):
        raise DataError(
            f"A contact sheet of {len(frames)} frames and {len(options)} options needs as many times and a "
            f"({len(frames)}, {len(options)}) table of probabilities, not {len(moments)} times and "
            f"{over_time.shape}."
        )
    total = over_time.mean(0) if overall is None else np.asarray(overall, dtype=float)
    shown = [index for index, option in enumerate(options) if option.strip()]
    page = _plan(frames, options, shown, question, note)
    fig = figure(WIDTH, page.height, layout=None)
    _text(fig, MARGIN, MARGIN - 0.05, "\n".join(page.title), size=TITLE, weight="bold", spacing=1.3)
    _draw_frames(fig, page, frames, moments)
    axes = _axes(fig, MARGIN + 0.35, page.plot_top, WIDTH - 2 * MARGIN - KEY_WIDTH - 0.55, page.plot_height)
    _draw_lines(axes, moments, over_time, shown, answer_index)
    _draw_key(fig, page, shown, total, answer_index, correct_index)
    if page.note:
        top = page.height - 0.12 - LINE * len(page.note)
        _text(fig, MARGIN, top, "\n".join(page.note), size=SMALL, colour=GREY)
    save(fig, path)


def _plan(
    frames: NDArray[np.uint8], options: Sequence[str], shown: list[int], question: str, note: str
) -> _Page:
    count = min(len(frames), MOST_FRAMES)
    columns = -(-count // -(-count // COLUMNS))  # rows of one length, as nearly as can be
    width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns
    ratio = frames.shape[1] / frames.shape[2]
    width = min(width, 2.2 / ratio, 2.8)  # one frame must not fill the page
    return _Page(
        title=wrap(question, WIDTH - 2 * MARGIN, size=TITLE, weight="bold") or [""],
        rows=-(-count // columns),
        columns=columns,
        picture=(width, width * ratio),
        # as wide as bold letters would be: the answer's are
        key=[wrap(options[index], KEY_WIDTH - SHARE, size=ENTRY, weight="bold") for index in shown],
        note=wrap(note, WIDTH - 2 * MARGIN, size=SMALL),
    )


def _draw_frames(fig: Figure, page: _Page, frames: NDArray[np.uint8], moments: NDArray[np.float64]) -> None:
    width, height = page.picture
    chosen = np.unique(np.linspace(0, len(frames) - 1, min(len(frames), MOST_FRAMES)).round().astype(int))
    for place, index in enumerate(chosen):
        row, column = divmod(place, page.columns)
        left = MARGIN + column * (width + GAP)
        axes = _axes(fig, left, page.frames_top + row * (height + 0.26), width, height)
        axes.imshow(frames[index], aspect="auto", interpolation="lanczos")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        axes.set_xlabel(f"{moments[index]:.1f} s", fontsize=8, color=GREY, labelpad=2)


def _draw_lines(
    axes: Axes,
    moments: NDArray[np.float64],
    over_time: NDArray[np.float64],
    shown: list[int],
    answer: int | None,
) -> None:
    for place, index in enumerate(shown):
        chosen = index == answer
        axes.plot(
            moments,
            100 * over_time[:, index],
            color=COLOURS[place % len(COLOURS)],
            linewidth=2.6 if chosen else 1.5,
            marker="o" if len(moments) <= 32 else None,
            markersize=4 if chosen else 2.8,
            zorder=3 if chosen else 2,
            clip_on=False,
        )
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100])
    margin = 0.02 * max(float(np.ptp(moments)), 0.1)
    axes.set_xlim(moments.min() - margin, moments.max() + margin)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel("seconds", color=GREY, fontsize=9, labelpad=2)
    axes.set_title("what each frame alone says, %", loc="left", fontsize=9, color=GREY, pad=6)


def _draw_key(
    fig: Figure,
    page: _Page,
    shown: list[int],
    total: NDArray[np.float64],
    answer: int | None,
    correct: int | None,
) -> None:
    """List the options beside the plot, each with its colour, its probability, and what became of it."""
    left, top = WIDTH - MARGIN - KEY_WIDTH, page.plot_top
    text_left = left + SHARE
    for place, (index, lines) in enumerate(zip(shown, page.key, strict=True)):
        colour = COLOURS[place % len(COLOURS)]
        bar = _axes(fig, left, top, 0.07, LINE * len(lines))
        bar.set_facecolor(colour)
        bar.set_xticks([])
        bar.set_yticks([])
        bar.spines[:].set_visible(False)
        weight = "bold" if index == answer else "normal"
        share = f"{100 * total[index]:.0f} %"
        _text(
            fig, left + 0.62, top + 0.14, share, size=ENTRY, weight=weight, align="right", anchor="baseline"
        )
        for number, line in enumerate(lines):
            _text(
                fig, text_left, top + 0.14 + LINE * number, line, size=ENTRY, weight=weight, anchor="baseline"
            )
        top += LINE * len(lines)
        verdict, shade = _verdict(index, answer, correct)
        _text(fig, text_left, top + 0.12, verdict, size=SMALL, colour=shade, anchor="baseline")
        top += LINE * UNDER


def _verdict(index: int, answer: int | None, correct: int | None) -> tuple[str, str]:
    if index == answer and index == correct:
        return "answer, correct", RIGHT
    if index == answer:
        return ("answer, wrong", WRONG) if correct is not None else ("answer", GREY)
    if index == correct:
        return "correct", RIGHT
    return "", LIGHT


def _axes(fig: Figure, left: float, top: float, width: float, height: float) -> Axes:
    page = fig.get_figheight()
    return fig.add_axes((left / WIDTH, 1 - (top + height) / page, width / WIDTH, height / page))


def _text(
    fig: Figure,
    left: float,
    top: float,
    words: str,
    *,
    size: float,
    weight: str = "normal",
    colour: str = INK,
    align: str = "left",
    anchor: str = "top",
    spacing: float = 1.2,
) -> None:
    fig.text(
        left / WIDTH,
        1 - top / fig.get_figheight(),
        words,
        fontsize=size,
        fontweight=weight,
        color=colour,
        ha=align,
        va=anchor,
        linespacing=spacing,
    )
