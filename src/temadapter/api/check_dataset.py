"""`temadapter.check_dataset`: every row and every file of a dataset, before a long run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.data.check import CheckReport, Coverage
    from temadapter.data.dataset import Dataset


def check_dataset(
    dataset: str | Path,
    *,
    reader: str | None = None,
    video_dir: str | Path | None = None,
    videos: bool = True,
    decode: bool = False,
    store: str | Path | None = None,
    workers: int | None = None,
) -> CheckReport:
    """Read all of a dataset, look for its videos, and report counts and every problem with file and line.

    Args:
        dataset: What `load_dataset` reads.
        reader: How to read it; recognised by its content when None.
        video_dir: Where its videos are, if not where the reader looks.
        videos: Whether to look for the video files and decode the first frame of each.
        decode: Decode frames from all over every video; slow.
        store: A folder of feature stores: tell how many of the videos each has, whichever shards wrote them.
        workers: Threads that open videos; one per core when None.

    Returns:
        Counts of questions and videos by split; `problems` (rows and videos that cannot be used) and `notices` (what
        is used but may surprise), each with its place.

    Raises:
        ConfigError: Videos are to be decoded and not looked for, the reader is unknown, or `store` holds no store.
        DataError: There is no dataset.

    Example:
        >>> report = check_dataset("crossroads")
        >>> report
        CheckReport('crossroads', 55 questions, 9 videos, 0 problems)
        >>> report.questions["test"]["A"], [notice.kind for notice in report.notices][:1]
        (3, ['empty option in the middle'])
    """
    from temadapter.data.check import inspect_dataset
    from temadapter.data.load import load_dataset
    from temadapter.data.readers import unread_files
    from temadapter.video.decodable import try_decoding

    if decode and not videos:
        raise ConfigError("Videos that are not looked for cannot be decoded: leave out one of the two.")
    read = load_dataset(dataset, reader=reader, video_dir=None if video_dir is None else Path(video_dir))

    def attempt(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
        return try_decoding(paths, thorough=decode, workers=workers)

    folder = Path(dataset).expanduser()
    unread = unread_files(folder, read) if folder.is_dir() else ()
    features = () if store is None else _coverage(read, Path(store).expanduser())
    report = inspect_dataset(read, files=videos, decode=attempt if videos else None, unread=unread)
    return replace(report, features=features)


def _coverage(dataset: Dataset, root: Path) -> tuple[Coverage, ...]:
    """Return what each feature store of a folder has of a dataset's videos."""
    from temadapter.data.check import Coverage
    from temadapter.features.missing import is_missing
    from temadapter.features.store import list_stores

    parts, found = dataset.parts(), []
    for store in list_stores(root):
        lacking = {entry for entry, path, _ in parts if is_missing(store, entry, path)}
        failed = lacking & {failure.video_id for failure in store.failures()}
        key = store.key
        found.append(
            Coverage(store.folder, key.name, key.sampler, len(parts) - len(lacking), len(failed), len(parts))
        )
    if not found:
        raise ConfigError(
            f"There is no feature store in {root}: give the folder that `temadapter extract` wrote."
        )
    return tuple(found)
