"""One multiple-choice question about one video."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from temadapter.errors import DataError


class RowError(DataError):
    """A row that cannot become a question.

    Args:
        reason: What is wrong with it, without the place.
        kind: What a report counts it under: `answer`, `options`, `split`, `duplicate id`, `time span`,
            or `row` for the rest.
    """

    def __init__(self, reason: str, *, kind: str = "row") -> None:
        super().__init__(reason)
        self.kind = kind


class AnswerRangeError(RowError):
    """An answer that points at no option.

    Args:
        answer: The number it has.
        count: How many options there are.
    """

    def __init__(self, answer: int, count: int) -> None:
        super().__init__(
            f"the answer is {answer}, but the options are numbered 0 to {count - 1}", kind="answer"
        )
        self.answer, self.count = answer, count


@dataclass(frozen=True)
class Question:
    """A question with its options; it checks itself when it is made.

    Args:
        id: Unique within its dataset.
        video: Path of the video file, relative to the dataset's video folder or absolute.
        text: The question.
        options: N >= 2 answer options. "" is padding: it keeps its place, so that `answer` counts it, but it
            is no option. Two at least are real: what has one answer only is always answered right.
        answer: 0-based index of the correct option, or None where it is not known.
        type: The benchmark's code for the kind of question ("U", "A", ...).
        split: "train", "val" or "test"; None where the data have no splits.
        video_id: The number by which the authors' feature files know the video (SUTD-TrafficQA `vid_id`).
        start: Second of the video at which what is asked about begins; None for the first picture.
        end: Second at which it ends; None for the last picture.
        group: Where the video comes from (a camera, a source). Groups are kept whole when videos are divided.

    Raises:
        RowError: An empty field, fewer than two real options, an answer that points at no real option, or a time
            span that is none.

    >>> question = Question(id="1", video="a.mp4", text="What is it?", options=("bus", "", "car"), answer=2)
    >>> question.option_mask
    (True, False, True)
    """

    id: str
    video: str
    text: str
    options: tuple[str, ...]
    answer: int | None = None
    type: str | None = None
    split: str | None = None
    video_id: str | None = None
    start: float | None = None
    end: float | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        for field in ("id", "video", "text"):
            if not trimmed(getattr(self, field)):
                raise RowError(f"the question has no {field}")
        if any(map(is_unusable, (self.video, self.text, *self.options))):
            raise RowError("a text holds a NUL or half of a surrogate pair")
        if len(self.options) < 2:
            reason = f"a question needs at least two options, this one has {len(self.options)}"
            raise RowError(reason, kind="options")
        if not any(self.option_mask):
            raise RowError("every option is empty", kind="options")
        self._check_answer()
        if sum(self.option_mask) < 2:
            raise RowError(
                "a question needs at least two options, all but one of these are empty", kind="options"
            )
        check_span(self.start, self.end)

    def _check_answer(self) -> None:
        if self.answer is None:
            return
        if not 0 <= self.answer < len(self.options):
            raise AnswerRangeError(self.answer, len(self.options))
        if not self.option_mask[self.answer]:
            raise RowError(f"the answer is {self.answer}, but option {self.answer} is empty", kind="answer")

    @property
    def span(self) -> tuple[float | None, float | None] | None:
        """(start, end) in seconds; None where the question is about the whole video."""
        return None if self.start is None and self.end is None else (self.start, self.end)

    @property
    def entry(self) -> str:
        """What is looked at to answer, by one name: the video, with its time span where there is one."""
        return video_entry(self.video, self.span)

    @property
    def cluster(self) -> str:
        """What intervals are clustered by: questions about one source are not independent of each other."""
        return self.group or self.video

    @property
    def option_mask(self) -> tuple[bool, ...]:
        """N flags: True for a real option, False for padding."""
        return tuple(bool(trimmed(option)) for option in self.options)


def video_entry(video: str, span: tuple[float | None, float | None] | None) -> str:
    """Return the name of a part of a video, as media fragments are written; of all of it, the video's own.

    >>> video_entry("a.mp4", (10.0, 12.5)), video_entry("a.mp4", None)
    ('a.mp4#t=10.0,12.5', 'a.mp4')
    """
    if span is None:
        return video
    start, end = ("" if second is None else repr(float(second)) for second in span)
    return f"{video}#t={start},{end}"


def trimmed(text: str) -> str:
    r"""Return a text without the blanks around it, those that have no width included.

    >>> trimmed(" a van\u200b"), trimmed("\ufeff\u200b")
    ('a van', '')
    """
    return _AROUND.sub("", text)


_INVISIBLE = r"[\s\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+"
_AROUND = re.compile(rf"\A{_INVISIBLE}|{_INVISIBLE}\Z")


def is_unusable(text: str) -> bool:
    """Tell whether a text can neither be a file's name nor be written as UTF-8."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def check_span(start: float | None, end: float | None) -> None:
    """Refuse what is no part of a video.

    Args:
        start: In seconds; None for the beginning.
        end: In seconds; None for the end.

    Raises:
        DataError: A time is negative or no number, or the end is not after the start.
    """
    for name, second in (("start", start), ("end", end)):
        if second is not None and not (math.isfinite(second) and second >= 0):
            raise RowError(f"{name} is {second}, not a second of the video", kind="time span")
    if end is not None and end <= (start or 0):
        raise RowError(f"the end ({end} s) is not after the start ({start or 0.0} s)", kind="time span")
