"""A frame sampler that looks at a part of the video only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import VideoError

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

    def choose(self, times: Sequence[float]) -> list[int]:
        """Return the indices of the chosen frames, in order.

        Raises:
            VideoError: If the span begins behind the last frame.
        """
        start = -math.inf if self.span[0] is None else self.span[0]
        end = math.inf if self.span[1] is None else self.span[1]
        inside = [index for index, time in enumerate(times) if start <= time <= end]
        if not inside:
            shown = [index for index, time in enumerate(times) if time <= start]
            if not shown or shown[-1] == len(times) - 1:
                last = times[-1] if len(times) else 0.0
                raise VideoError(
                    f"The question is about {start:g} to {end:g} s, but the video's last picture is at {last:g} s."
                )
            inside = [shown[-1]]
        return [inside[index] for index in self.sampler.choose([times[index] for index in inside])]
