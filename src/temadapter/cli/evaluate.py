"""`temadapter evaluate`: how well a run answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import (
    Columns,
    Device,
    Json,
    Limit,
    Reader,
    Seed,
    VideoDir,
    checked_device,
    reader_spec,
)
from temadapter.cli.output import emit, note, table_text
from temadapter.cli.predict import answers_text

if TYPE_CHECKING:
    from temadapter.runs.evaluate import Evaluation


def evaluate(
    run: Annotated[str, typer.Argument(help="Folder of a run, crossroads or hf:OWNER/NAME.")],
    dataset: Annotated[str | None, typer.Argument(help="Other questions than the run's own.")] = None,
    split: Annotated[str, typer.Option("--split", help="test, validation or train.")] = "test",
    control: Annotated[
        str | None, typer.Option("--control", help="Show less: text_only, one_frame or shuffled_frames.")
    ] = None,
    empty_options: Annotated[
        str | None, typer.Option("--empty-options", help="masked or compete; default: the run's own.")
    ] = None,
    descriptions: Annotated[
        str | None,
        typer.Option(
            "--descriptions",
            help="raw for files that hold event descriptions already; rules, rules:FILE, hf:NAME, dir:FOLDER.",
        ),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option("--batch-size", min=1, help="Matters to preset official only; default: the run's own."),
    ] = None,
    store: Annotated[str | None, typer.Option("--store", help="Folder of the feature store.")] = None,
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    limit: Limit = None,
    seed: Seed = 0,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help="Write every question's prediction: .jsonl, or a table with the texts (.csv, .tsv, .parquet).",
        ),
    ] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> int:
    """Let a run answer questions: accuracy per question type, with 95 % intervals clustered by video.

    Where questions name a `group` (a camera, a source), intervals are clustered by
    it. An accuracy that is no better than chance is called that. Where no answer is
    known, the answers are printed.

    Example: temadapter evaluate runs/paper --control shuffled_frames
    """
    from temadapter.api.evaluate import evaluate as run_evaluation

    result = run_evaluation(
        run,
        dataset,
        split=split,
        control=control,
        reader=reader_spec(reader, columns),
        video_dir=video_dir,
        descriptions=descriptions,
        empty_options=empty_options,
        limit=limit,
        seed=seed,
        store=store,
        batch_size=batch_size,
        output=output,
        device=checked_device(device),
    )
    for failure in result.failed:
        note(f"Left out: {failure}")
    if output is not None:
        note(f"Predictions: {output}")
    emit(result.to_dict(), _text(result), as_json=as_json)
    return SOME_FAILED if result.failed else 0


def _text(result: Evaluation) -> str:
    if result.tested is None:
        answered = f"{len(result.rows):,} questions answered; none of them has a known answer."
        return f"{answers_text(result.rows)}\n{answered}"
    both = result.tested.empty_options
    lines = [table_text(result.tested.table), *([result.verdict] if result.verdict else [])]
    if both.questions:
        lines.append(
            f"{both.questions} questions have empty options: {100 * both.masked.value:.1f} % if these are "
            f"masked, {100 * both.compete.value:.1f} % if they compete (shown: {both.used})."
        )
    if result.left_out:
        lines.append(f"{result.left_out} questions were left out, because their videos cannot be used.")
    return "\n".join(lines)
