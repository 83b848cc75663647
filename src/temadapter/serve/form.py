"""Reading a request's body: JSON, or a form with a file that goes straight to disk, counted while it comes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from starlette.requests import ClientDisconnect, Request

from temadapter.serve.problems import RequestError, too_large

MAX_TEXT = 100_000
"""The texts of a request, together, are at most so many bytes; what surrounds a file's content counts too."""

SLOWEST = 4096
"""Bytes a second, on average, below which an upload is given up after its first minute."""

NAME_LENGTH = 120


@dataclass
class Form:
    """What a request brought.

    Args:
        fields: Texts by name, in order.
        file: Where the uploaded file lies, None without one.
        file_name: What the client calls it.
        size: Its bytes.
    """

    fields: dict[str, list[str]] = field(default_factory=dict)
    file: Path | None = None
    file_name: str = ""
    size: int = 0

    def text(self, name: str) -> str:
        """Return a field's first text, "" without one."""
        return self.fields.get(name, [""])[0]


async def read_form(request: Request, *, limit: int, new_path: Callable[[], Path], patience: float) -> Form:
    """Read a request's body.

    Args:
        request: Its content is a form (multipart/form-data, with at most one file, called `video`) or JSON.
        limit: The largest file in bytes. A larger content-length is refused before anything is read.
        new_path: Says where a file goes.
        patience: Seconds without a byte after which the body is given up.

    Raises:
        RequestError: The body is too large, too slow, or neither a form nor JSON. No file is left then.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("multipart/form-data", "application/json"):
        raise RequestError(415, "unsupported", "Send multipart/form-data or application/json.")
    allowed = MAX_TEXT + (limit if kind == "multipart/form-data" else 0)
    if _declared(request) > allowed:
        raise too_large(limit) if allowed > MAX_TEXT else _too_long()
    if kind == "application/json":
        chunks = _body(request, patience)
        return _from_json(b"".join([chunk async for chunk in _counted(chunks, allowed, _too_long())]))
    receiver = _Receiver(request.headers["content-type"], limit, new_path)
    try:
        async for chunk in _counted(_body(request, patience), allowed, too_large(limit)):
            await asyncio.to_thread(receiver.write, chunk)
        return receiver.finish()
    except BaseException as error:
        receiver.discard()
        if isinstance(error, ClientDisconnect):
            raise RequestError(400, "gone", "The upload ended early.") from None
        raise


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


async def _body(request: Request, patience: float) -> AsyncIterator[bytes]:
    stream = request.stream()
    began, received = time.monotonic(), 0
    while True:
        try:
            chunk = await asyncio.wait_for(anext(stream), patience)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise _too_slow() from None
        received += len(chunk)
        waited = time.monotonic() - began
        if waited > 2 * patience and received < SLOWEST * waited:
            raise _too_slow()
        yield chunk


async def _counted(chunks: AsyncIterator[bytes], allowed: int, problem: RequestError) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > allowed:
            raise problem
        yield chunk


def _too_slow() -> RequestError:
    return RequestError(
        408, "too_slow", "The upload came to a halt. Try again.", headers={"Connection": "close"}
    )


def _too_long() -> RequestError:
    return RequestError(
        413, "too_large", "The question and its options are too long.", headers={"Connection": "close"}
    )


def _from_json(body: bytes) -> Form:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestError(400, "not_json", "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise RequestError(400, "not_json", "The body must be a JSON object.")
    return Form({name: _texts(name, value) for name, value in data.items()})


def _texts(name: str, value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise RequestError(400, "not_text", f"{name[:40]!r} must be a text or a list of texts.")
    return texts


class _Receiver:
    """Takes a form apart as its bytes come, with the file's going to disk."""

    def __init__(self, content_type: str, limit: int, new_path: Callable[[], Path]) -> None:
        from python_multipart.multipart import MultipartParser, parse_options_header

        self._parse_options = parse_options_header
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise RequestError(400, "bad_form", "The form names no boundary.")
        self.form = Form()
        self._limit, self._new_path, self._texts_left = limit, new_path, MAX_TEXT
        self._file: IO[bytes] | None = None
        self._name, self._text, self._in_file = "", bytearray(), False
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._headers_finished,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        """Take some bytes."""
        from python_multipart.exceptions import FormParserError

        try:
            self._parser.write(chunk)
        except FormParserError:
            raise RequestError(400, "bad_form", "The form is malformed.") from None

    def finish(self) -> Form:
        """Return the form once all bytes are there."""
        if not self._ended:
            raise RequestError(400, "bad_form", "The form ends in the middle.")
        self._close()
        return self.form

    def discard(self) -> None:
        """Remove the file."""
        self._close()
        if self.form.file is not None:
            self.form.file.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self) -> None:
        self._name, self._text, self._in_file, self._disposition = "", bytearray(), False, b""

    def _end_header(self) -> None:
        name, value = (bytes(part) for part in self._header)
        self._header = (bytearray(), bytearray())
        if name.lower() == b"content-disposition":
            self._disposition = value

    def _headers_finished(self) -> None:
        options = self._parse_options(self._disposition)[1]
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._in_file = b"filename" in options
        if not self._in_file:
            return
        if self._name != "video" or self.form.file is not None:
            raise RequestError(400, "bad_form", "Send one file, as the field `video`.")
        self.form.file = self._new_path()
        self.form.file_name = _plain_name(options[b"filename"].decode("utf-8", "replace"))
        self._file = self.form.file.open("xb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file and self._file is not None:
            self.form.size += end - start
            if self.form.size > self._limit:
                raise too_large(self._limit)
            self._file.write(data[start:end])
            return
        self._texts_left -= end - start
        if self._texts_left < 0:
            raise _too_long()
        self._text += data[start:end]

    def _end_part(self) -> None:
        if not self._in_file:
            text = bytes(self._text).decode("utf-8", "replace")
            self.form.fields.setdefault(self._name, []).append(text)

    def _end(self) -> None:
        self._ended = True


def _plain_name(name: str) -> str:
    """Return a file's name as it may be shown: without folders and control characters, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown[-NAME_LENGTH:] or "video"
