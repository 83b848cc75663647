"""Finding the file of a video that an annotation names a little differently from what lies on disk."""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

VIDEO_SUFFIXES = frozenset(
    [
        ".mp4",
        ".avi",
        ".mkv",
        ".mov",
        ".webm",
        ".gif",
        ".m4v",
        ".mpg",
        ".mpeg",
        ".flv",
        ".wmv",
        ".ts",
        ".3gp",
        ".ogv",
    ],
)
"""Endings, in lower case, by which a file counts as a video when a folder is searched."""


class VideoIndex:
    """The videos under some folders, by every name that may be meant for them.

    A folder is walked when something is first looked up in it; symbolic links are followed, hidden folders are
    not entered. Letter case and the way accents are encoded make no difference.
    """

    def __init__(self) -> None:
        self._folders: dict[tuple[Path, bool], dict[tuple[str, str], list[Path]]] = {}

    def find(self, folder: Path, video: str, *, below: bool = True) -> tuple[Path, ...]:
        """Return the files that `video` may mean; more than one where the name does not tell them apart.

        In this order, the first that fits anything: the path as it is written, without its ending on disk, and
        with another ending. A name without a folder is looked for in all subfolders; one with a folder only
        where the rest of the path agrees, so that `cam1/a.mp4` never stands for `cam2/a.mp4`.

        Args:
            folder: Where to search.
            video: A name or path as an annotation has it.
            below: Whether its subfolders are searched too.
        """
        path = PurePosixPath(_folded(video.replace("\\", "/")))
        if path.is_absolute() or ".." in path.parts:
            return ()
        names = self._names(folder, below)
        for kind, name in _keys(path):
            found = names.get((kind, name), [])
            if found:
                return _distinct(found)
        return ()

    def _names(self, folder: Path, below: bool) -> dict[tuple[str, str], list[Path]]:
        if (folder, below) not in self._folders:
            names: dict[tuple[str, str], list[Path]] = defaultdict(list)
            for file in sorted(video_files(folder, below=below)):
                path = PurePosixPath(_folded(file.relative_to(folder).as_posix()))
                for start in range(len(path.parts)):  # "b/a.mp4" and "a.mp4" both mean "c/b/a.mp4"
                    tail = PurePosixPath(*path.parts[start:])
                    names["file", str(tail)].append(file)
                    names["stem", str(tail.with_suffix(""))].append(file)
            self._folders[folder, below] = dict(names)
        return self._folders[folder, below]


def _keys(path: PurePosixPath) -> Iterator[tuple[str, str]]:
    yield "file", str(path)
    yield "stem", str(path)
    if path.suffix in VIDEO_SUFFIXES:
        yield "stem", str(path.with_suffix(""))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _distinct(files: list[Path]) -> tuple[Path, ...]:
    """Leave out links to a file that is there already."""
    return tuple({os.path.realpath(file): file for file in reversed(files)}.values())[::-1]


def video_files(folder: Path, *, below: bool = True) -> Iterator[Path]:
    """Yield the videos of a folder, in no order.

    Args:
        folder: Where to look.
        below: Whether subfolders are entered: links too, hidden ones not.
    """
    entered: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in entered:  # a link to a folder above
            folders.clear()
            continue
        entered.add(real)
        folders[:] = [name for name in folders if below and not name.startswith(".")]
        for name in files:
            if os.path.splitext(name)[1].lower() in VIDEO_SUFFIXES:
                yield Path(parent, name)
