"""`temadapter.export_dataset`: a dataset as JSON lines that other libraries load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.data.export import ExportedDataset


def export_dataset(
    dataset: str | Path,
    output: str | Path,
    *,
    reader: str | None = None,
    video_dir: str | Path | None = None,
    lmms_eval: bool = False,
) -> ExportedDataset:
    """Write a dataset's questions as JSON lines, one file per split, and a README.md that names them.

    The folder loads with Hugging Face `datasets.load_dataset(output)`, and each file with `load_dataset`. Videos are
    named by absolute paths and not copied.

    Args:
        dataset: What `load_dataset` reads.
        output: Folder to write; it must be new or empty.
        reader: How to read it; recognised by its content when None.
        video_dir: Where its videos are, if not where the reader looks.
        lmms_eval: Write tasks for lmms-eval too, one per split with known answers.

    Returns:
        How many questions each split has, the rows that were left out, and the names of the tasks.

    Raises:
        ConfigError: Something is in `output` already, or no task can be made of the dataset.
        DataError: There is no dataset.

    Example:
        >>> exported = export_dataset("crossroads", "exported", lmms_eval=True)
        >>> exported
        ExportedDataset(folder='exported', questions={'train': 33, 'test': 22}, left_out=0)
        >>> exported.tasks
        ('crossroads_train', 'crossroads_test')
    """
    from temadapter.data.export import ExportedDataset, write_dataset
    from temadapter.data.lmms_eval import task_names, write_lmms_eval
    from temadapter.data.load import load_dataset

    folder = Path(output).expanduser()
    read = load_dataset(dataset, reader=reader, video_dir=None if video_dir is None else Path(video_dir))
    if lmms_eval:
        task_names(read)  # refused before anything is written
    counts = write_dataset(read, folder)
    tasks = write_lmms_eval(read, folder) if lmms_eval else ()
    return ExportedDataset(Path(output), counts, read.problems, tasks)
