"""Videos whose features are stored already, but of other frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import DataError
from temadapter.features.key import KEY_FILE, read_key
from temadapter.features.missing import is_missing

if TYPE_CHECKING:
    from temadapter.features.pending import VideoItem
    from temadapter.features.store import FeatureStore

MANY_VIDEOS = 20
"""Fewer are looked at before anybody could stop it."""


def stored_with_another_sampler(videos: Sequence[VideoItem], store: FeatureStore) -> str | None:
    """Return the sampler with which all of some videos are stored, where that of `store` has yet to look at them.

    Args:
        videos: Those that `store` lacks.
        store: Other stores in its folder, of the same backbone and preprocessing, are asked.
    """
    if len(videos) < MANY_VIDEOS:
        return None
    for file in sorted(store.folder.parent.glob(f"{store.key.fingerprint}-*/{KEY_FILE}")):
        try:
            key = read_key(file.parent)
        except DataError:
            continue
        if key.preprocessing != store.key.preprocessing or key.sampler == store.key.sampler:
            continue
        other = type(store).open(file.parent)
        if len(other) >= len(videos) and not any(
            is_missing(other, video[0], Path(video[1])) for video in videos
        ):
            return key.sampler
    return None
