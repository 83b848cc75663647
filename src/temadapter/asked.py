"""What a model is asked: a question with its options about a video, or a part of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.data.question import is_unusable
from temadapter.errors import ConfigError, shown

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

    Args:
        question: The question.
        options: Its options; anything that can be gone through, such as an array of texts.

    Raises:
        ConfigError: The question is empty or no text, or there are fewer than two different options.
    """
    _check_text("The question", question)
    if not question.strip():
        raise ConfigError("The question is empty.")
    if isinstance(options, str | bytes | Mapping) or not isinstance(options, Iterable):
        raise ConfigError(f"The options must be a list of texts, not {_told(options)}.")
    given = tuple(options)
    for number, option in enumerate(given, start=1):
        _check_text(f"Option {number}", option)
    stripped = tuple(str(option).strip() for option in given)
    if len(stripped) < 2:
        raise ConfigError(f"A question needs at least two options to choose from, not {len(stripped)}.")
    if not all(stripped):
        raise ConfigError(f"Option {stripped.index('') + 1} is empty.")
    repeated = next((option for option in stripped if stripped.count(option) > 1), None)
    if repeated is not None:
        raise ConfigError(f"The option {shown(repeated)} is given twice.")
    return stripped


def _check_text(what: str, value: object) -> None:
    """Refuse what is no text, or a text that cannot be written as UTF-8 (bytes of another encoding in a shell)."""
    if not isinstance(value, str):
        raise ConfigError(f"{what} must be a text, not {_told(value)}.")
    if is_unusable(value):
        raise ConfigError(f"{what} holds bytes that are not text, {shown(value)}: give it in UTF-8.")


def _told(value: object) -> str:
    return f"{shown(value)} ({type(value).__name__})"
