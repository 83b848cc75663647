"""Whether a backbone knows such videos: the bundled one has seen drawn streets only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from temadapter.errors import TemAdapterError

MARKER = "crossroads.json"
"""What the generator leaves in a folder of Crossroads, one above the videos."""

PICTURE = (192, 192, "h264")
"""Width, height and codec of a Crossroads video, for copies that lie elsewhere."""

UNFAMILIAR = (
    "The backbone mini knows the drawn streets of Crossroads only, and this is no Crossroads video: its answers mean "
    "nothing here. Use a backbone that has seen the world: --backbone hf:openai/clip-vit-base-patch32."
)


def unfamiliar(backbone: str, videos: Iterable[str | os.PathLike[str]]) -> str:
    """Return a warning where a backbone is asked about videos that it cannot know; "" where there is none to give.

    Args:
        backbone: Name of the backbone; all but `mini` are trusted.
        videos: The files; the first that is there speaks for all.
    """
    if backbone != "mini":
        return ""
    there = next((path for path in map(Path, videos) if path.is_file()), None)
    return "" if there is None or is_crossroads(there) else UNFAMILIAR


@lru_cache(maxsize=4096)
def is_crossroads(video: Path) -> bool:
    """Tell whether a file is a Crossroads video, by its folder or by its picture."""
    from temadapter.video.probe import probe

    if any((folder / MARKER).is_file() for folder in (video.parent, video.parent.parent)):
        return True
    try:
        found = probe(video)
    except TemAdapterError:  # said by whoever reads it
        return True
    return (found.width, found.height, found.codec) == PICTURE
