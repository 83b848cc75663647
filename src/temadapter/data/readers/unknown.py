"""What to tell somebody whose file no reader knows: what it is instead, and how to go on."""

from __future__ import annotations

import json
from pathlib import Path

_START = 4096
"""Bytes by which a file is judged."""

_LFS = b"version https://git-lfs"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTAINERS = (b"PK\x03\x04", b"\x1f\x8b")


def what_it_is(path: Path) -> str:
    """Return one sentence on what a file or folder seems to be and what would help; "" where nothing is to say."""
    if path.is_dir():
        return (
            "None of the files that a benchmark's folder has is in it, or not one of them is of its format "
            "(--reader NAME says what is missing)."
        )
    try:
        with path.open("rb") as handle:
            start = handle.read(_START)
    except OSError as error:
        return f"It cannot be read: {error.strerror or error}."
    return _of_bytes(start) or _of_text(path, start.decode("utf-8-sig", errors="ignore").lstrip())


def _of_bytes(start: bytes) -> str:
    plain = start.removeprefix(b"\xef\xbb\xbf").strip()
    if not plain:
        return "It is empty."
    if plain.startswith(_LFS):
        return "It is a pointer of Git LFS, not the file itself: fetch that with `git lfs pull`."
    if plain.startswith(_CONTAINERS):
        return "It is a compressed file or a workbook: unpack it, or save it as CSV."
    if plain.startswith(_UTF16) or _is_binary(plain):
        return "It is not UTF-8 text; text in another encoding has to be saved as UTF-8."
    if plain[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "It is a web page, not annotations: download the file itself."
    return ""


def _is_binary(start: bytes) -> bool:
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.end < len(start)  # a letter that is cut off at the end is no mistake
    return b"\0" in start


def _of_text(path: Path, start: str) -> str:
    if start.startswith(("[", "{")) and not _is_json(start.splitlines()[0], dict):
        return (
            "It is one JSON document: write each question on a line of its own (JSON lines), for example with "
            f"`jq -c '.[]' {path.name}`."
        )
    from temadapter.data.readers.own import column_names

    names = column_names(path)
    if not names:
        return ""
    return f"Its columns are {', '.join(names)}: say which is which with --columns question=...,video=...."


def _is_json(text: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except (ValueError, RecursionError):
        return False
