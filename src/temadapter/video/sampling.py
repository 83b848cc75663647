"""Which frames of a video are looked at: pure arithmetic on their timestamps."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import ConfigError, VideoError, unknown_name

MAX_FRAMES = 1_000_000
"""No sampler may be asked for more frames than this for one video."""

_SLACK, _MOST_SLACK = 0.05, 0.01  # frames, seconds; files round timestamps (Matroska to milliseconds)


class Sampler(Protocol):
    """Chooses frames. `name` is the canonical text that `get_sampler` reads back and store keys contain.

    A sampler that counts frames instead of looking at their times sets the optional attribute
    `counts_frames = True`; the decoder then hands it the frames that truly decode and nothing else. One whose
    `choose` takes the end of the video as well sets `takes_end = True` (see `choose_frames`).
    """

    @property
    def name(self) -> str:
        """The canonical spec, such as "uniform(24)"."""
        ...

    def choose(self, times: Sequence[float]) -> list[int]:
        """Return the indices of the chosen frames among `times`; repeats are allowed.

        Args:
            times: Seconds at which frames appear, ascending; the decoder passes a NumPy array.
        """
        ...


def choose_frames(sampler: Sampler, times: Sequence[float], *, end: float | None) -> list[int]:
    """Ask `sampler` for its choice among `times`; `end` is when the last picture leaves the screen, in seconds."""
    if getattr(sampler, "takes_end", False):
        return sampler.choose(times, end=end)  # type: ignore[call-arg]
    return sampler.choose(times)


@dataclass(frozen=True)
class Uniform:
    """`uniform(F)`: the frame on screen at the centre of each of F equal spans of the duration.

    The duration runs from the first timestamp to the end of the last picture. Videos with fewer than F frames
    repeat frames.
    """

    frames: int
    takes_end = True

    def __post_init__(self) -> None:
        _whole("uniform(F)", "F", self.frames)

    @property
    def name(self) -> str:
        """The canonical spec."""
        return f"uniform({self.frames})"

    def choose(self, times: Sequence[float], *, end: float | None = None) -> list[int]:
        """Return F indices into `times`, ascending.

        Args:
            times: Seconds at which frames appear, ascending.
            end: When the last one leaves the screen; without it, it stays for the mean distance of two frames.
        """
        first, step, end = _span(times, end)
        centres = first + (np.arange(self.frames) + 0.5) * ((end - first) / self.frames)
        return _on_screen(times, centres, step)


@dataclass(frozen=True)
class EveryMoment:
    """`fps(x)`: the frame on screen at 0, 1/x, 2/x, ... seconds after the first.

    Frames repeat where the video is slower than x.
    """

    rate: float
    takes_end = True

    def __post_init__(self) -> None:
        if not (isinstance(self.rate, int | float) and math.isfinite(self.rate) and 0 < self.rate <= 1000):
            raise ConfigError(
                f"fps(x) needs x above 0 and at most 1000 frames per second, not {self.rate!r}."
            )

    @property
    def name(self) -> str:
        """The canonical spec."""
        return f"fps({int(self.rate) if float(self.rate).is_integer() else self.rate})"

    def choose(self, times: Sequence[float], *, end: float | None = None) -> list[int]:
        """Return ceil(duration · x) indices into `times` (at least one), ascending; see `Uniform.choose`."""
        first, step, end = _span(times, end)
        wanted = max(1, math.ceil((end - first - _slack(step)) * self.rate))
        if wanted > MAX_FRAMES:
            raise ConfigError(
                f"{self.name} would take {wanted:,} frames of this video ({end - first:.0f} s), "
                f"more than {MAX_FRAMES:,}: choose a lower rate."
            )
        return _on_screen(times, first + np.arange(wanted) / self.rate, step)


@dataclass(frozen=True)
class Clips:
    """`clips(C,L)`: C clips of L consecutive frames around C evenly spaced centres, by frame number.

    `clips(8,16)` is the choice of the authors' released code, with its off-by-one at the last frame
    (docs/method.md section 1).
    """

    clips: int
    length: int
    counts_frames = True

    def __post_init__(self) -> None:
        _whole("clips(C,L)", "C", self.clips)
        _whole("clips(C,L)", "L", self.length)
        _whole("clips(C,L)", "C x L", self.clips * self.length)

    @property
    def name(self) -> str:
        """The canonical spec."""
        return f"clips({self.clips},{self.length})"

    def choose(self, times: Sequence[float]) -> list[int]:
        """Return C·L indices into `times`, clip after clip."""
        _require_frames(len(times))
        return [index for clip in self.indices(len(times)) for index in clip]

    def indices(self, total: int) -> list[list[int]]:
        """Return the C clips, each L frame numbers, of a video of `total` frames."""
        return [_clip((k + 1) * total // (self.clips + 1), self.length, total) for k in range(self.clips)]


def official_frame_indices(total_frames: int) -> list[list[int]]:
    """Return the 8 clips of 16 frame numbers that the authors' extraction takes from `total_frames` frames.

    Example:
        >>> official_frame_indices(1000)[0][:3]
        [103, 104, 105]

    Raises:
        ConfigError: `total_frames` is not a whole number of at least 1.
    """
    _whole("official_frame_indices(total_frames)", "total_frames", total_frames, limit=None)
    return Clips(8, 16).indices(total_frames)


def _clip(centre: int, length: int, total: int) -> list[int]:
    """Return `length` frame numbers around `centre`; at the ends the first or last frame is repeated."""
    start = max(0, centre - length // 2)
    stop = centre - length // 2 + length
    if stop > total:
        stop = total - 1  # the authors' off-by-one: a cut clip leaves out the last frame, then repeats it
    numbers = list(range(start, stop))
    missing = length - len(numbers)
    return [0] * missing + numbers if start == 0 else numbers + [total - 1] * missing


def _span(times: Sequence[float], end: float | None) -> tuple[float, float, float]:
    """Return the first timestamp, the mean distance of two frames and the end of the video, in seconds."""
    _require_frames(len(times))
    first, last = float(times[0]), float(times[-1])
    step = (last - first) / (len(times) - 1) if len(times) > 1 else 0.0
    return first, step, last + step if end is None or end <= last else end


def _on_screen(times: Sequence[float], moments: NDArray[np.floating[Any]], step: float) -> list[int]:
    """Return for each moment the last frame that has appeared by then.

    A moment that falls on a frame's own timestamp means that frame, however that was rounded.
    """
    found = np.searchsorted(np.asarray(times, dtype=np.float64), moments + _slack(step), side="right") - 1
    chosen: list[int] = np.clip(found, 0, len(times) - 1).tolist()
    return chosen


def _slack(step: float) -> float:
    """Return by how many seconds a timestamp may be off."""
    return min(_SLACK * step, _MOST_SLACK)


def _require_frames(count: int) -> None:
    if count < 1:
        raise VideoError("There is no frame to choose from: the video has no frame that can be decoded.")


def _whole(where: str, what: str, value: object, *, limit: int | None = MAX_FRAMES) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or (limit and value > limit):
        bounds = "of at least 1" if limit is None else f"from 1 to {limit:,}"
        raise ConfigError(f"{where} needs a whole number {bounds} for {what}, not {value!r}.")


_MAKERS: dict[str, tuple[str, str, Callable[[list[str]], Sampler]]] = {
    "clips": (
        "clips(8,16)",
        "8 clips of 16 consecutive frames around evenly spaced centres, as the authors' code does",
        lambda words: Clips(*map(int, _arguments(words, 2))),
    ),
    "fps": (
        "fps(2)",
        "2 frames for every second",
        lambda words: EveryMoment(float(_arguments(words, 1)[0])),
    ),
    "uniform": (
        "uniform(24)",
        "24 frames, the centres of equal spans of the duration",
        lambda words: Uniform(int(_arguments(words, 1)[0])),
    ),
}


def sampler_names() -> tuple[str, ...]:
    """Return the names of all samplers."""
    return tuple(sorted(_MAKERS))


def sampler_help() -> dict[str, str]:
    """Return an example spec of every sampler with what it means."""
    return {example: meaning for example, meaning, _ in _MAKERS.values()}


def get_sampler(spec: str) -> Sampler:
    """Return the sampler that `spec` names: "uniform(24)", "clips(8,16)" or "fps(2)".

    Raises:
        ConfigError: No such sampler, a spec that cannot be read, or a number out of range.
    """
    match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?:\(([^()]*)\)\s*)?", spec)
    if match is None:
        raise _bad_spec(spec)
    name, inside = match.groups()
    if name not in _MAKERS:
        raise unknown_name("sampler", name, _MAKERS)
    words = [word.strip() for word in inside.split(",")] if inside is not None else []
    try:
        return _MAKERS[name][2](words)
    except ValueError as error:
        raise _bad_spec(spec) from error


def _arguments(words: list[str], count: int) -> list[str]:
    if len(words) != count:
        raise ValueError(f"{count} arguments expected")
    return words


def _bad_spec(spec: str) -> ConfigError:
    examples = ", ".join(sampler_help())
    return ConfigError(f"The sampler {spec!r} cannot be read. Write it like one of these: {examples}.")
