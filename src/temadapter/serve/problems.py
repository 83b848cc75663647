"""What a client is told when something is wrong: a sentence, a code, never a path of this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_ABSOLUTE = re.compile(r"(?<![\w./:-])(?:file:/)?/(?:[^\s/:'\",;()]+/)+([^\s/:'\",;()]*)")
_SCHEME = re.compile(r"\b(dir|rules):\S*/")


class RequestError(Exception):
    """A request that cannot be answered.

    Args:
        status: The HTTP status.
        code: A word for programs.
        message: A sentence for people: what is wrong and what to do.
        headers: Further headers of the response.
    """

    def __init__(
        self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, dict(headers or {})


def busy(what: str, *, seconds: int) -> RequestError:
    """Return the problem of a full queue."""
    return RequestError(
        503,
        "busy",
        f"{what} Try again in {seconds} seconds.",
        headers={"Retry-After": str(seconds)},
    )


def too_large(limit: int) -> RequestError:
    """Return the problem of an upload over the limit."""
    return RequestError(
        413,
        "too_large",
        f"The video is larger than {size_text(limit)}, the limit of this server. Cut or compress it first.",
        headers={"Connection": "close"},
    )


def size_text(count: int) -> str:
    """Return a limit in words.

    >>> size_text(200_000_000), size_text(1_500)
    ('200 MB', '1.5 kB')
    """
    for unit, scale in (("GB", 10**9), ("MB", 10**6)):
        if count >= scale:
            return f"{count / scale:g} {unit}"
    return f"{count / 1000:g} kB"


def without_paths(text: str, known: Mapping[Path, str] | None = None) -> str:
    """Return a message in which no path of this machine is left, only the last part of each.

    Args:
        text: A message of the package.
        known: Files, and what the client calls them.

    >>> without_paths("/tmp/x1/v.bin is empty.", {Path("/tmp/x1/v.bin"): "my clip.mp4"})
    'my clip.mp4 is empty.'
    >>> without_paths("dir:/home/me/clip failed; see /var/log/a.txt")
    'dir:clip failed; see a.txt'
    """
    for path, name in (known or {}).items():
        text = text.replace(str(path.resolve()), name).replace(str(path), name)
    return _ABSOLUTE.sub(r"\1", _SCHEME.sub(r"\1:", text))
