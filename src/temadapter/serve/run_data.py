"""The videos of a run's data, for those who want to try before they upload."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

from temadapter.config.run_config import Config
from temadapter.data.question import Question
from temadapter.errors import TemAdapterError
from temadapter.serve.library import Example, Library

EXAMPLES = 12
"""Questions of one video that are offered at most."""


def add_run_data(library: Library, config: Config) -> str | None:
    """Put the videos that a run was tested on into the library, with their questions.

    Args:
        library: Takes them.
        config: The run's configuration.

    Returns:
        Why there are none, in a sentence; None where there are some.
    """
    from temadapter.data.splits import TEST
    from temadapter.runs.prepare import read_dataset, split_questions

    try:
        dataset = read_dataset(config.data)
        questions = split_questions(dataset, config)[TEST] or dataset.questions
    except (TemAdapterError, OSError) as error:
        return f"The run's own videos are not offered: {error}"
    by_video: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        by_video[question.video].append(question)
    for video, own in by_video.items():
        path = dataset.video_path(video)
        if os.path.isfile(path):
            library.add_data(path, _name(video), map(_example, own[:EXAMPLES]))
    return None if library.data_count else "The run's own videos are not offered: their files are not here."


def _name(video: str) -> str:
    path = Path(video)
    return path.name if path.is_absolute() else path.as_posix()


def _example(question: Question) -> Example:
    places = [place for place, there in enumerate(question.option_mask) if there]
    answer = places.index(question.answer) if question.answer in places else None
    return Example(question.text, tuple(question.options[place] for place in places), answer)
