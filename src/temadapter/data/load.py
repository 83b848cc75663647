"""From a path to a dataset: the reader that knows the format reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from temadapter.addresses import refuse_no_path
from temadapter.data.dataset import Dataset
from temadapter.data.readers import find_reader, get_reader
from temadapter.data.video_names import one_name_each
from temadapter.errors import DataError


def load_dataset(spec: str | Path, *, reader: str | None = None, video_dir: Path | None = None) -> Dataset:
    """Read a benchmark or the user's own questions.

    Args:
        spec: The folder of a benchmark, in the layout that its users have (`temadapter ls datasets`), or one
            annotation file (a benchmark's; or JSON lines, CSV, TSV, Parquet).
        reader: Name of the reader, with options behind a colon where it takes any
            (`own:question=q,options=a0:a4`); chosen from the content when None.
        video_dir: Folder of the videos, where it is not the one that the reader expects.

    Returns:
        The questions; those about one video call it by one name (see `one_name_each`).

    Raises:
        ConfigError: No reader has that name, or its options are wrong.
        DataError: Nothing there, no reader knows the format, or not one row is good.

    Example:
        >>> data = load_dataset("crossroads")
        >>> len(data), data.split_names
        (55, ('train', 'test'))
    """
    path = existing(spec)
    dataset = (get_reader(reader) if reader else find_reader(path)).read(path)
    if video_dir is not None:
        dataset = replace(dataset, video_dir=_folder(Path(video_dir).expanduser()))
    return one_name_each(dataset)


def existing(spec: str | Path) -> Path:
    """Return the path of a dataset, which is there: to be asked before anything that takes long.

    Raises:
        DataError: Nothing is there.
        ConfigError: It is an address.
    """
    refuse_no_path(str(spec), "a dataset")
    path = Path(spec).expanduser()
    if not path.exists():
        raise DataError(f"There is no dataset at {path}. Give an annotation file or a benchmark's folder.")
    return path


def _folder(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise DataError(f"{path} is a file, but the videos' folder is needed: name the folder that it is in.")
    return path
