"""What a model is asked: a question with its options about a video, or a part of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.data.question import is_unusable, trimmed
from temadapter.errors import ConfigError, TemAdapterError, shown
from temadapter.video.given import GivenVideo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from temadapter.video.given import Video
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
        given: The video as a program gave it, which keeps its temporary file; None for a file of the user's.
        problem: Why there is nothing to ask, None where there is.
    """

    path: Path
    question: str
    options: tuple[str, ...]
    span: Span | None = None
    name: str | None = None
    checked: bool = False
    given: GivenVideo | None = field(default=None, repr=False, compare=False)
    problem: str | None = None

    @property
    def video(self) -> str:
        """What to call the video."""
        return str(self.path) if self.given is None else self.given.name

    @property
    def entry(self) -> str:
        """The id under which a feature store keeps what was seen."""
        from temadapter.data.question import video_entry

        return video_entry(str(self.path) if self.name is None else self.name, self.span)

    @classmethod
    def of(cls, given: Asked | tuple[Video, str, Sequence[str]]) -> Asked:
        """Return a question that may be given as (video, question, options); the file's ending may be left out.

        What cannot be asked has a `problem`.
        """
        if isinstance(given, Asked):
            return given
        try:
            video, question, options = given
        except (TypeError, ValueError):
            problem = f"A question is (video, question, options), not {shown(given)}."
            return cls(Path(), "", (), problem=problem)
        try:
            listed = _listed(options)
            found = find_video(video)
        except TemAdapterError as error:
            name = str(video) if isinstance(video, str | Path) else type(video).__name__
            return cls(Path(name), question, (), problem=str(error))
        return cls(found.path, question, listed, given=found)


def find_video(video: Video) -> GivenVideo:
    """Return the video that was given; a path may lack its ending.

    Raises:
        ConfigError: It is no path, array or open file.
        DataError: A name that several files fit.
    """
    from temadapter.data.videos import locate

    found = GivenVideo.of(video)
    if found.name != str(found.path):
        return found
    path = locate(found.path)
    return GivenVideo(path, str(path))


def _listed(options: object) -> tuple[Any, ...]:
    """Return options that come in an order (a set has none), or complain."""
    if not isinstance(options, Iterable) or isinstance(options, str | bytes | Mapping | Set):
        raise ConfigError(f"The options must be a list of texts, not {_told(options)}.")
    try:
        return tuple(options)
    except TypeError:  # an array or a tensor of no dimension says that it can be gone through
        raise ConfigError(f"The options must be a list of texts, not {_told(options)}.") from None


def check_question(question: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the options without the blanks around them.

    Args:
        question: The question.
        options: Its options; anything that can be gone through, such as an array of texts.

    Raises:
        ConfigError: The question is empty or no text, or there are fewer than two different options.
    """
    _check_text("The question", question)
    if not trimmed(question):
        raise ConfigError("The question is empty.")
    given = _listed(options)
    for number, option in enumerate(given, start=1):
        _check_text(f"Option {number}", option)
    stripped = tuple(trimmed(str(option)) for option in given)
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
