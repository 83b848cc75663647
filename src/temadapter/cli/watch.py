"""`temadapter watch`: the same questions about a camera or a stream, again and again."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.options import Backbone, Device, Overwrite, Resume, Sampler, checked_device
from temadapter.cli.output import emit, note

if TYPE_CHECKING:
    from temadapter.predictions.watch import Event


def watch(
    source: Annotated[
        str, typer.Argument(help="An address (rtsp://…, tcp://…, udp://…, http://…), or a camera: 0.")
    ],
    question: Annotated[list[str], typer.Option("--question", "-q", help="What is asked. Repeatable.")],
    option: Annotated[
        list[str], typer.Option("--option", "-o", help="An answer to choose from, for every -q. Repeatable.")
    ],
    run: Annotated[
        str | None,
        typer.Option(
            "--run", help="Folder of a run, crossroads, hf:OWNER/NAME, zero-shot; default: clip-template."
        ),
    ] = None,
    window: Annotated[float, typer.Option("--window", help="Seconds that an answer is about.")] = 10.0,
    every: Annotated[float, typer.Option("--every", help="Seconds from one answer to the next.")] = 5.0,
    output: Annotated[
        Path | None, typer.Option("--output", help="Write every answer to this file too: .jsonl.")
    ] = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
    changes: Annotated[
        bool, typer.Option("--changes", help="Only answers that differ from the one before.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Stop after so many answers.")] = None,
    patience: Annotated[
        float, typer.Option("--patience", min=0, help="Seconds to wait for a stream that broke off.")
    ] = 30.0,
    backbone: Backbone = None,
    sampler: Sampler = None,
    device: Device = "auto",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per line to stdout.")
    ] = False,
) -> None:
    """Answer questions about the last seconds of a live stream, every few seconds.

    One answer per question and window goes to stdout and, with --output, to a
    JSON-lines file. It stops at the end of the stream, or with Ctrl-C (exit code 130).
    Passwords in an address are neither shown nor stored.

    Example: temadapter watch rtsp://camera/live -q "Is the lane free?" -o yes -o no --output events.jsonl
    """
    from temadapter.api.watch import watch as answers

    events = answers(
        source,
        question=question,
        options=option,
        run=run,
        window=window,
        every=every,
        output=output,
        resume=resume,
        overwrite=overwrite,
        changes=changes,
        limit=limit,
        patience=patience,
        backbone=backbone,
        sampler=sampler,
        device=checked_device(device),
    )
    count = 0
    with closing(events):
        for event in events:
            count += 1
            text = json.dumps(event, ensure_ascii=False) if as_json else _text(event)
            emit(None, text, as_json=False)
    note(f"{count:,} answers." + ("" if output is None else f" Events: {output}"))


def _text(event: Event) -> str:
    clock, sure = event["time"][11:19], 100 * event["probabilities"][event["chosen"]]
    span = f"{event['start']:.1f}-{event['end']:.1f} s"
    return f"{clock}  {span:>16}  {event['question']}  {event['chosen_option']}  {sure:.0f} %"
