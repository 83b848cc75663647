"""The videos that can be asked: those uploaded, and those of the run's data."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from temadapter.serve.problems import RequestError

Source = Literal["upload", "data"]


@dataclass(frozen=True)
class Example:
    """A question that comes with a video of the run's data.

    Args:
        question: The question.
        options: Its options.
        answer: The correct one, None where it is not known.
    """

    question: str
    options: tuple[str, ...]
    answer: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"question": self.question, "options": list(self.options), "answer": self.answer}


@dataclass(eq=False)
class Video:
    """A video that can be asked.

    Args:
        id: What the API calls it.
        name: What people call it.
        path: Where it lies; clients never learn that.
        source: Whether it was uploaded.
        examples: Questions that come with it.
        copy: Its version that browsers can play, where one was made.
    """

    id: str
    name: str
    path: Path
    source: Source
    examples: tuple[Example, ...] = ()
    copy: Path | None = None
    uses: int = field(default=0, repr=False)


class Library:
    """The videos by their ids. Uploads beyond a limit are forgotten, the one unused for longest first.

    Args:
        folder: Where uploads lie.
        kept: How many uploads are kept; one that a job needs is kept anyway.
    """

    def __init__(self, folder: Path, *, kept: int) -> None:
        self.folder, self._kept = folder, kept
        self._lock = threading.Lock()
        self._uploads: OrderedDict[str, Video] = OrderedDict()
        self._data: dict[str, Video] = {}

    def new_path(self) -> Path:
        """Return a path for an upload. Its name says nothing of what the client called it."""
        return self.folder / f"{secrets.token_hex(12)}.upload"

    def add_upload(self, path: Path, name: str) -> Video:
        """Take a file that was uploaded."""
        video = Video(f"u-{secrets.token_urlsafe(12)}", name, path, "upload")
        with self._lock:
            self._uploads[video.id] = video
            self._forget_some()
        return video

    def add_data(self, path: Path, name: str, examples: Iterable[Example]) -> Video:
        """Take a video of the run's data."""
        video = Video(f"d-{_digest(name)}", name, path, "data", tuple(examples))
        self._data[video.id] = video
        return video

    def get(self, video_id: str) -> Video:
        """Return a video.

        Raises:
            RequestError: There is none of that id (any more).
        """
        with self._lock:
            if video_id in self._uploads:
                self._uploads.move_to_end(video_id)
                return self._uploads[video_id]
            if video_id in self._data:
                return self._data[video_id]
        raise RequestError(
            404, "no_video", "This video is not here, or no longer: choose or upload it again."
        )

    @contextmanager
    def using(self, video: Video) -> Iterator[Video]:
        """Keep a video's files as long as the block runs."""
        with self._lock:
            video.uses += 1
        try:
            yield video
        finally:
            with self._lock:
                video.uses -= 1
                if video.source == "upload" and not video.uses and video.id not in self._uploads:
                    _remove(video)

    def is_gone(self, video: Video) -> bool:
        """Tell whether a video was forgotten."""
        return video.source == "upload" and video.id not in self._uploads

    def remove(self, video_id: str) -> None:
        """Forget an upload; its files go when nobody uses them.

        Raises:
            RequestError: There is none, or it belongs to the run's data.
        """
        video = self.get(video_id)
        if video.source != "upload":
            raise RequestError(403, "not_yours", "A video of the run's data cannot be removed here.")
        with self._lock:
            self._forget(video.id)

    def search(self, words: str, *, limit: int, offset: int = 0) -> tuple[list[Video], int]:
        """Return some videos of the run's data whose names or questions hold all `words`, and how many do."""
        wanted = words.casefold().split()
        found = [video for video in self._data.values() if all(word in _text(video) for word in wanted)]
        return found[offset : offset + limit], len(found)

    @property
    def data_count(self) -> int:
        """How many videos of the run's data there are."""
        return len(self._data)

    @property
    def upload_count(self) -> int:
        """How many uploads are here."""
        return len(self._uploads)

    def _forget_some(self) -> None:
        unused = [video.id for video in self._uploads.values() if not video.uses]
        for video_id in unused[: max(0, len(self._uploads) - self._kept)]:
            self._forget(video_id)

    def _forget(self, video_id: str) -> None:
        video = self._uploads.pop(video_id, None)
        if video is not None and not video.uses:
            _remove(video)


def _remove(video: Video) -> None:
    video.path.unlink(missing_ok=True)
    if video.copy is not None:
        video.copy.unlink(missing_ok=True)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _text(video: Video) -> str:
    return " ".join((video.name, *(example.question for example in video.examples))).casefold()
