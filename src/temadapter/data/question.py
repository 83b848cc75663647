"""One multiple-choice question about one video."""

from __future__ import annotations

from dataclasses import dataclass

from temadapter.errors import DataError


@dataclass(frozen=True)
class Question:
    """A question with its options; it checks itself when it is made.

    Args:
        id: Unique within its dataset.
        video: Path of the video file, relative to the dataset's video folder or absolute.
        text: The question.
        options: N >= 2 answer options. "" is padding: it keeps its place, so that `answer` counts it, but it
            is no option.
        answer: 0-based index of the correct option, or None where it is not known.
        type: The benchmark's code for the kind of question ("U", "A", ...).
        split: "train", "test" or any other name.
        video_id: The number by which the authors' feature files know the video (SUTD-TrafficQA `vid_id`).

    Raises:
        DataError: An empty field, fewer than two options, or an answer that points at no real option.

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

    def __post_init__(self) -> None:
        for field in ("id", "video", "text"):
            if not getattr(self, field).strip():
                raise DataError(f"the question has no {field}")
        if any(map(_is_unusable, (self.video, self.text, *self.options))):
            raise DataError("a text holds a NUL or half of a surrogate pair")
        if len(self.options) < 2:
            raise DataError(f"a question needs at least two options, this one has {len(self.options)}")
        if not any(self.option_mask):
            raise DataError("every option is empty")
        self._check_answer()

    def _check_answer(self) -> None:
        if self.answer is None:
            return
        if not 0 <= self.answer < len(self.options):
            last = len(self.options) - 1
            raise DataError(f"the answer is {self.answer}, but the options are numbered 0 to {last}")
        if not self.option_mask[self.answer]:
            raise DataError(f"the answer is {self.answer}, but option {self.answer} is empty")

    @property
    def option_mask(self) -> tuple[bool, ...]:
        """N flags: True for a real option, False for padding."""
        return tuple(bool(option.strip()) for option in self.options)


def _is_unusable(text: str) -> bool:
    """Tell whether a text can neither be a file's name nor be written as UTF-8."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
