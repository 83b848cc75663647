"""`temadapter.evaluate`: a run answers questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.config.data_config import DataConfig
    from temadapter.runs.evaluate import Evaluation
    from temadapter.runs.load import LoadedRun

EMPTY_OPTIONS = ("masked", "compete")


def evaluate(
    run: str | Path,
    dataset: str | Path | None = None,
    *,
    split: str = "test",
    control: str | None = None,
    reader: str | None = None,
    video_dir: str | Path | None = None,
    descriptions: str | None = None,
    empty_options: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    store: str | Path | None = None,
    batch_size: int | None = None,
    output: str | Path | None = None,
    device: str = "auto",
    backbone: Backbone | None = None,
) -> Evaluation:
    """Let a run answer questions, by default the test questions that it was made for.

    Args:
        run: Folder of a run, `crossroads` for the demo's, or `hf:OWNER/NAME`.
        dataset: Other questions; with or without known answers.
        split: `train`, `validation` or `test`.
        control: Show less than the video: `text_only`, `one_frame`, `shuffled_frames`.
        reader: How to read `dataset`; recognised by its content when None.
        video_dir: Where its videos are, if not where the reader looks.
        descriptions: `raw` where the options are event descriptions already; `rules`, `rules:FILE`, `hf:NAME`,
            `dir:FOLDER`. None for the run's own.
        empty_options: Whether they are `masked` or `compete`; None for the run's own.
        limit: Only the first so many questions.
        seed: Of the shuffling.
        store: Folder of the feature store; the run's own when None.
        batch_size: Questions in a batch, which matters to preset `official` only; None for the run's own.
        output: Write every question's prediction: .jsonl, or a table with the texts (.csv, .tsv, .parquet).
        device: "auto", "cpu" or "cuda".
        backbone: The run's backbone, if it is loaded already.

    Returns:
        A prediction for each question and, where answers are known, accuracy per type with 95 % intervals.

    Raises:
        ConfigError: There is no such run, split or control, or `output` cannot be written.
        BackboneError: The run's backbone cannot be loaded, or is another one.

    Example:
        >>> result = evaluate("runs/a", control="shuffled_frames")
        >>> len(result.predictions), result.left_out
        (22, 0)
        >>> accuracy = result.tested.table.rows[0].overall
        >>> 0 <= accuracy.low <= accuracy.value <= accuracy.high <= 1
        True
    """
    from temadapter.hub.run_names import find_run
    from temadapter.predictions.answer_tables import FORMATS, check_format
    from temadapter.predictions.rows import prediction_row
    from temadapter.runs.evaluate import evaluate_run
    from temadapter.runs.load import load_run

    path = None if output is None else Path(output)
    if path is not None and path.suffix.lower() in FORMATS:
        check_format(path)
    other = _other_data(dataset, reader, video_dir, descriptions, limit)
    found = evaluate_run(
        _adjusted(load_run(find_run(run)), empty_options, descriptions, limit),
        data=other,
        split=split,
        control=control,
        control_seed=seed,
        store=None if store is None else str(store),
        batch_size=batch_size,
        device=device,
        backbone=backbone,
    )
    pairs = zip(found.questions, found.predictions, strict=True)
    rows = tuple(prediction_row(question, prediction, model=str(run)) for question, prediction in pairs)
    result = replace(found, run=str(run), split=split, rows=rows)
    if path is not None:
        _write(result, path)
    return result


def _write(result: Evaluation, path: Path) -> None:
    """Write the predictions as JSON lines, or with the texts as another table."""
    from temadapter.evaluation.prediction import write_predictions
    from temadapter.predictions.answer_tables import FORMATS, write_table

    if path.suffix.lower() in FORMATS and path.suffix.lower() != ".jsonl":
        write_table(path, result.rows)
    else:
        write_predictions(path, result.predictions)


def _adjusted(
    run: LoadedRun, empty_options: str | None, descriptions: str | None, limit: int | None
) -> LoadedRun:
    """Return the run with what this evaluation treats differently."""
    if empty_options not in (None, *EMPTY_OPTIONS):
        raise unknown_name("treatment of empty options", str(empty_options), EMPTY_OPTIONS)
    config = run.config
    data = replace(
        config.data,
        descriptions=descriptions or config.data.descriptions,
        limit=limit or config.data.limit,
    )
    empty: Any = empty_options or config.model.empty_options
    model = replace(config.model, empty_options=empty)
    return replace(run, config=replace(config, data=data, model=model))


def _other_data(
    dataset: str | Path | None,
    reader: str | None,
    video_dir: str | Path | None,
    descriptions: str | None,
    limit: int | None,
) -> DataConfig | None:
    from temadapter.config.data_config import DataConfig
    from temadapter.data.load import existing

    if dataset is None:
        if reader is not None or video_dir is not None:
            raise ConfigError(
                "A reader, columns and a video folder (--reader, --columns, --video-dir) belong to another DATASET; "
                "name it after the run."
            )
        return None
    existing(dataset)  # told before a run is fetched
    return DataConfig(
        dataset=str(dataset),
        reader=reader,
        video_dir=None if video_dir is None else str(video_dir),
        descriptions=descriptions,
        limit=limit,
    )
