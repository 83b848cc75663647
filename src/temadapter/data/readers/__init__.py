"""Readers: one file per benchmark. Every reader turns its files into `Question`s and lists the bad rows."""

from __future__ import annotations

from pathlib import Path

from temadapter.data.readers.base import Reader
from temadapter.errors import DataError, unknown_name

__all__ = ["Reader", "find_reader", "get_reader", "reader_names", "recognised"]


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


def find_reader(path: Path) -> Reader:
    """Return the reader that knows the file or folder `path`, by its content.

    Raises:
        DataError: None does.
    """
    for reader in _readers().values():
        if reader.recognises(path):
            return reader
    known = "; ".join(f"{name}: {reader.layout.splitlines()[0]}" for name, reader in _readers().items())
    raise DataError(f"{path} is in no format that a reader knows.{_hint(path)} Readers: {known}.")


def _hint(path: Path) -> str:
    """Return how to go on where the file has rows and only its columns are called something else."""
    from temadapter.data.readers.own import column_names

    names = column_names(path)
    if not names:
        return ""
    return f" Its columns are {', '.join(names)}: say which is which with --columns question=...,video=...."
