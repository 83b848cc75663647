"""What a model answers: the chosen option, how sure it is, and what it saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from temadapter.video.given import GivenVideo
    from temadapter.video.sampling import Sampler

MOST_DRAWN = 240
"""A figure shows at most so many moments, evenly spread, so that it fits in memory for a video of hours."""


@dataclass(frozen=True)
class Evidence:
    """A moment that the answer rests on.

    Args:
        frame: Its place among the sampled frames.
        time: When it is shown, in seconds from the start of the file.
        score: Its share of the evidence; those of an answer's moments add up to 1.
    """

    frame: int
    time: float
    score: float


@dataclass(frozen=True, eq=False)
class Track:
    """Where an entity was and what it did, as far as single frames show it.

    Args:
        entity: "the red car"; "" for the whole picture.
        sentences: K sentences about stills.
        scores: (F, K), how much better each frame fits each sentence than the training videos' frames do, in standard
            deviations of these.
    """

    entity: str
    sentences: tuple[str, ...]
    scores: NDArray[np.float64]

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, texts and numbers."""
        rounded = [[round(score, 3) for score in row] for row in self.scores.tolist()]
        return {"entity": self.entity, "sentences": list(self.sentences), "scores": rounded}


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """What a model answered, how sure it is, and what it saw.

    Args:
        answer: The chosen option.
        index: Its place among the options.
        probabilities: N numbers that add up to 1.
        times: (F,) seconds from the start of the file at which the sampled frames are shown.
        frame_probabilities: (F, N), what each sampled frame alone says of the options.
        evidence: The moments that the answer rests on, apart from each other, the largest share first; none where
            no single moment shows it (`temadapter.evidence.moments`).
        question: The question.
        options: The N options.
        event_descriptions: The N sentences that the text tower read.
        video: Path of the video, or what it is called where it was given as an array or an open file.
        backbone: Name of the frozen image-text model.
        note: One sentence on what that model is and does not know.
        method: Name of the method.
        damage: What was broken in the file, one sentence each.
        seconds: How long the answer took.
        cautions: What keeps the answer from being trusted, one sentence each: a run that is no better than chance on
            its own test questions, a video that the backbone cannot know.
        tracks: What the method followed over time, one a named entity and one for the whole picture; none for a method
            that follows nothing.
        none_fits: How likely it is that none of the options is right, 0 to 1, if that were as common as the opposite
            (`temadapter.evaluation.none_fits`); None where the run did not learn it, and for yes and no.

    Example:
        >>> from temadapter import VideoQA
        >>> qa = VideoQA.load("clip-template", backbone="mini")
        >>> answer = qa.ask("crossroads/videos/test_00001.mp4", "Is it day or night?", ["day", "night"])
        >>> answer
        Answer('night', {'day': ..., 'night': ...})
        >>> answer.to_dict()["event_descriptions"]
        ['It is day.', 'It is night.']
        >>> answer.save_figure("answer.png")
    """

    answer: str
    index: int
    probabilities: tuple[float, ...]
    times: NDArray[np.float64]
    frame_probabilities: NDArray[np.float64]
    evidence: tuple[Evidence, ...]
    question: str
    options: tuple[str, ...]
    event_descriptions: tuple[str, ...]
    video: str
    backbone: str
    note: str
    method: str
    damage: tuple[str, ...]
    seconds: float
    _sampler: Sampler = field(repr=False)
    tracks: tuple[Track, ...] = ()
    cautions: tuple[str, ...] = ()
    none_fits: float | None = None
    _given: GivenVideo | None = field(default=None, repr=False)

    def about(self, given: GivenVideo | None) -> Answer:
        """Return the answer with its video called as it was given; a temporary file of it is kept as long."""
        return self if given is None else replace(self, video=given.name, _given=given)

    def __repr__(self) -> str:
        best = ", ".join(f"{o!r}: {p:.0%}" for o, p in zip(self.options, self.probabilities, strict=True))
        return f"Answer({self.answer!r}, {{{best}}})"

    def _repr_html_(self) -> str:
        """Return the answer as a small table for notebooks: a bar per option, the evidence below."""
        from html import escape

        rows = "".join(
            f"<tr><td>{'<b>' if i == self.index else ''}{escape(option)}{'</b>' if i == self.index else ''}</td>"
            f"<td><meter min='0' max='1' value='{p:.4f}' style='width:12em'></meter> {p:.0%}</td></tr>"
            for i, (option, p) in enumerate(zip(self.options, self.probabilities, strict=True))
        )
        moments = ", ".join(f"{evidence.time:.1f} s" for evidence in self.evidence)
        return (
            f"<p>{escape(self.question)}</p><table>{rows}</table>"
            f"<p>Evidence at {moments or 'no moment'}. {escape(self.method)} on {escape(self.backbone)}. "
            f"{escape(' '.join((self.note, *self.cautions)))}</p>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain lists, texts and numbers, ready for JSON."""
        return {
            "answer": self.answer,
            "index": self.index,
            "probabilities": [round(p, 6) for p in self.probabilities],
            "none_fits": None if self.none_fits is None else round(self.none_fits, 6),
            "question": self.question,
            "options": list(self.options),
            "event_descriptions": list(self.event_descriptions),
            "evidence": [{"time": round(e.time, 3), "score": round(e.score, 6)} for e in self.evidence],
            "times": [round(t, 3) for t in self.times.tolist()],
            "frame_probabilities": [[round(p, 6) for p in row] for row in self.frame_probabilities.tolist()],
            "video": self.video,
            "backbone": self.backbone,
            "note": self.note,
            "method": self.method,
            "damage": list(self.damage),
            "seconds": round(self.seconds, 3),
            "cautions": list(self.cautions),
            "tracks": [track.to_dict() for track in self.tracks],
        }

    def save_figure(self, path: str | Path, *, correct: int | None = None) -> None:
        """Draw the frames and, below them, each option's probability over time.

        The frames are decoded once more, since an answer does not keep them.

        Args:
            path: Where the picture goes (PNG, SVG, PDF, JPEG or WebP by its name).
            correct: Index of the correct option, where it is known.

        Raises:
            ConfigError: A name that a picture cannot have.
        """
        from temadapter.plots.results import contact_sheet
        from temadapter.plots.style import check_picture
        from temadapter.video.decode import read_frames

        check_picture(Path(path))

        drawn = np.unique(np.linspace(0, len(self.times) - 1, MOST_DRAWN).round().astype(int))
        video = self.video if self._given is None else self._given.path
        sampled = read_frames(video, _Some(self._sampler, drawn.tolist()), transform=_thumbnail)
        contact_sheet(
            sampled.frames,
            self.times[drawn],
            self.frame_probabilities[drawn],
            self.options,
            self.question,
            self.index,
            correct,
            Path(path),
            overall=self.probabilities,
            note=" ".join((f"{self.method} on {self.backbone}. {self.note}", *self.cautions)),
        )


@dataclass(frozen=True)
class Unanswered:
    """A question of many that has no answer, and why: its video cannot be used, or it is none.

    Args:
        video: Path of the video.
        question: The question.
        options: Its options.
        reason: What is wrong, in a sentence.
    """

    video: str
    question: str
    options: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class _Some:
    """Some of the frames that another sampler chooses."""

    sampler: Sampler
    places: list[int]
    takes_end = True

    @property
    def name(self) -> str:
        return self.sampler.name

    @property
    def counts_frames(self) -> bool:
        return bool(getattr(self.sampler, "counts_frames", False))

    def choose(self, times: Sequence[float], *, end: float | None = None) -> list[int]:
        from temadapter.video.sampling import choose_frames

        chosen = choose_frames(self.sampler, times, end=end)
        return [chosen[place] for place in self.places]


def _thumbnail(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shrink a frame to at most 320 pixels on its longer side."""
    from PIL import Image

    picture = Image.fromarray(frame)
    picture.thumbnail((320, 320))
    return np.asarray(picture)
