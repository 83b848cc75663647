"""`temadapter describe`: the event descriptions of a question, or of a whole dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from temadapter.cli.options import Columns, Json, Limit, Reader, Seed, reader_spec
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit
from temadapter.errors import ConfigError


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
    from temadapter.api.describe import describe as describe_question
    from temadapter.api.describe import describe_dataset

    spec = _spec(rules, model)
    if question is not None:
        if question.strip() and not option:
            raise ConfigError("Give at least one --option.")
        options = option or []
        told = describe_question(question, options, descriptions=spec)
        rows = [{"question": question, "options": options, "descriptions": list(told)}]
    else:
        found = describe_dataset(
            given[0],
            descriptions=spec,
            reader=reader_spec(reader, columns),
            limit=limit,
            sample=sample,
            seed=seed,
        )
        rows = [row.to_dict() for row in found]
    emit(rows, "\n\n".join(map(_text, rows)), as_json=as_json)


def _spec(rules: str | None, model: str | None) -> str:
    if rules is not None and model is not None:
        raise ConfigError("Give --rules or --model, not both: a model follows no rules.")
    if model is not None and not model.startswith(("hf:", "dir:")):
        raise ConfigError(f"--model {model!r} is neither hf:NAME nor dir:FOLDER.")
    return model or ("rules" if rules is None else f"rules:{rules}")


def _text(row: Mapping[str, Any]) -> str:
    pairs = zip(row["options"], row["descriptions"], strict=True)
    return f"{row['question']}\n{aligned([pair for pair in pairs if pair[0]], indent='  ')}"
