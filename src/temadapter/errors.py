"""The errors a user can cause. Each message says what was wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TemAdapterError(Exception):
    """Base of every error that is shown to a user as one sentence, without a traceback (exit code 1).

    Example:
        >>> from temadapter import load_dataset
        >>> try:
        ...     load_dataset("nowhere")
        ... except TemAdapterError as error:
        ...     print(error)
        There is no dataset at nowhere. Give an annotation file or a benchmark's folder.
    """


class ConfigError(TemAdapterError):
    """Wrong usage or configuration: an unknown name, a value out of range (exit code 2)."""


class DataError(TemAdapterError):
    """An annotation file or a feature file that cannot be used as it is."""


class VideoError(TemAdapterError):
    """A file that is not a video, or a video from which no frame can be decoded."""


class BackboneError(TemAdapterError):
    """An image-text model that cannot be loaded."""


class StorageError(TemAdapterError):
    """A disk that is full, or does not take what is written to it."""


class SharingError(TemAdapterError):
    """A run that cannot be published, or cannot be had from the hub."""


class CancelledError(TemAdapterError):
    """The work was given up because its `Steps.cancelled` said so."""


class FollowerError(TemAdapterError):
    """Of several processes the first one stopped; it tells why, and the others only stop too."""


def check_rules(*rules: tuple[str, bool]) -> None:
    """Complain about every rule that does not hold, in one message.

    Args:
        rules: Pairs of what must be ("epochs must be at least 1") and whether it is.

    Raises:
        ConfigError: One line a broken rule.
    """
    broken = [f"{rule}." for rule, holds in rules if not holds]
    if broken:
        raise ConfigError("\n".join(broken))


def shown(value: object, limit: int = 100) -> str:
    """Return how a value from a user's file is quoted in a message: on one line, cut where it is long.

    >>> shown("a" * 200, limit=8)
    "'aaaaaaaa...'"
    """
    if isinstance(value, str):
        return repr(value if len(value) <= limit else value[:limit] + "...")
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of more digits than Python prints; nested too deeply
        text = f"a {type(value).__name__}"
    return text if len(text) <= limit else text[:limit] + "..."


def listed(names: Iterable[str], limit: int = 150) -> str:
    """Return names from a user's file joined by commas, as many as fit, and how many more there are.

    >>> listed(["video", "question", "answer"], limit=16)
    'video, question and 1 more'
    """
    every = list(names)
    text, count = "", 0
    for count, name in enumerate(every):
        more = f"{', ' if text else ''}{name if len(name) <= 50 else name[:50] + '...'}"
        if text and len(text) + len(more) > limit:
            return f"{text} and {len(every) - count} more"
        text += more
    return text


def unknown_name(kind: str, name: str, known: Iterable[str]) -> ConfigError:
    """Return the error for a name that does not exist: it lists what exists and the closest match.

    Args:
        kind: What the name was meant to be, in the singular ("backbone", "sampler").
        name: The name as the user gave it.
        known: Every name that exists.
    """
    names = sorted(known)
    close = closest(name, names)
    hint = f" Did you mean {close!r}?" if close else ""
    return ConfigError(f"There is no {kind} {name!r}.{hint} Known: {', '.join(names)}.")


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of the names that exist which `name` may be a slip of, None where none is near."""
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)), None)
