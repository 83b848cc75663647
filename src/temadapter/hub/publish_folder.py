"""Publishing into a folder: exactly the files that the hub would get."""

from __future__ import annotations

from pathlib import Path

from temadapter.errors import SharingError
from temadapter.files import atomic_path, leftovers, remove_leftovers
from temadapter.folder_lock import sole_holder
from temadapter.hub.fetch import FILES
from temadapter.hub.publication import Publication


def write_folder(publication: Publication, folder: Path, *, run: Path, overwrite: bool = False) -> None:
    """Write what is published into a folder, ready to be sent, copied or loaded from.

    Args:
        publication: What to write.
        folder: An empty or new folder.
        run: The folder of the run itself, which is never written to.
        overwrite: Replace what an earlier call wrote there; other files stay.

    Raises:
        SharingError: Something else is there than a part of just this, as a push that was cut off leaves it.
    """
    with sole_holder(folder, "a published run"):
        _write(publication, folder, run=run, overwrite=overwrite)


def _write(publication: Publication, folder: Path, *, run: Path, overwrite: bool) -> None:
    if folder.resolve() == run.resolve():
        raise SharingError(f"{folder} is the run itself; name another folder to publish it into.")
    if folder.exists() and not folder.is_dir():
        raise SharingError(f"{folder} is a file; name a folder to publish into.")
    unfinished = set(leftovers(folder, FILES))  # of a push that was killed: nobody else is writing here
    there = {path.name for path in folder.iterdir() if path not in unfinished} if folder.is_dir() else set()
    begun = _is_begun(publication, folder, there)
    if there and not overwrite and not begun:
        raise SharingError(
            f"{folder} is not empty. Name another folder, or replace what is there (--overwrite)."
        )
    if there and not begun and (not there <= {*FILES} or "config.yaml" not in there):
        raise SharingError(f"{folder} holds more than a published run; name another folder.")
    remove_leftovers(folder, FILES)
    for file in there - publication.files.keys():
        (folder / file).unlink()
    for file, content in publication.files.items():
        with atomic_path(folder / file) as temporary:
            temporary.write_bytes(_bytes(content))


def _is_begun(publication: Publication, folder: Path, there: set[str]) -> bool:
    """Tell whether a folder holds a part of just this publication: of a push that was cut off."""
    return there < publication.files.keys() and all(
        (folder / file).is_file() and (folder / file).read_bytes() == _bytes(publication.files[file])
        for file in there
    )


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
