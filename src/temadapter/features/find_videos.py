"""Which videos there are to encode: those of a dataset, of a folder, or one file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from temadapter.errors import DataError
from temadapter.features.pending import VideoItem


@dataclass(frozen=True)
class FoundVideos:
    """What there is to encode.

    Attributes:
        videos: Pairs of a video's name in the store and its file.
        why_missing: Knows why a video's file is not there, where more is to be said than that.
        unreadable: Folders that could not be searched, and why.
        notes: What was left out, one sentence each.
    """

    videos: list[VideoItem]
    why_missing: Callable[[str], str] | None = None
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_videos(source: Path, *, reader: str | None = None, video_dir: Path | None = None) -> FoundVideos:
    """Return the distinct videos of a dataset or a folder, or the one file.

    Args:
        source: A dataset, a folder with videos in it or below it, or a video (its ending may be left out).
        reader: Name of the dataset's reader; recognised by its content when None.
        video_dir: Where the dataset's videos are, if not where the reader looks.

    Raises:
        DataError: There is neither a dataset nor a video.
    """
    from temadapter.data.load import load_dataset
    from temadapter.data.readers import recognised
    from temadapter.data.videos import VIDEO_SUFFIXES, locate
    from temadapter.video.container import check_file

    if source.suffix.lower() in VIDEO_SUFFIXES and not source.is_dir():
        source = locate(source)
        check_file(source)
        return FoundVideos([(source.name, source)])
    if source.is_dir() and reader is None and _readable(source) and not recognised(source):
        return _videos_below(source)
    dataset = load_dataset(source, reader=reader, video_dir=video_dir)
    return FoundVideos(list(dataset.parts()), dataset.why_missing, notes=tuple(map(str, dataset.problems)))


def _readable(folder: Path) -> bool:
    """Return True, or complain where a folder cannot be looked into."""
    try:
        os.listdir(folder)
        (folder / ".").stat()
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}): look at its permissions.") from error
    return True


def _videos_below(folder: Path) -> FoundVideos:
    from temadapter.data.videos import video_files

    unreadable: list[str] = []
    files = sorted(video_files(folder, unreadable=unreadable))
    if not files:
        reasons = "".join(f" {reason}." for reason in unreadable)
        raise DataError(
            f"{folder} holds neither a dataset nor a video.{reasons} Name an annotation file, a folder with "
            "videos in it or below it, or one video."
        )
    videos: list[VideoItem] = [(path.relative_to(folder).as_posix(), path) for path in files]
    return FoundVideos(
        videos, unreadable=tuple(unreadable), notes=tuple(f"{reason}." for reason in unreadable)
    )
