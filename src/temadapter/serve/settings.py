"""How the server behaves: its address, its token, its limits."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from temadapter.errors import ConfigError, check_rules

TOKEN_LENGTH = 16
"""A token has at least so many characters."""

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the server behaves.

    Args:
        host: The address to listen on. On a loopback address only this computer reaches the server.
        port: The port; 0 takes a free one.
        token: What every request to the API must show; None asks for none.
        max_upload: The largest upload in bytes.
        queue: How many questions may wait, and how many uploads may run at once.
        kept_videos: Uploaded videos that stay at most; the one unused for longest goes first.
        kept_jobs: Finished jobs that stay at most.
        patience: Seconds without a byte after which an upload is given up.

    Raises:
        ConfigError: A value out of range, or an address that others can reach and no token.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = None
    max_upload: int = 200_000_000
    queue: int = 8
    kept_videos: int = 32
    kept_jobs: int = 512
    patience: float = 30.0

    def __post_init__(self) -> None:
        check_rules(
            (f"--port must be from 0 to 65535, not {self.port}", 0 <= self.port <= 65535),
            (f"--queue must be at least 1, not {self.queue}", self.queue >= 1),
            (f"--max-upload must be at least 1K, not {self.max_upload}", self.max_upload >= 1000),
            (
                f"the token must have at least {TOKEN_LENGTH} letters and digits, and no spaces",
                self.token is None or bool(re.fullmatch(rf"[!-~]{{{TOKEN_LENGTH},}}", self.token)),
            ),
            (f"other computers can reach {self.host}, so it needs a token", self.local or bool(self.token)),
        )

    @property
    def local(self) -> bool:
        """Whether only this computer can reach the server."""
        return self.is_local(self.host)

    @staticmethod
    def is_local(host: str) -> bool:
        """Whether an address can be reached from this computer only."""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def parse_size(text: str) -> int:
    """Return a number of bytes from a text such as `200M`.

    >>> parse_size("200M"), parse_size("1.5 GB"), parse_size("4096")
    (200000000, 1500000000, 4096)

    Raises:
        ConfigError: It is no size.
    """
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)\s*([KMG]?)B?", text.strip().upper())
    if not found:
        raise ConfigError(f"{text[:40]!r} is not a size: write a number and K, M or G, such as 200M.")
    return int(float(found[1]) * _UNITS[found[2]])


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(32)


def read_token(path: Path) -> tuple[str, bool]:
    """Return the token in a file, and whether it was written just now.

    A file that is not there is made, with a random token, readable by its owner alone.

    Raises:
        ConfigError: The file cannot be read or written, or holds no token.
    """
    try:
        if not path.exists():
            token = new_token()
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(token + "\n")
            return token, True
        with path.open("rb") as file:
            token = file.read(4096).decode("ascii").strip()
    except OSError as error:
        raise ConfigError(f"The token file {path} cannot be used: {error.strerror}.") from None
    except UnicodeDecodeError:
        token = ""
    if not re.fullmatch(rf"[!-~]{{{TOKEN_LENGTH},}}", token):
        raise ConfigError(
            f"{path} holds no token: it must be one line of at least {TOKEN_LENGTH} letters and digits. "
            "Name a file that is not there yet, and one is made."
        )
    return token, False
