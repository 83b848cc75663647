"""Which live sources there are, and how they are named without their secrets."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from temadapter.errors import ConfigError

SCHEMES = ("rtsp", "rtsps", "rtmp", "tcp", "udp", "srt", "http", "https")


def public_name(source: str) -> str:
    """Return a source as it may be shown and stored: without a password, without what follows a question mark.

    >>> public_name("rtsp://me:secret@10.0.0.7:554/live?token=1")
    'rtsp://10.0.0.7:554/live'
    """
    if "://" not in source:
        return source
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def live_address(source: str) -> tuple[str, str | None]:
    """Return what FFmpeg is told to open, and the format where it must be named.

    Raises:
        ConfigError: It is no live source.
    """
    scheme = source.partition("://")[0].lower() if "://" in source else ""
    if scheme in SCHEMES:
        return source, None
    if re.fullmatch(r"\d{1,3}", source):
        if sys.platform == "darwin":
            return f"{source}:none", "avfoundation"
        source = f"/dev/video{source}"
    if source.startswith("/dev/"):
        if not Path(source).exists():
            raise ConfigError(f"There is no camera {source}: connect it, or give an address (rtsp://…).")
        return source, "video4linux2"
    if Path(source).exists():
        raise ConfigError(f"{source} is a file: ask about it with `temadapter ask` or `temadapter predict`.")
    known = ", ".join(f"{name}://" for name in SCHEMES)
    raise ConfigError(
        f"{public_name(source)} is not a live source: give a camera's number, or one of {known}."
    )
