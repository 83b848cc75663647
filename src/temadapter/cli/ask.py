"""`temadapter ask`: one question about one video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.options import Backbone, Device, Json, Sampler, checked_device, own_run
from temadapter.cli.output import columns, emit, note

if TYPE_CHECKING:
    from temadapter.answer import Answer


def ask(
    video: Annotated[str, typer.Argument(help="Any video file that FFmpeg can read.")],
    question: Annotated[str, typer.Option("--question", "-q", help="The question.")],
    option: Annotated[
        list[str], typer.Option("--option", "-o", help="An answer to choose from. Repeatable.")
    ],
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            help="Folder of a run, crossroads (the demo's), hf:OWNER/NAME, zero-shot, clip-template.",
        ),
    ] = None,
    backbone: Backbone = None,
    sampler: Sampler = None,
    figure: Annotated[
        Path | None,
        typer.Option("--save-figure", help="Draw frames and probabilities over time to this file."),
    ] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Ask a multiple-choice question about a video.

    Without --run the run answers that `temadapter train` made here (runs/run),
    by default of the method plus; where there is none, the hub's CLIP with event
    descriptions (clip-template), which needs no training.

    Example: temadapter ask my.mp4 -q "Is it day or night?" -o day -o night
    """
    from temadapter.api.ask import ask as answer_question

    answer = answer_question(
        video,
        question,
        option,
        run=run or own_run(backbone),
        backbone=backbone,
        sampler=sampler,
        figure=figure,
        device=checked_device(device),
    )
    for sentence in answer.damage:
        note(f"Warning: {sentence}")
    if figure is not None:
        note(f"Figure: {figure}")
    emit(answer.to_dict(), _text(answer), as_json=as_json)


def _text(answer: Answer) -> str:
    rows = [
        (">" if index == answer.index else " ", f"{100 * probability:5.1f} %", option)
        for index, (option, probability) in enumerate(zip(answer.options, answer.probabilities, strict=True))
    ]
    moments = [
        f"{moment.time:.2f} s" + (f" ({100 * moment.score:.0f} %)" if len(answer.evidence) > 1 else "")
        for moment in answer.evidence
    ]
    return "\n".join(
        (
            f"{answer.question}",
            columns(rows, indent="  "),
            *([] if answer.none_fits is None else [f"None fits:   {100 * answer.none_fits:.1f} %"]),
            *(f"Caution:     {sentence}" for sentence in answer.cautions),
            f"Read as:     {answer.event_descriptions[answer.index]}",
            f"Decided at:  {', '.join(moments) or 'no single moment'}",
            f"Answered by: {answer.method} on {answer.backbone}, {len(answer.times)} frames, "
            f"{answer.seconds:.1f} s",
            f"Note:        {answer.note}",
        )
    )
