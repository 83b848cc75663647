"""Names of runs on the hub: `hf:OWNER/NAME`, with a branch, tag or commit behind an `@`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from temadapter.errors import ConfigError

PREFIX = "hf:"
MAIN = "main"
_NAME = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")
_REVISION = re.compile(r"(?!.*\.\.)[\w][\w./-]*")


@dataclass(frozen=True)
class HubName:
    """A run on the hub.

    Args:
        repository: OWNER/NAME.
        revision: A branch, a tag or a commit.
    """

    repository: str
    revision: str = MAIN

    def __str__(self) -> str:
        return f"{PREFIX}{self.repository}" + ("" if self.revision == MAIN else f"@{self.revision}")


def hub_name(text: str) -> HubName:
    """Read `hf:OWNER/NAME`, `hf:OWNER/NAME@REVISION`, or the same without `hf:`.

    Raises:
        ConfigError: It is no such name.

    >>> hub_name("hf:me/run@v1")
    HubName(repository='me/run', revision='v1')
    """
    repository, at, revision = text.removeprefix(PREFIX).partition("@")
    parts = repository.split("/")
    good = len(parts) == 2 and all(_NAME.fullmatch(part) for part in parts)
    if not good or (at and not _REVISION.fullmatch(revision)):
        raise ConfigError(
            f"{text!r} does not name a run on the hub; it reads hf:OWNER/NAME or hf:OWNER/NAME@REVISION."
        )
    return HubName(repository, revision or MAIN)
