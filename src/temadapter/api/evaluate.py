"""`temadapter.evaluate`: a run answers questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.runs.evaluate import Evaluation


def evaluate(
    run: str | Path,
    dataset: str | Path | None = None,
    *,
    split: str = "test",
    control: str | None = None,
    reader: str | None = None,
    video_dir: str | Path | None = None,
    limit: int | None = None,
    seed: int = 0,
    store: str | Path | None = None,
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
        limit: Only the first so many questions.
        seed: Of the shuffling.
        store: Folder of the feature store; the run's own when None.
        device: "auto", "cpu" or "cuda".
        backbone: The run's backbone, if it is loaded already.

    Returns:
        A prediction for each question and, where answers are known, accuracy per type with 95 % intervals.

    Raises:
        ConfigError: There is no such run, split or control.
        BackboneError: The run's backbone cannot be loaded, or is another one.

    Example:
        >>> evaluate("runs/a", control="shuffled_frames").tested.table.rows[0].overall  # doctest: +SKIP
        Estimate(value=0.513, low=0.491, high=0.535, count=2533)
    """
    from temadapter.config.data_config import DataConfig
    from temadapter.hub.find import find_run
    from temadapter.runs.evaluate import evaluate_run
    from temadapter.runs.load import load_run

    data = None
    if dataset is not None:
        folder = None if video_dir is None else str(video_dir)
        data = DataConfig(dataset=str(dataset), reader=reader, video_dir=folder, limit=limit)
    return evaluate_run(
        load_run(find_run(run)),
        data=data,
        split=split,
        control=control,
        control_seed=seed,
        store=None if store is None else str(store),
        device=device,
        backbone=backbone,
    )
