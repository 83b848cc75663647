"""`temadapter predict`: many questions about many videos, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import (
    Backbone,
    Columns,
    Device,
    Json,
    Limit,
    Overwrite,
    Reader,
    Resume,
    Sampler,
    VideoDir,
    Workers,
    checked_device,
    own_run,
    reader_spec,
)
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit, note

SHOWN = 40  # answers that are printed; a table (--output) and --json have them all


def predict(
    sources: Annotated[
        list[str],
        typer.Argument(help="A dataset; or with a question: folders, videos, patterns, a table of videos."),
    ],
    question: Annotated[
        list[str] | None, typer.Option("--question", "-q", help="Asked about every video. Repeatable.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", "-o", help="An answer to choose from, for every -q. Repeatable."),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            "--questions",
            help="A table with question and options (and answer), all asked about every video.",
        ),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            help="Folder of a run, crossroads, hf:OWNER/NAME, zero-shot; default: runs/run, else clip-template.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Table to write: .csv, .tsv, .jsonl or .parquet.")
    ] = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    backbone: Backbone = None,
    sampler: Sampler = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="Feature store to use and fill; default: a temporary one.")
    ] = None,
    split: Annotated[str | None, typer.Option("--split", help="Only the questions of this split.")] = None,
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    workers: Workers = None,
    limit: Limit = None,
    device: Device = "auto",
    as_json: Json = False,
) -> int:
    """Answer many questions about many videos, whether their answers are known or not.

    Each video is looked at once. What cannot be answered gets a row that
    says why (exit code 3). An interrupted call goes on with --resume.

    Example: temadapter predict videos/ -q "Is it day or night?" -o day -o night --output answers.csv
    """
    from temadapter.api.predict import predict as answer

    result = answer(
        sources,
        question=question or (),
        options=option or (),
        questions=questions,
        run=run or own_run(backbone),
        output=output,
        resume=resume,
        overwrite=overwrite,
        backbone=backbone,
        sampler=sampler,
        store=store,
        split=split,
        reader=reader_spec(reader, columns),
        video_dir=video_dir,
        workers=workers,
        limit=limit,
        device=checked_device(device),
    )
    for row in result.failed:
        note(f"Failed: {row['id']}: {row['error']}")
    facts = result.to_dict()
    text = _summary(facts) if output is not None else f"{answers_text(result.rows)}\n{_summary(facts)}"
    emit(facts, text, as_json=as_json)
    return SOME_FAILED if result.failed or result.left_out else 0


def _summary(facts: dict[str, Any]) -> str:
    text = (
        f"{facts['answered']:,} of {facts['questions']:,} questions about {facts['videos']:,} videos answered, "
        f"{facts['failed']:,} failed"
    )
    if facts["reused"]:
        text += f" ({facts['reused']:,} were answered before)"
    if facts["with_known_answer"]:
        share = 100 * facts["correct"] / facts["with_known_answer"]
        text += f"; {facts['correct']:,} of {facts['with_known_answer']:,} known answers are right ({share:.1f} %)"
    return f"{text}." + ("" if facts["output"] is None else f"\nTable: {facts['output']}")


def answers_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the first answers as lines for people."""
    lines = [
        (
            row["video"],
            row["question"],
            row["chosen_option"],
            f"{100 * row['probabilities'][row['chosen']]:.0f} %",
        )
        for row in rows
        if row["chosen"] is not None
    ]
    text = aligned([("video", "question", "answer", "probability"), *lines[:SHOWN]])
    return text + (
        f"\n... and {len(lines) - SHOWN:,} more (--output or --json)" if len(lines) > SHOWN else ""
    )
