"""Questions about a stream that goes on: the same ones about every window of some seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from temadapter.backbones.base import frame_preparation
from temadapter.progress import say
from temadapter.qa import SeenVideo
from temadapter.video.live import LiveStream, LiveWindow, check_sampler

if TYPE_CHECKING:
    from temadapter.data.question import Question
    from temadapter.features.records import VideoFeatures
    from temadapter.qa import VideoQA

Event = dict[str, Any]


def watch_stream(
    model: VideoQA,
    source: str,
    questions: Sequence[Question],
    *,
    window: float = 10.0,
    every: float = 5.0,
    patience: float = 30.0,
    changes: bool = False,
) -> Iterator[Event]:
    """Yield an answer to every question for each window of a stream, as soon as the window is over.

    Args:
        model: Answers.
        source: As in `LiveStream`.
        questions: What is asked.
        window: Seconds that an answer is about.
        every: Seconds from one window to the next.
        patience: Seconds to wait for a stream that broke off.
        changes: Leave out answers that are the same as in the window before.

    Yields:
        `time` (UTC, when the window's last picture came), `start` and `end` in seconds since the first picture,
        `question`, `options`, `chosen`, `chosen_option`, `probabilities`, `evidence` (seconds), `frames`, `delay`
        (seconds from that last picture to the answer) and `video`, the source without its password.

    Raises:
        ConfigError: `source` is no live source, a time span is not above 0, or the model's sampler takes more frames
            of a window than are kept.
        VideoError: The stream cannot be opened, or broke off.
    """
    before: dict[str, int] = {}
    prepare = frame_preparation(model.backbone)
    live = LiveStream(source, prepare, window=window, every=every, patience=patience)
    check_sampler(model.sampler, window)
    with live as stream:
        for seen in stream.windows():
            if seen.skipped:
                say(f"{seen.skipped} windows were skipped: answering takes longer than {every:g} s.")
            features = _look(model, seen)
            for question in questions:
                event = _event(model, stream.name, seen, features, question)
                if not changes or before.get(question.id) != event["chosen"]:
                    yield event
                before[question.id] = event["chosen"]


def _look(model: VideoQA, window: LiveWindow) -> VideoFeatures:
    """Return what the image tower makes of a window, as it would of a video file."""
    import torch

    from temadapter.features.records import VideoFeatures

    frames, times = window.sample(model.sampler)
    if model.method.needs == "frames":
        return VideoFeatures(torch.from_numpy(frames), torch.from_numpy(times))
    features = model.backbone.encode_frames(frames).half().float()
    return VideoFeatures(features, torch.from_numpy(times))


def _event(
    model: VideoQA, name: str, window: LiveWindow, features: VideoFeatures, question: Question
) -> Event:
    answer = model.ask(SeenVideo(name, features), question.text, question.options)
    return {
        "time": datetime.fromtimestamp(window.arrived, UTC).isoformat(timespec="milliseconds"),
        "video": name,
        "start": round(window.start, 3),
        "end": round(window.end, 3),
        "question": answer.question,
        "options": list(answer.options),
        "chosen": answer.index,
        "chosen_option": answer.answer,
        "probabilities": [round(value, 6) for value in answer.probabilities],
        "evidence": [round(moment.time, 3) for moment in answer.evidence],
        "frames": len(answer.times),
        "delay": round(time.time() - window.arrived, 3),
        "model": f"{answer.method} on {answer.backbone}",
    }
