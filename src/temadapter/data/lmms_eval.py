"""An exported dataset as tasks of lmms-eval, which measures large video-language models on it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.data.export import UNSPLIT
from temadapter.errors import ConfigError
from temadapter.files import write_text_atomic

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset

FOLDER = "lmms_eval"
_MOST_OPTIONS = 26  # one letter each


def task_names(dataset: Dataset) -> dict[str, str]:
    """Return the name of a task by split, for each split with known answers.

    Raises:
        ConfigError: No answer is known, or a question has more options than there are letters.
    """
    splits = dict.fromkeys(q.split or UNSPLIT for q in dataset.questions if q.answer is not None)
    if not splits:
        raise ConfigError(
            f"{dataset.name} has no question with a known answer: lmms-eval could score nothing."
        )
    if any(sum(question.option_mask) > _MOST_OPTIONS for question in dataset.questions):
        raise ConfigError(
            f"lmms-eval tasks name options by letter: at most {_MOST_OPTIONS} options per question."
        )
    return {split: f"{_word(dataset.name) or 'dataset'}_{_word(split)}" for split in splits}


def write_lmms_eval(dataset: Dataset, folder: Path) -> tuple[str, ...]:
    """Write one task per split with known answers below `folder`, which `write_dataset` wrote.

    Args:
        dataset: What was exported.
        folder: Of the export.

    Returns:
        The names of the tasks, for `lmms_eval --tasks NAME --include_path FOLDER/lmms_eval`.

    Raises:
        ConfigError: As `task_names` does.
    """
    names = task_names(dataset)
    functions = files("temadapter.data").joinpath("lmms_eval_functions.py").read_text(encoding="utf-8")
    write_text_atomic(folder / FOLDER / "utils.py", functions)
    for split, name in names.items():
        write_text_atomic(folder / FOLDER / f"{name}.yaml", _task(name, split, folder.absolute()))
    return tuple(names.values())


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()


def _task(name: str, split: str, folder: Path) -> str:
    """Return the task file. `!function` is lmms-eval's, so the text is not written by a YAML library."""
    place = str(folder).replace("'", "''")
    return f"""\
task: {name}
dataset_path: '{place}'
test_split: {split}
output_type: generate_until
process_docs: !function utils.only_answered
doc_to_visual: !function utils.doc_to_visual
doc_to_text: !function utils.doc_to_text
doc_to_target: !function utils.doc_to_target
process_results: !function utils.process_results
generation_kwargs:
  max_new_tokens: 16
  temperature: 0
  do_sample: false
metric_list:
  - metric: accuracy
    aggregation: mean
    higher_is_better: true
metadata:
  version: 1.0
"""
