"""What a model is asked: a question with its options about a video, or a part of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.video.within import Span


@dataclass(frozen=True)
class Asked:
    """A question about a video, or about a part of it.

    Args:
        path: The video file.
        question: The question.
        options: N >= 2 different answers to choose from.
        span: Start and end in seconds of the part it is about; None for all of it.
        name: The video's id in a feature store; its path where it is None.
        checked: Whether the options are taken as they are, alike ones too.
    """

    path: Path
    question: str
    options: tuple[str, ...]
    span: Span | None = None
    name: str | None = None
    checked: bool = False

    @property
    def entry(self) -> str:
        """The id under which a feature store keeps what was seen."""
        from temadapter.data.question import video_entry

        return video_entry(str(self.path) if self.name is None else self.name, self.span)

    @classmethod
    def of(cls, given: Asked | tuple[str | Path, str, Sequence[str]]) -> Asked:
        """Return a question that may be given as (video, question, options); the file's ending may be left out."""
        if isinstance(given, Asked):
            return given
        from temadapter.data.videos import locate

        video, question, options = given
        return cls(locate(Path(video)), question, (options,) if isinstance(options, str) else tuple(options))


def check_question(question: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the options without the blanks around them.

    Raises:
        ConfigError: The question is empty, or there are fewer than two different options.
    """
    if not question.strip():
        raise ConfigError("The question is empty.")
    if isinstance(options, str):
        raise ConfigError("The options must be a list of texts, not one text.")
    if other := [option for option in options if not isinstance(option, str)]:
        raise ConfigError(f"Every option must be a text, not {other[0]!r} ({type(other[0]).__name__}).")
    stripped = tuple(option.strip() for option in options)
    if len(stripped) < 2:
        raise ConfigError(f"A question needs at least two options to choose from, not {len(stripped)}.")
    if not all(stripped):
        raise ConfigError(f"Option {stripped.index('') + 1} is empty.")
    repeated = next((option for option in stripped if stripped.count(option) > 1), None)
    if repeated is not None:
        raise ConfigError(f"The option {repeated!r} is given twice.")
    return stripped
