"""Readers: one file per benchmark. Every reader turns its files into `Question`s and lists the bad rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.data.readers.base import Reader
from temadapter.errors import DataError, unknown_name

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset

__all__ = ["Reader", "find_reader", "get_reader", "reader_names", "recognised", "unread_files"]

_ENDINGS = (".jsonl", ".json", ".csv", ".tsv", ".txt", ".parquet")
_MOST_FILES = 100  # a folder of more holds a file for each video, not annotations


def _readers() -> dict[str, Reader]:
    from temadapter.data.readers.msrvtt_mc import MsrvttMcReader
    from temadapter.data.readers.nextqa import NextQAReader
    from temadapter.data.readers.own import OwnReader
    from temadapter.data.readers.sutd_trafficqa import SutdTrafficQAReader
    from temadapter.data.readers.tgif_qa import TgifQAReader

    readers: tuple[Reader, ...] = (
        SutdTrafficQAReader(),
        MsrvttMcReader(),
        NextQAReader(),
        TgifQAReader(),
        OwnReader(),  # last: NExT-QA's columns would do for it
    )
    return {reader.name: reader for reader in readers}


def reader_names() -> tuple[str, ...]:
    """Return the name of every reader."""
    return tuple(_readers())


def get_reader(name: str) -> Reader:
    """Return the reader called `name`, or one with options, as in `nextqa:test=val`.

    Raises:
        ConfigError: There is none, with a list of those there are; or an option is wrong.
    """
    readers = _readers()
    plain, colon, options = name.partition(":")
    if plain not in readers:
        raise unknown_name("dataset reader", plain, readers)
    return readers[plain].configured(options) if colon else readers[plain]


def recognised(path: Path) -> bool:
    """Tell whether any reader knows the file or folder `path`, by its content."""
    return any(reader.recognises(path) for reader in _readers().values())


def unread_files(folder: Path, dataset: Dataset) -> tuple[Path, ...]:
    """Return the files of a folder, two levels deep, that a reader knows but `dataset` was not made of."""
    read = {place.file for place in dataset.places.values()} | {problem.file for problem in dataset.problems}
    found = []
    for parent in (folder, *_subfolders(folder)):
        files = sorted(
            file for file in parent.iterdir() if file.suffix.lower() in _ENDINGS and file.is_file()
        )
        if len(files) <= _MOST_FILES:
            found += [file for file in files if str(file) not in read and _is_recognised(file)]
    return tuple(found)


def _subfolders(folder: Path) -> Iterator[Path]:
    for level in ("*", "*/*"):
        yield from sorted(
            path for path in folder.glob(level) if path.is_dir() and "/." not in path.as_posix()
        )


def _is_recognised(file: Path) -> bool:
    try:
        return recognised(file)
    except DataError:  # it cannot be read
        return False


def find_reader(path: Path) -> Reader:
    """Return the reader that knows the file or folder `path`, by its content.

    Raises:
        DataError: None does.
    """
    for reader in _readers().values():
        if reader.recognises(path):
            return reader
    from temadapter.data.readers.unknown import what_it_is

    about = " ".join(filter(None, (f"{path} is in no format that a reader knows.", what_it_is(path))))
    raise DataError(
        f"{about} Readers: {', '.join(_readers())}; `temadapter ls datasets` shows what each of them expects."
    )
