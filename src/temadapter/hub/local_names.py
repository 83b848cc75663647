"""Taking this machine's folders out of what is published, and noticing them in what somebody else published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

_WORD = r"[^\s/\\:;,'\"<>|()\[\]]"
_IN_TEXT = re.compile(
    rf"(?<![\w.:/\\])(?:file://)?(?:~{_WORD}*|[A-Za-z]:)?[/\\](?:{_WORD}+[/\\])+(?P<name>{_WORD}*)"
    rf"|(?<![\w.:/\\])(?:~|[A-Za-z]:)[/\\](?P<only>{_WORD}*)"
)
_STARTS = re.compile(r"(?:file://|~|[/\\]|[A-Za-z]:[/\\])")
_KINDS = ("dir:", "rules:")


def is_local(text: str) -> bool:
    """Tell whether a setting leads to a place on a machine: an absolute path, one with `..`, a `dir:` name.

    >>> is_local("/data/traffic"), is_local("dir:clip"), is_local("hf:openai/clip-vit-base-patch32")
    (True, True, False)
    """
    if text.startswith("dir:"):
        return True
    plain = text.removeprefix("rules:")
    return bool(_STARTS.match(plain)) or ".." in re.split(r"[/\\]", plain)


def last_name(path: str) -> str:
    r"""Return the last part of a path of any system.

    >>> last_name("~/data/SUTD-TrafficQA/"), last_name("C:\\clips\\mine.csv")
    ('SUTD-TrafficQA', 'mine.csv')
    """
    kind = PureWindowsPath if "\\" in path else PurePosixPath
    return kind(path).name


class Anonymous:
    """Takes the folders of this machine out of texts; what a path ends in stays.

    Args:
        folders: Folders that are known to occur. Any other absolute path is found by its form, but only these
            may have spaces in their names.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        known = {str(form) for folder in folders for form in (folder, folder.absolute(), folder.resolve())}
        wanted = {name.rstrip("/\\") for name in known if _STARTS.match(name)}
        self._folders = sorted((name for name in wanted if name), key=len, reverse=True)

    def text(self, text: str) -> str:
        """Return `text` with nothing but its last part left of every absolute path."""
        if _STARTS.match(text) and not re.search(r"[/\\]\s|\s[/\\]|: |\n", text):
            return last_name(text)  # the whole text is a path, spaces and all
        for folder in self._folders:
            text = re.sub(rf"{re.escape(folder)}(?=[/\\]|\W|$)[/\\]?", "", text)
        return _IN_TEXT.sub(lambda match: match["name"] or match["only"] or "", text)

    def value(self, value: Any) -> Any:
        """Return a value of JSON with every text in it (keys are left as they are) so treated."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        return [self.value(item) for item in value] if isinstance(value, list | tuple) else value
