"""Finding the file of a video that an annotation names a little differently from what lies on disk."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from temadapter.errors import DataError

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
        ".mts",
        ".m2ts",
        ".m2v",
        ".vob",
        ".3g2",
        ".asf",
        ".f4v",
        ".mxf",
        ".qt",
        ".divx",
        ".dv",
        ".h264",
        ".264",
        ".h265",
        ".265",
        ".hevc",
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
        self._unreadable: dict[Path, list[str]] = {}

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
        path = PurePosixPath(folded(video.replace("\\", "/")))
        if path.is_absolute() or ".." in path.parts:
            return ()
        names = self._names(folder, below)
        for key in _keys(path):
            found = [file for file in names.get(key, ()) if os.path.isfile(file)]  # not a broken link
            if found:
                return _distinct(found)
        return ()

    def find_at(self, path: Path) -> tuple[Path, ...]:
        """Return the files that a path may mean whose folder is known: all lie in that one folder.

        The names of the folders, too, may differ in letter case and in the way accents are encoded.
        """
        folder = _existing(path.parent)
        return () if folder is None else self.find(folder, path.name, below=False)

    def unreadable(self, folder: Path) -> tuple[str, ...]:
        """Return why some folders could not be searched, as far as `folder` was: one phrase each."""
        return tuple(self._unreadable.get(folder, ()))

    def _names(self, folder: Path, below: bool) -> dict[tuple[str, str], list[Path]]:
        if (folder, below) not in self._folders:
            names: dict[tuple[str, str], list[Path]] = defaultdict(list)
            problems: list[str] = []
            for file in sorted(video_files(folder, below=below, every_name=True, unreadable=problems)):
                path = PurePosixPath(folded(file.relative_to(folder).as_posix()))
                for start in range(len(path.parts)):  # "b/a.mp4" and "a.mp4" both mean "c/b/a.mp4"
                    tail = PurePosixPath(*path.parts[start:])
                    names["file", str(tail)].append(file)
                    names["stem", str(tail.with_suffix(""))].append(file)
            self._folders[folder, below] = dict(names)
            self._unreadable[folder] = problems
        return self._folders[folder, below]


def video_files(
    folder: Path, *, below: bool = True, every_name: bool = False, unreadable: list[str] | None = None
) -> Iterator[Path]:
    """Yield the videos of a folder, in no order.

    Args:
        folder: Where to look.
        below: Whether subfolders are entered: links too, hidden ones not.
        every_name: Whether the videos of a folder to which links lead as well come once for each link, too.
        unreadable: Gets a phrase for each folder that cannot be read.
    """

    def complain(error: OSError) -> None:
        if unreadable is not None and not isinstance(error, FileNotFoundError | NotADirectoryError):
            unreadable.append(f"{error.filename} cannot be read ({error.strerror})")

    entered: set[str] = set()
    waiting = [str(folder)]
    while waiting:  # links last, so that a folder is known by its own name where it has one here
        for parent, folders, files in os.walk(waiting.pop(0), onerror=complain):
            real = os.path.realpath(parent)
            again = real in entered
            if again and not every_name:
                folders.clear()
                continue
            entered.add(real)
            folders[:] = sorted(name for name in folders if below and not name.startswith("."))
            links = (os.path.join(parent, name) for name in folders)
            waiting += [] if again else [link for link in links if os.path.islink(link)]
            for name in files:
                if os.path.splitext(name)[1].lower() in VIDEO_SUFFIXES:
                    yield Path(parent, name)


def other_spellings(video: str, folder: Path) -> tuple[str, ...]:
    """Return what a name in an annotation may mean, the likeliest first.

    As it is written; without space around it; without the video folder's own name before it ("videos/a.mp4" of
    the folder "videos"); a number without the decimals that pandas gave it ("7.0").

    >>> other_spellings("./data/videos/a.mp4 ", Path("/home/me/data/videos"))
    ('./data/videos/a.mp4 ', './data/videos/a.mp4', 'a.mp4')
    """
    written = video.replace("\\", "/")
    names = [written, written.strip()]
    path = PurePosixPath(written.strip())
    parts = [folded(part) for part in path.parts]
    above = [folded(part) for part in Path(os.path.abspath(folder)).parts]
    names += [
        str(PurePosixPath(*path.parts[count:]))
        for count in range(len(parts) - 1, 0, -1)
        if above[-count:] == parts[:count]
    ]
    if re.fullmatch(r"\d+\.0", path.name):
        names.append(written.strip().removesuffix(".0"))
    return tuple(dict.fromkeys(name for name in names if name))


def has_video_ending(name: str) -> bool:
    """Tell whether a name ends as a video's file does.

    >>> has_video_ending("Clip.MP4"), has_video_ending("v1.final")
    (True, False)
    """
    return os.path.splitext(name)[1].lower() in VIDEO_SUFFIXES


def locate(path: Path) -> Path:
    """Return the file that a path typed by a user means: with its ending, in the letter case it has on disk.

    Where nothing fits, the path comes back as it is.

    Raises:
        DataError: Several files fit; the message names them.
    """
    if os.path.lexists(path):
        return path
    found = VideoIndex().find_at(path)
    if len(found) > 1:
        raise DataError(f"{path} {several(found)}: write the name with its ending.")
    return found[0] if found else path


def several(files: Iterable[Path]) -> str:
    """Return the words for a name that several files fit: how many, and the first of them."""
    listed = [str(file) for file in files]
    more = ", ..." if len(listed) > 3 else ""
    return f"may be {len(listed)} files ({', '.join(listed[:3])}{more})"


def _keys(path: PurePosixPath) -> Iterator[tuple[str, str]]:
    yield "file", str(path)
    yield "stem", str(path)
    if path.suffix in VIDEO_SUFFIXES:
        yield "stem", str(path.with_suffix(""))


def folded(text: str) -> str:
    """Return a name without what spellings of it may differ in: letter case, and how accents are encoded."""
    return unicodedata.normalize("NFC", text).casefold()


def _distinct(files: list[Path]) -> tuple[Path, ...]:
    """Leave out links to a file that is there already."""
    return tuple({os.path.realpath(file): file for file in reversed(files)}.values())[::-1]


def _existing(folder: Path) -> Path | None:
    """Return a folder by a name that may be spelt a little differently; None where none, or several, fit."""
    missing: list[str] = []
    while not os.path.isdir(folder):
        if folder == folder.parent:
            return None
        missing.append(folder.name)
        folder = folder.parent
    for name in reversed(missing):
        try:
            same = [folder / entry for entry in os.listdir(folder) if folded(entry) == folded(name)]
        except OSError:
            return None
        same = [path for path in same if os.path.isdir(path)]
        if len(same) != 1:
            return None
        folder = same[0]
    return folder
