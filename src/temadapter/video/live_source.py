"""Which live sources there are, and what FFmpeg is told to open."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from temadapter.addresses import public_name
from temadapter.errors import ConfigError

SCHEMES = ("rtsp", "rtsps", "rtmp", "tcp", "udp", "srt", "http", "https")


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
