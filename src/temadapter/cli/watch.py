"""`temadapter watch`: the same questions about a camera or a stream, again and again."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.options import Backbone, Device, Overwrite, Resume, Sampler, checked_device
from temadapter.cli.output import emit, note
from temadapter.errors import ConfigError

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
    from temadapter.predictions.questions import typed_questions
    from temadapter.predictions.watch import watch as answers
    from temadapter.qa import VideoQA
    from temadapter.video.live_source import live_address

    _check_output(output, resume=resume, overwrite=overwrite)
    asked = typed_questions(question, option)
    live_address(source)  # what is quick to tell comes before a download
    model = VideoQA.load(run, backbone=backbone, sampler=sampler, device=checked_device(device))
    for sentence in model.cautions(source):
        note(f"Warning: {sentence}")
    events = answers(model, source, asked, window=window, every=every, patience=patience, changes=changes)
    count = 0
    with ExitStack() as stack:
        stack.callback(events.close)  # type: ignore[attr-defined]
        file = None
        if output is not None:
            output.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(output.open("a" if resume else "w", encoding="utf-8"))
        for count, event in enumerate(events, start=1):
            line = json.dumps(event, ensure_ascii=False)
            if file is not None:
                file.write(f"{line}\n")
                file.flush()
            emit(None, line if as_json else _text(event), as_json=False)
            if count == limit:
                break
    note(f"{count:,} answers." + ("" if output is None else f" Events: {output}"))


def _check_output(output: Path | None, *, resume: bool, overwrite: bool) -> None:
    if output is None:
        if resume or overwrite:
            raise ConfigError("--resume and --overwrite belong to a file: name it with --output.")
        return
    if output.suffix.lower() != ".jsonl":
        raise ConfigError(f"{output.name} must end with .jsonl: one JSON object per line.")
    if output.exists() and not (resume or overwrite):
        raise ConfigError(f"{output} exists: --resume adds to it, --overwrite starts over.")


def _text(event: Event) -> str:
    clock, sure = event["time"][11:19], 100 * event["probabilities"][event["chosen"]]
    span = f"{event['start']:.1f}-{event['end']:.1f} s"
    return f"{clock}  {span:>16}  {event['question']}  {event['chosen_option']}  {sure:.0f} %"
