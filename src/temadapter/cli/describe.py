"""`temadapter describe`: the event descriptions of a question, or of a whole dataset."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.options import Columns, Json, Limit, Reader, Seed, reader_spec
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit, note
from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.descriptions import Describer


def describe(
    source: Annotated[
        str | None, typer.Argument(metavar="[DATASET]", help="A dataset's folder or annotation file.")
    ] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", help="The same, as an option.")] = None,
    question: Annotated[str | None, typer.Option("--question", "-q", help="A question.")] = None,
    option: Annotated[list[str] | None, typer.Option("--option", "-o", help="An option. Repeatable.")] = None,
    rules: Annotated[
        str | None,
        typer.Option("--rules", metavar="FILE", help="YAML rules that go before those of the package."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="hf:NAME", help="A sequence-to-sequence model instead (or dir:FOLDER)."
        ),
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="So many questions of the dataset, drawn by --seed.")
    ] = None,
    seed: Seed = 0,
    reader: Reader = None,
    columns: Columns = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Show the event descriptions: what the text tower reads in place of question and options.

    Example: temadapter describe -q "Is it raining?" -o Yes -o No
    Example: temadapter describe --dataset my.jsonl --sample 20
    """
    given = [spec for spec in (source, dataset) if spec is not None]
    if len(given) + (question is not None) != 1:
        raise ConfigError("Give either one dataset or --question with one --option or more.")
    if question is not None and sample is not None:
        raise ConfigError("--sample draws questions from a dataset; there is only one question here.")
    if question is not None and (reader is not None or columns is not None):
        raise ConfigError("--reader and --columns belong to a dataset; there is only a question here.")
    from temadapter.descriptions import get_describer
    from temadapter.descriptions.english.wording import clean_option

    describer = get_describer(_spec(rules, model))
    if question is not None:
        if option and not any(map(clean_option, option)):
            raise ConfigError("Every option is empty: give at least one --option with words in it.")
        rows = [_row(describer, None, question, option or [])]
    else:
        rows = _dataset_rows(describer, given[0], reader_spec(reader, columns), limit, sample, seed)
    emit(rows, "\n\n".join(_text(row) for row in rows), as_json=as_json)


def _spec(rules: str | None, model: str | None) -> str:
    if rules is not None and model is not None:
        raise ConfigError("Give --rules or --model, not both: a model follows no rules.")
    if model is not None and not model.startswith(("hf:", "dir:")):
        raise ConfigError(f"--model {model!r} is neither hf:NAME nor dir:FOLDER.")
    return model or ("rules" if rules is None else f"rules:{rules}")


def _dataset_rows(
    describer: Describer, spec: str, reader: str | None, limit: int | None, sample: int | None, seed: int
) -> list[dict[str, object]]:
    from temadapter.data.load import load_dataset

    dataset = load_dataset(Path(spec), reader=reader)
    for problem in dataset.problems:
        note(f"Left out: {problem}")
    questions = dataset.limit(limit).questions
    if sample is not None and sample < len(questions):
        chosen = sorted(random.Random(seed).sample(range(len(questions)), sample))
        questions = tuple(questions[index] for index in chosen)
    return [_row(describer, question.id, question.text, question.options) for question in questions]


def _row(
    describer: Describer, identity: str | None, question: str, options: list[str] | tuple[str, ...]
) -> dict[str, object]:
    if not question.strip():
        raise ConfigError("The question is empty.")
    if not options:
        raise ConfigError("Give at least one --option.")
    row: dict[str, object] = {} if identity is None else {"id": identity}
    return {
        **row,
        "question": question,
        "options": list(options),
        "descriptions": list(describer(question, options)),
    }


def _text(row: dict[str, object]) -> str:
    options, descriptions = row["options"], row["descriptions"]
    assert isinstance(options, list)
    assert isinstance(descriptions, list)
    pairs = [
        (option, description) for option, description in zip(options, descriptions, strict=True) if option
    ]
    return f"{row['question']}\n{aligned(pairs, indent='  ')}"
