"""Many questions about many videos: each video is looked at once, texts and answers come in batches."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import TemAdapterError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from temadapter.answer import Answer, Unanswered
    from temadapter.asked import Asked
    from temadapter.features.pending import VideoItem
    from temadapter.features.records import VideoFeatures
    from temadapter.qa import VideoQA

WINDOW = 256  # questions that are answered together, at most,
WINDOW_VIDEOS = 32  # and videos: until they are read there is no answer and no progress
BATCH = {"features": 128, "frames": 8}  # questions that a method answers at once, by what it needs
KEPT_TEXTS = 20_000  # in memory; at D = 768 they take 60 MB


def answer_many(
    qa: VideoQA, asked: Iterable[Asked], *, store: Path | None, workers: int | None
) -> Iterator[Answer | Unanswered]:
    """Yield what `VideoQA.ask_many` does."""
    from temadapter.features.many import VideoLibrary

    frames = qa.method.needs == "frames"
    with ExitStack() as stack:
        root = store or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="temadapter-")))
        library = VideoLibrary(root, qa.backbone, qa.sampler, frames=frames, workers=workers)
        texts = _Texts(qa)
        for window in _windows(asked):
            yield from _answer_window(qa, window, library.look(_videos(window)), texts)


def _windows(asked: Iterable[Asked]) -> Iterator[list[Asked]]:
    window: list[Asked] = []
    videos: set[str] = set()
    for question in asked:
        full = len(window) >= WINDOW or (len(videos) >= WINDOW_VIDEOS and question.entry not in videos)
        if full:
            yield window
            window, videos = [], set()
        window.append(question)
        videos.add(question.entry)
    if window:
        yield window


def _videos(window: Sequence[Asked]) -> list[VideoItem]:
    found = {
        question.entry: (question.entry, question.path, question.span)
        for question in window
        if question.problem is None
    }
    return list(found.values())


class _Texts:
    """The text features of the sentences that were read lately: the same questions are asked of many videos."""

    def __init__(self, qa: VideoQA) -> None:
        self._qa = qa
        self._known: dict[str, Tensor] = {}

    def get(self, sentences: Iterable[str]) -> dict[str, Tensor]:
        new = [text for text in dict.fromkeys(sentences) if text not in self._known]
        if len(self._known) + len(new) > KEPT_TEXTS:
            self._known.clear()
            new = list(dict.fromkeys(sentences))
        if new:
            self._known.update(zip(new, self._qa.backbone.encode_texts(new), strict=True))
        return self._known


def _answer_window(
    qa: VideoQA, window: Sequence[Asked], seen: dict[str, VideoFeatures | str], texts: _Texts
) -> Iterator[Answer | Unanswered]:
    from temadapter.answer import Unanswered
    from temadapter.asked import check_question
    from temadapter.features.records import VideoFeatures

    results: dict[int, Answer | Unanswered] = {}
    ready: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = []
    for place, question in enumerate(window):
        video = seen.get(question.entry, "")
        try:
            if question.problem is not None:
                raise TemAdapterError(question.problem)
            options = question.options
            if not question.checked:
                options = check_question(question.question, options)
            if not isinstance(video, VideoFeatures):
                raise TemAdapterError(video)
        except TemAdapterError as error:
            reason = str(error).replace(str(question.path), question.video)
            results[place] = Unanswered(question.video, question.question, tuple(question.options), reason)
        else:  # what goes wrong here, with rules of the user's own, goes wrong for every question
            ready.append((place, options, qa.texts(question.question, options)))
    encoded = texts.get([text for _, _, own in ready for text in own])
    # Questions with as many options, about videos with as many frames, need no padding: what a method answers
    # does not depend on which questions it is asked together.
    order = sorted(ready, key=lambda item: _shape(item, window, seen))
    for _, same in groupby(order, key=lambda item: _shape(item, window, seen)):
        items = iter(same)
        while part := list(islice(items, qa.most_at_once)):
            began = time.perf_counter()
            videos = [seen[window[place].entry] for place, _, _ in part]
            looks = [video for video in videos if isinstance(video, VideoFeatures)]
            stacked = [_stack([encoded[text] for text in own]) for _, _, own in part]
            entries = [window[place].entry for place, _, _ in part]
            scored = qa.score_many(entries, looks, stacked, [own for _, _, own in part])
            seconds = (time.perf_counter() - began) / len(part)
            for (place, options, own), look, scores in zip(part, looks, scored, strict=True):
                answer = qa.answer_of(
                    os.fspath(window[place].path),
                    window[place].question,
                    options,
                    own,
                    look,
                    scores,
                    seconds=seconds,
                )
                results[place] = answer.about(window[place].given)
    for place in range(len(window)):
        yield results[place]


def _shape(
    item: tuple[int, tuple[str, ...], tuple[str, ...]],
    window: Sequence[Asked],
    seen: dict[str, VideoFeatures | str],
) -> tuple[int, int]:
    place, options, _ = item
    video = seen[window[place].entry]
    return len(options), 0 if isinstance(video, str) else len(video.times)


def _stack(rows: Sequence[Tensor]) -> torch.Tensor:
    import torch

    return torch.stack(list(rows))
