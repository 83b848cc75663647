"""What to tell somebody whose file no reader knows: what it is instead, and how to go on."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from temadapter.data.readers.columns import Columns
from temadapter.data.readers.lines import parse_json, text_lines
from temadapter.errors import DataError, listed

_START = 4096
"""Bytes by which a file is judged."""

_LFS = b"version https://git-lfs"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTAINERS = (b"PK\x03\x04", b"\x1f\x8b")
_WRAPPED = re.compile(r'^\{(?:\s*"[^"]*"\s*:\s*[^\[{,]*,)*?\s*"([^"\\]+)"\s*:\s*\[\s*\{')
"""An object that holds a list of objects: a document, not a row."""


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
    text = start.decode("utf-8-sig", errors="ignore").strip()
    return _of_bytes(start) or (_of_text(path, text) if text else "It holds no text.")


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
    from temadapter.data.readers.own import SUFFIXES, column_names
    from temadapter.data.readers.tables import table_header

    first = start.splitlines()[0]
    if start.startswith(("[", "{")):
        wrapped = _WRAPPED.search(start)
        if not wrapped and (told := _broken_row(path)):
            return told
        if wrapped or not _is_json(first, dict):
            return _one_document(path, wrapped[1] if wrapped else "")
        if path.suffix.lower() != ".jsonl":
            return "It holds JSON lines, but only under a name that ends in .jsonl are they read: rename it."
    names = column_names(path)
    if not names and {"video", "question"} <= set(Columns().fitted(table_header(path))):
        return f"It holds a table, but only under a name that ends in {SUFFIXES} are tables read: rename it."
    return _which_is_which(names) if names else ""


def _broken_row(path: Path) -> str:
    """Return what is wrong with the first line where it is an object on a line of its own, and yet no JSON."""
    _, line = next(text_lines(path))
    if isinstance(line, DataError) or not (line.startswith("{") and line.rstrip().endswith("}")):
        return ""
    row = parse_json(line)
    return f"Its first line is no row: {row}." if isinstance(row, DataError) else ""


def _one_document(path: Path, key: str) -> str:
    rows = f".{key}[]" if key.isidentifier() and key.isascii() else f'.["{key}"][]' if key else ".[]"
    return (
        "It is one JSON document: write each question on a line of its own (JSON lines), for example with "
        f"`jq -c '{rows}' {path.name} > questions.jsonl`."
    )


def _which_is_which(names: Sequence[str]) -> str:
    fitted = Columns().fitted(names)
    missing = [name for name in ("question", "video", "options") if name not in fitted]
    if Columns().option_columns(fitted) and "options" in missing:
        missing.remove("options")
    wanted = ",".join(f"{name}=..." for name in missing)
    numbers = " (or by number, if the first line is no header: video=1,question=2,options=3:6)"
    return (
        f"Its columns are {listed(names)}: say which is which with --columns {wanted}"
        f"{numbers if len(missing) == 3 else ''}."
    )


def _is_json(text: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except (ValueError, RecursionError):
        return False
