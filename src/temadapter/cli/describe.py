"""`temadapter describe`: the event descriptions of a question, or of a whole dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temadapter.cli.options import Json, Limit, Reader
from temadapter.cli.output import columns, emit, note
from temadapter.errors import ConfigError


def describe(
    dataset: Annotated[str | None, typer.Argument(help="A dataset's folder or annotation file.")] = None,
    question: Annotated[str | None, typer.Option("--question", "-q", help="A question.")] = None,
    option: Annotated[list[str] | None, typer.Option("--option", "-o", help="An option. Repeatable.")] = None,
    reader: Reader = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Show the event descriptions: what the text tower reads in place of question and options.

    Example: temadapter describe -q "Is it raining?" -o Yes -o No
    """
    if (dataset is None) == (question is None):
        raise ConfigError("Give either a dataset or --question with one --option or more.")
    rows = (
        [_row(None, question, option or [])]
        if question is not None
        else _dataset_rows(str(dataset), reader, limit)
    )
    emit(rows, "\n\n".join(_text(row) for row in rows), as_json=as_json)


def _dataset_rows(spec: str, reader: str | None, limit: int | None) -> list[dict[str, object]]:
    from temadapter.data.dataset import load_dataset

    dataset = load_dataset(Path(spec), reader=reader)
    for problem in dataset.problems:
        note(f"Left out: {problem}")
    return [_row(question.id, question.text, question.options) for question in dataset.limit(limit).questions]


def _row(identity: str | None, question: str, options: list[str] | tuple[str, ...]) -> dict[str, object]:
    from temadapter.events import describe_all

    if not question.strip():
        raise ConfigError("The question is empty.")
    if not options:
        raise ConfigError("Give at least one --option.")
    row: dict[str, object] = {} if identity is None else {"id": identity}
    return {
        **row,
        "question": question,
        "options": list(options),
        "descriptions": list(describe_all(question, options)),
    }


def _text(row: dict[str, object]) -> str:
    options, descriptions = row["options"], row["descriptions"]
    assert isinstance(options, list)
    assert isinstance(descriptions, list)
    pairs = [
        (option, description) for option, description in zip(options, descriptions, strict=True) if option
    ]
    return f"{row['question']}\n{columns(pairs, indent='  ')}"
