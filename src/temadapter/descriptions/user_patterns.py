r"""Regular expressions from users' files, searched with a time limit: some take ages, and none says so by its looks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from temadapter.errors import ConfigError, shown

LIMIT = 0.5
"""Seconds of the processor that one search may take; an ordinary one takes microseconds."""

_LONGEST = 10_000
_MOST_COPIES = 100_000
"""A pattern like (a{300}){300} is compiled into as many copies of `a` as it asks for."""


@dataclass(frozen=True)
class UserPattern:
    r"""A regular expression (letter case ignored) that knows where it stands.

    Its syntax is that of Python's `re`. Once a search took too long, every further one is refused at once.

    Args:
        where: What the messages name ("rules.yaml, rule 3: `question`").
        pattern: The expression.
        whole_words: Whether it only counts between ends of words.

    Raises:
        ConfigError: It is no regular expression, or one that would take a gigabyte of memory.

    Example:
        >>> UserPattern("mine.yaml, rule 1", r"what (?P<thing>\w+)").search("What colour?")["thing"]
        'colour'
    """

    where: str
    pattern: str
    whole_words: bool = False

    def __post_init__(self) -> None:
        self._check()
        _compiled(self._source)

    @property
    def groups(self) -> frozenset[str]:
        """The names of its groups."""
        return frozenset(_compiled(self._source).groupindex)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in `text`.

        Raises:
            ConfigError: That took longer than `LIMIT`.
        """
        return next(self.finditer(text), None)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every match in `text`.

        Raises:
            ConfigError: That took longer than `LIMIT`.
        """
        if self in _too_slow:
            raise self._slow(_too_slow[self])
        try:
            yield from _compiled(self._source).finditer(text, timeout=LIMIT)
        except TimeoutError:
            _too_slow[self] = text
            raise self._slow(text) from None

    def replaced(self, text: str, new: str) -> str:
        r"""Return `text` with every match in the words of `new`, in which `\g<name>` is a group.

        Raises:
            ConfigError: That took longer than `LIMIT`.
        """
        return "".join(self._parts(text, new))

    def _parts(self, text: str, new: str) -> Iterator[str]:
        end = 0
        for match in self.finditer(text):
            yield text[end : match.start()]
            yield match.expand(new)
            end = match.end()
        yield text[end:]

    def check_replacement(self, new: str) -> None:
        """Refuse words for `replaced` that name a group which is not there.

        Raises:
            ConfigError: They do.
        """
        try:
            re.compile(self.pattern).sub(new, "")
        except (re.error, IndexError) as error:
            raise ConfigError(f"{self.where} cannot be replaced by {shown(new)} ({error}).") from error

    @property
    def _source(self) -> str:
        return rf"\b(?:{self.pattern})\b" if self.whole_words else self.pattern

    def _check(self) -> None:
        copies = math.prod(max(int(count), 1) for count in re.findall(r"\{(\d{1,20})", self.pattern))
        if len(self.pattern) > _LONGEST or copies > _MOST_COPIES:
            raise ConfigError(f"{self.where} is too large a regular expression: {shown(self.pattern)}.")
        try:
            re.compile(self.pattern, re.IGNORECASE)  # alone, too: "a)|(b" must not pass between brackets
            _compiled(self._source)
        except (re.error, RecursionError, OverflowError, ValueError) as error:
            raise ConfigError(
                f"{self.where} is not a regular expression ({error}): {shown(self.pattern)}."
            ) from error

    def _slow(self, text: str) -> ConfigError:
        return ConfigError(
            f"{self.where}: searching {shown(text, 60)} for {shown(self.pattern)} takes longer than {LIMIT:g} s, and "
            "might take ages. Put something that must be there between two rounds of a repeat: (\\w+ )+ instead of "
            "(\\w+ ?)+."
        )


_too_slow: dict[UserPattern, str] = {}


@lru_cache(maxsize=1024)
def _compiled(source: str) -> Any:
    import regex  # its searches have a time limit

    try:
        return regex.compile(source, regex.IGNORECASE)
    except regex.error as error:
        raise ValueError(str(error)) from error
