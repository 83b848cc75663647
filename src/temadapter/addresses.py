"""Addresses (`https://…`): told apart from paths, and named without the secrets in them."""

from __future__ import annotations

import re

from temadapter.errors import ConfigError

_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://([^/?#]*)([^?#]*)(.*)", re.DOTALL)
_LOGIN = re.compile(
    r"""((?:[A-Za-z][A-Za-z0-9+.-]+://|(?:https?|ftps?|rtsps?|rtmp|srt|tcp|udp):/))[^/?#\s'"<>]+@"""
)
_INSTEAD = {
    "a video": "download it first, or ask about a stream with `temadapter watch`",
    "a dataset": "download it first",
    "a run": "one on the hub is called hf:OWNER/NAME",
    "a model": "one on the hub is called hf:OWNER/NAME",
}
_PORT = re.compile(r"[^:]*|[^:]+:\d*|\[[^\]]*\](?::\d*)?")


def is_address(text: str) -> bool:
    """Tell whether a text is an address, and no path.

    >>> is_address("https://example.org/a.mp4"), is_address("videos/a.mp4"), is_address("C:/a.mp4")
    (True, False, False)
    """
    return _PARTS.fullmatch(text) is not None


def public_name(text: str) -> str:
    """Return an address as it may be shown and stored: without a password, without what follows a question mark.

    What is no address comes back as it is.

    >>> public_name("rtsp://me:secret@10.0.0.7:554/live?token=1")
    'rtsp://10.0.0.7:554/live'
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return text
    scheme, host, path, rest = parts.groups()
    host = host.rpartition("@")[2]
    if not _PORT.fullmatch(host):  # a password that holds one of /?# as it is
        host, path = (host + path + rest).rpartition("@")[2] or "...", ""
        host = re.split("[?#]", host, maxsplit=1)[0]
    return f"{scheme}://{host}{path}"


def without_logins(text: str) -> str:
    """Return a text in which no address names who logs in, or a password; a path has made one slash of the two.

    >>> without_logins("There is no file https:/me:secret@example.org/a.mp4.")
    'There is no file https:/example.org/a.mp4.'
    """
    return _LOGIN.sub(r"\1", text)


def refuse_address(text: str, wanted: str) -> None:
    """Refuse an address where a file is wanted.

    Args:
        text: What was given.
        wanted: What is read: "a video", "a dataset", "a run", "a model".

    Raises:
        ConfigError: It is an address; the message leaves out its password.
    """
    if is_address(text):
        raise ConfigError(
            f"{public_name(text)} is an address, and {wanted} is read from disk: {_INSTEAD[wanted]}."
        )


def refuse_no_path(text: str, wanted: str) -> None:
    """Refuse an address where a file is wanted, and an empty name, which would mean the current folder.

    Args:
        text: What was given.
        wanted: What is read, as in `refuse_address`.

    Raises:
        ConfigError: It is empty, or an address.
    """
    if not text.strip():
        raise ConfigError(f"The name of {wanted} is empty: write . for the current folder.")
    refuse_address(text, wanted)
