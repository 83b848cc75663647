"""A frame sampler that looks at a part of the video only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import VideoError
from temadapter.video.sampling import choose_frames

if TYPE_CHECKING:
    from temadapter.video.sampling import Sampler

Span = tuple[float | None, float | None]
"""Start and end in seconds from the start of the file; None for the first and the last picture."""


@dataclass(frozen=True)
class Within:
    """Another sampler's choice among the frames between two moments.

    A span in which no frame begins is answered by the picture that is on the screen then.

    Args:
        sampler: Chooses among the frames of the span as if it were the whole video.
        span: Start and end in seconds from the start of the file.
    """

    sampler: Sampler
    span: Span

    @property
    def name(self) -> str:
        """The other sampler's name: the span belongs to the video, not to the store."""
        return self.sampler.name

    @property
    def counts_frames(self) -> bool:
        """Whether the other sampler counts frames instead of looking at their times."""
        return bool(getattr(self.sampler, "counts_frames", False))

    takes_end = True

    def choose(self, times: Sequence[float], *, end: float | None = None) -> list[int]:
        """Return the indices of the chosen frames, in order.

        Args:
            times: Seconds at which frames appear, ascending.
            end: When the last one leaves the screen, or None where that is not known.

        Raises:
            VideoError: If the span begins behind the last frame.
        """
        start = -math.inf if self.span[0] is None else self.span[0]
        stop = math.inf if self.span[1] is None else self.span[1]
        inside = [index for index, time in enumerate(times) if start <= time <= stop]
        if not inside:
            shown = [index for index, time in enumerate(times) if time <= start]
            held = end is not None and start < end  # the last picture stays on the screen
            if not shown or (shown[-1] == len(times) - 1 and not held):
                last = times[-1] if len(times) else 0.0
                raise VideoError(
                    f"The question is about {start:g} to {stop:g} s, but the video's last picture is at {last:g} s."
                )
            inside = [shown[-1]]
        until = min(stop, end) if end is not None and inside[-1] == len(times) - 1 else None
        chosen = choose_frames(self.sampler, [times[index] for index in inside], end=until)
        return [inside[index] for index in chosen]
