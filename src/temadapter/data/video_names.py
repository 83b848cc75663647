"""One name for each video, where questions call the same file by several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from temadapter.data.videos import VIDEO_SUFFIXES, folded

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset


def one_name_each(dataset: Dataset) -> Dataset:
    """Let all questions about a file call it by one name, the shortest that any of them uses.

    `clip`, `clip.MP4` and `./cam 1/clip.mp4` may be one video: under three names it would be encoded three
    times, counted as three, and could stand on both sides of a split. Only names that look alike are looked up
    on disk; where all differ, the dataset comes back as it is.
    """
    known: dict[str, str] = {}
    for names in _alike(dataset.videos()):
        same: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if len(files := dataset.video_files(name)) == 1:
                same[str(files[0].resolve())].append(name)
        for group in same.values():
            best = min(group, key=lambda name: (len(name), name))
            known.update({name: best for name in group if name != best})
    if not known:
        return dataset
    questions = tuple(replace(q, video=known.get(q.video, q.video)) for q in dataset.questions)
    return replace(dataset, questions=questions)


def _alike(videos: Iterable[str]) -> Iterator[list[str]]:
    """Yield groups of names whose last part is the same but for its ending and its spelling."""
    groups: dict[str, list[str]] = defaultdict(list)
    for video in videos:
        groups[plain_name(video)].append(video)
    yield from (names for names in groups.values() if len(names) > 1)


def plain_name(video: str) -> str:
    """Return the last part of a video's name, without its ending and what spellings of it may differ in.

    >>> plain_name("Cam 1/CLIP.mp4")
    'clip'
    """
    path = PurePosixPath(folded(video.replace("\\", "/").strip()))
    if path.suffix == ".0" and path.stem.isdecimal():
        return path.stem  # a number that pandas made a decimal one
    return path.stem if path.suffix in VIDEO_SUFFIXES else path.name
