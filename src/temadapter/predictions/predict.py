"""Answering a dataset row by row, with a journal from which an interrupted call goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.answer import Unanswered
from temadapter.asked import Asked
from temadapter.errors import ConfigError
from temadapter.features.journal import append_row, read_rows
from temadapter.predictions.answer_tables import check_format, read_table, write_table
from temadapter.predictions.rows import COLUMNS, Row, answered_row, is_failed, question_key, row_key
from temadapter.progress import bar

if TYPE_CHECKING:
    from temadapter.data.dataset import Dataset, RowProblem
    from temadapter.data.question import Question
    from temadapter.qa import VideoQA


@dataclass(frozen=True, repr=False)
class Predictions:
    """The answers to a dataset's questions, in file order.

    Args:
        rows: With the columns `temadapter.predictions.rows.COLUMNS`.
        reused: How many of them an earlier call had answered.
        output: The table that was written; None without one.
        left_out: Rows of the dataset's files that could not be used.
    """

    rows: tuple[Row, ...]
    reused: int = 0
    output: Path | None = None
    left_out: tuple[RowProblem, ...] = ()

    def __repr__(self) -> str:
        table = "" if self.output is None else f", {str(self.output)!r}"
        return f"Predictions({len(self.rows)} questions, {len(self.failed)} failed{table})"

    def to_dict(self) -> dict[str, Any]:
        """Return counts for JSON, and the rows where no table was written."""
        known = [row["correct"] for row in self.rows if row["correct"] is not None]
        counts = {
            "output": None if self.output is None else str(self.output),
            "questions": len(self.rows),
            "videos": len({row["video"] for row in self.rows}),
            "answered": len(self.rows) - len(self.failed),
            "failed": len(self.failed),
            "left_out": len(self.left_out),
            "reused": self.reused,
            "with_known_answer": len(known),
            "correct": sum(known),
        }
        return counts if self.output is not None else counts | {"rows": list(self.rows)}

    @property
    def failed(self) -> tuple[Row, ...]:
        """The rows without an answer; their `error` says why."""
        return tuple(row for row in self.rows if is_failed(row))


def predict_dataset(
    qa: VideoQA,
    dataset: Dataset,
    *,
    output: Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    store: Path | None = None,
    workers: int | None = None,
) -> Predictions:
    """Answer every question of a dataset, with or without known answers.

    Args:
        qa: What answers.
        dataset: The questions, and where their videos are.
        output: The table to write (.csv, .tsv, .jsonl or .parquet), in one step at the end; until then the answers are
            in a journal beside it, and the features too where there is no `store`, so that a call that was
            interrupted or killed loses none.
        resume: Go on where an earlier call for `output` stopped; what failed then is tried again.
        overwrite: Start over, whatever stands there.
        store: Folder of the feature store; one that is removed at the end when None.
        workers: Threads that decode videos; one per core when None.

    Raises:
        ConfigError: Something stands at `output` already, was made by another model, or answers other questions.
    """
    model = model_name(qa)
    done = {} if output is None else _earlier(output, model, resume=resume, overwrite=overwrite)
    if output is not None:
        _refuse_to_drop(done, dataset, output)
    kept = None if output is None or store is not None else features_of(output)
    questions = [question for question in dataset.questions if question_key(question) not in done]
    new: dict[Any, Row] = {}
    with bar("Answering", len(dataset.questions)) as progress:
        progress.begin_at(len(dataset.questions) - len(questions))
        for row in answer_rows(qa, dataset, questions, model=model, store=store or kept, workers=workers):
            if output is not None:
                append_row(journal_of(output), row)
            new[row_key(row)] = row
            progress.advance()
    rows = tuple((done | new)[question_key(question)] for question in dataset.questions)
    if output is not None:
        write_table(output, rows)
        journal_of(output).unlink(missing_ok=True)
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
    return Predictions(rows, len(dataset.questions) - len(questions), output, dataset.problems)


def answer_rows(
    qa: VideoQA,
    dataset: Dataset,
    questions: list[Question],
    *,
    model: str,
    store: Path | None,
    workers: int | None,
) -> Iterator[Row]:
    """Yield the row of each question, in order."""
    paths = {entry: path for entry, path, _ in dataset.parts(questions)}
    asked = (
        Asked(
            paths[question.entry],
            question.text,
            tuple(option for option in question.options if option.strip()),
            span=question.span,
            name=question.video,
            checked=True,
        )
        for question in questions
    )
    for question, answer in zip(questions, qa.ask_many(asked, store=store, workers=workers), strict=True):
        if isinstance(answer, Unanswered) and not paths[question.entry].exists():
            why = f"{dataset.why_missing(question.video)}."
            answer = Unanswered(answer.video, answer.question, answer.options, why)
        yield answered_row(question, answer, model=model)


def model_name(qa: VideoQA) -> str:
    """Return what a row calls the model: method, backbone with its fingerprint, and sampler."""
    return f"{qa.method.name} on {qa.backbone.name} ({qa.backbone.fingerprint}), {qa.sampler.name}"


def journal_of(output: Path) -> Path:
    """Return where answers are kept until the table is written."""
    return output.with_name(f"{output.name}.partial.jsonl")


def features_of(output: Path) -> Path:
    """Return the folder of the features of a call without a store, until the table is written."""
    return output.with_name(f"{output.name}.partial.features")


def _refuse_to_drop(done: Mapping[Any, Row], dataset: Dataset, output: Path) -> None:
    """Stop before answers are lost: the table is written anew, with what is asked now.

    Raises:
        ConfigError: There are answers to questions that are not asked now.
    """
    others = done.keys() - {question_key(question) for question in dataset.questions}
    if others:
        raise ConfigError(
            f"{output} answers {len(others):,} questions that are not asked now, and --resume would drop them: name "
            "another --output, or start over with --overwrite."
        )


def check_output(output: Path, *, resume: bool = False, overwrite: bool = False) -> None:
    """Refuse a table that cannot be written, or that would be written over: to be asked before a model is loaded.

    Raises:
        ConfigError: Its name does not end like a table's, or it is there already.
    """
    check_format(output)
    there = next((path for path in (output, journal_of(output)) if path.exists()), None)
    if there is not None and not resume and not overwrite:
        raise ConfigError(f"{there} is there already: --resume goes on with it, --overwrite starts over.")
    if there is not None and there.is_dir():
        raise ConfigError(f"{there} is a folder: name a file to write the table to.")


def _earlier(output: Path, model: str, *, resume: bool, overwrite: bool) -> dict[Any, Row]:
    """Return the rows that were answered before, by `row_key`."""
    check_output(output, resume=resume, overwrite=overwrite)
    journal = journal_of(output)
    if overwrite:
        journal.unlink(missing_ok=True)
        return {}
    output.parent.mkdir(parents=True, exist_ok=True)
    rows: list[Mapping[str, Any]] = list(read_table(output)) if output.exists() else []
    rows += [row for row in read_rows(journal) if row.keys() == set(COLUMNS)]
    others = {row["model"] for row in rows} - {model}
    if others:
        raise ConfigError(
            f"{output} was made by {sorted(map(str, others))[0]}, and this is {model}: --overwrite starts over."
        )
    return {row_key(row): dict(row) for row in rows if not is_failed(row)}
