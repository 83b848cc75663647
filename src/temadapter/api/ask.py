"""`temadapter.ask`: one question about one video."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.answer import Answer


def ask(
    video: str | Path,
    question: str,
    options: Sequence[str],
    *,
    run: str | Path | None = None,
    backbone: str | None = None,
    sampler: str | None = None,
    figure: str | Path | None = None,
    device: str = "auto",
) -> Answer:
    """Load a model and ask one question about a video file; to ask more, keep a `VideoQA`.

    What is quick to tell, such as a missing file, is told before the model is loaded.

    Args:
        video: Any video file that FFmpeg can read; its ending may be left out.
        question: The question.
        options: N >= 2 different answers to choose from.
        run: What `VideoQA.load` takes; `clip-template` when None.
        backbone: For an untrained method; see `VideoQA.load`.
        sampler: Which frames are looked at; the run's own when None.
        figure: Draw frames and probabilities over time to this file.
        device: "auto", "cpu" or "cuda".

    Returns:
        The answer with a probability per option and the frames that speak for it.

    Raises:
        ConfigError: An empty question, fewer than two different options, no such run.
        VideoError: A file that is not there, is no video, or of which no frame can be decoded.
        BackboneError: The image-text model cannot be loaded.

    Example:
        >>> ask("crossroads/videos/test_00001.mp4", "Is it day or night?", ["day", "night"], run="runs/a")
        Answer('night', {'day': ..., 'night': ...})
    """
    from temadapter.asked import check_question, find_video
    from temadapter.progress import say
    from temadapter.qa import VideoQA
    from temadapter.video.container import check_file

    check_question(question, options)
    check_file(find_video(video).path)
    if figure is not None:
        from temadapter.plots.style import check_picture

        check_picture(Path(figure))
    model = VideoQA.load(run, backbone=backbone, sampler=sampler, device=device)
    for sentence in model.cautions(video):
        say(f"Warning: {sentence}")
    answer = model.ask(video, question, options)
    if figure is not None:
        answer.save_figure(Path(figure))
    return answer
