"""`temadapter.predict`: many questions about many videos, as rows or a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.predictions.predict import Predictions


def predict(
    sources: str | Path | Sequence[str | Path],
    *,
    question: str | Sequence[str] = (),
    options: Sequence[str] = (),
    questions: str | Path | None = None,
    run: str | Path | None = None,
    output: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    backbone: str | None = None,
    sampler: str | None = None,
    store: str | Path | None = None,
    split: str | None = None,
    reader: str | None = None,
    video_dir: str | Path | None = None,
    workers: int | None = None,
    limit: int | None = None,
    device: str = "auto",
) -> Predictions:
    """Answer many questions about many videos, whether their answers are known or not.

    Each video is looked at once. What cannot be answered gets a row that says why.

    Args:
        sources: A dataset (see `load_dataset`); or, with questions of your own: folders, videos, patterns
            (`clips/*.mp4`), or one table of videos.
        question: One or more questions, asked about every video.
        options: N >= 2 answers to choose from, for every `question`.
        questions: A table with `question` and `options` (and `answer`), all asked about every video.
        run: What `VideoQA.load` takes; `clip-template` when None.
        output: Table to write: .csv, .tsv, .jsonl or .parquet.
        resume: Go on where an interrupted call for `output` stopped.
        overwrite: Replace `output`.
        backbone: For an untrained method; see `VideoQA.load`.
        sampler: Which frames are looked at; the run's own when None.
        store: Folder of the feature store; one that is removed at the end when None.
        split: Only the questions of this split.
        reader: How to read the dataset; recognised by its content when None.
        video_dir: Where its videos are, if not where the reader looks.
        workers: Threads that decode videos; one per core when None.
        limit: Only the first so many questions.
        device: "auto", "cpu" or "cuda".

    Returns:
        A row for each question, in file order, also where `output` is written.

    Raises:
        ConfigError: Options without a question, an `output` that cannot be written or that stands there already.
        DataError: There is no dataset and no video.
        BackboneError: The image-text model cannot be loaded.

    Example:
        >>> day = {"question": "Is it day or night?", "options": ["day", "night"]}
        >>> result = predict("crossroads/videos", **day, run="runs/a", output="answers.csv")
        >>> result
        Predictions(9 questions, 0 failed, 'answers.csv')
        >>> result.rows[0]["video"], result.rows[0]["chosen_option"]
        ('test_00000.mp4', 'day')
    """
    from temadapter.errors import ConfigError
    from temadapter.predictions.predict import check_output, predict_dataset
    from temadapter.predictions.questions import (
        dataset_of,
        read_questions,
        refuse_without_videos,
        typed_questions,
    )
    from temadapter.progress import say
    from temadapter.qa import VideoQA

    if output is not None:
        check_output(Path(output), resume=resume, overwrite=overwrite)
    elif resume or overwrite:
        raise ConfigError("--resume and --overwrite belong to a table: name it with --output.")
    asked = typed_questions([question] if isinstance(question, str) else question, options)
    asked += read_questions(Path(questions)) if questions is not None else ()
    named = [sources] if isinstance(sources, str | Path) else sources
    place = None if video_dir is None else Path(video_dir)
    dataset = dataset_of([str(source) for source in named], asked, reader=reader, video_dir=place)
    dataset = (dataset if split is None else dataset.split(split)).limit(limit)
    for problem in dataset.problems:
        say(f"Left out: {problem}")
    refuse_without_videos(dataset)  # what is quick to tell comes before a model is loaded
    model = VideoQA.load(run, backbone=backbone, sampler=sampler, device=device)
    first = next((path for _, path, _ in dataset.limit(1).parts()), None)
    for sentence in () if first is None else model.cautions(first):
        say(f"Warning: {sentence}")
    return predict_dataset(
        model,
        dataset,
        output=None if output is None else Path(output),
        resume=resume,
        overwrite=overwrite,
        store=None if store is None else Path(store).expanduser(),
        workers=workers,
    )
