"""`temadapter.watch`: the same questions about a camera or a stream, again and again."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.predictions.watch import Event


def watch(
    source: str,
    *,
    question: str | Sequence[str],
    options: Sequence[str],
    run: str | Path | None = None,
    window: float = 10.0,
    every: float = 5.0,
    output: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    changes: bool = False,
    limit: int | None = None,
    patience: float = 30.0,
    backbone: str | None = None,
    sampler: str | None = None,
    device: str = "auto",
) -> Generator[Event]:
    """Answer questions about the last seconds of a live stream, every few seconds.

    The model is loaded at once, the stream opened with the first answer. Passwords in an address are neither shown nor
    stored.

    Args:
        source: An address (rtsp://…, tcp://…, udp://…, http://…), or the number of a camera: "0".
        question: One or more questions.
        options: N >= 2 answers to choose from, for every question.
        run: What `VideoQA.load` takes; `clip-template` when None.
        window: Seconds that an answer is about.
        every: Seconds from one answer to the next.
        output: Write every answer to this file too: .jsonl.
        resume: Add to `output`.
        overwrite: Replace `output`.
        changes: Only answers that differ from the one before.
        limit: Stop after so many answers.
        patience: Seconds to wait for a stream that broke off.
        backbone: For an untrained method; see `VideoQA.load`.
        sampler: Which frames of a window are looked at; the run's own when None.
        device: "auto", "cpu" or "cuda".

    Returns:
        An iterator over the answers, one a question and window, each a mapping with `time` (UTC), `start` and `end`
        (seconds since the first picture), `question`, `options`, `chosen`, `chosen_option`, `probabilities`,
        `evidence`, `frames`, `delay`, `video` and `model`. It ends with the stream.

    Raises:
        ConfigError: No live source, no question, or an `output` that stands there already.
        VideoError: The stream cannot be opened, or broke off (when the iterator is asked).

    Example:
        >>> address  # of a camera
        'tcp://127.0.0.1:...'
        >>> day = {"question": "Is it day or night?", "options": ["day", "night"]}
        >>> [event["chosen_option"] for event in watch(address, **day, run="runs/a", window=2, every=2, limit=2)]
        ['night', 'night']
    """
    from temadapter.predictions.questions import typed_questions
    from temadapter.predictions.watch import watch_stream
    from temadapter.progress import say
    from temadapter.qa import VideoQA
    from temadapter.video.live_source import live_address

    path = None if output is None else Path(output)
    _check_output(path, resume=resume, overwrite=overwrite)
    asked = typed_questions([question] if isinstance(question, str) else question, options)
    live_address(source)  # what is quick to tell comes before a model is loaded
    model = VideoQA.load(run, backbone=backbone, sampler=sampler, device=device)
    for sentence in model.cautions(source):
        say(f"Warning: {sentence}")
    events = watch_stream(
        model, source, asked, window=window, every=every, patience=patience, changes=changes
    )
    return _kept(events, path, append=resume, limit=limit)


def _kept(events: Iterator[Event], path: Path | None, *, append: bool, limit: int | None) -> Generator[Event]:
    """Yield events, each after it was written; close the stream when the reader leaves."""
    with ExitStack() as stack:
        stack.callback(events.close)  # type: ignore[attr-defined]
        file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("a" if append else "w", encoding="utf-8"))
        for count, event in enumerate(events, start=1):
            if file is not None:
                file.write(f"{json.dumps(event, ensure_ascii=False)}\n")
                file.flush()
            yield event
            if count == limit:
                return


def _check_output(output: Path | None, *, resume: bool, overwrite: bool) -> None:
    from temadapter.errors import ConfigError

    if output is None:
        if resume or overwrite:
            raise ConfigError("--resume and --overwrite belong to a file: name it with --output.")
        return
    if output.suffix.lower() != ".jsonl":
        raise ConfigError(f"{output.name} must end with .jsonl: one JSON object per line.")
    if output.exists() and not (resume or overwrite):
        raise ConfigError(f"{output} exists: --resume adds to it, --overwrite starts over.")
