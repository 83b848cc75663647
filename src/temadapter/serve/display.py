"""Showing videos: the file or its copy for the player, and single frames as small pictures."""

from __future__ import annotations

import io
import sys
import threading
import traceback
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from temadapter.errors import CancelledError, TemAdapterError
from temadapter.progress import Steps
from temadapter.serve.library import Library, Video
from temadapter.serve.playback import make_copy, playable_type
from temadapter.serve.problems import RequestError, busy, without_paths

READY, CONVERTING, FAILED = "ready", "converting", "failed"
KEPT_PICTURES = 1024
PICTURE_WIDTHS = (160, 320, 640)


@dataclass(eq=False)
class Display:
    """How far a video is from being playable.

    Args:
        state: `ready`, `converting` or `failed`.
        media: The media type of what is played.
        fraction: Of the conversion that is done.
        error: Why it cannot be played.
        facts: Duration in seconds, width and height in pixels, codec.
    """

    state: str
    media: str = "video/mp4"
    fraction: float = 0.0
    error: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"state": self.state, "fraction": round(self.fraction, 3), "error": self.error, **self.facts}


class Displays:
    """Knows of every video how it is shown; converts, one after the other, what browsers cannot play.

    Args:
        library: The videos.
        queue: How many conversions may wait.
    """

    def __init__(self, library: Library, *, queue: int) -> None:
        self._library, self._limit = library, queue
        self._known: OrderedDict[str, Display] = OrderedDict()
        self._pictures: OrderedDict[tuple[str, float, int], bytes] = OrderedDict()
        self._waiting: deque[Video] = deque()
        self._change = threading.Condition()
        self._decoding = threading.Semaphore(2)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="conversions", daemon=True)
        self._thread.start()

    def of(self, video: Video) -> Display:
        """Return how a video is shown; the first call looks into the file.

        Raises:
            RequestError: It is no video.
        """
        with self._change:
            if video.id in self._known:
                return self._known[video.id]
        display = self._examined(video)
        with self._change:
            if video.id not in self._known:
                self._known[video.id] = display
                if display.state == CONVERTING:
                    self._enqueue(video)
                while len(self._known) > KEPT_PICTURES:
                    self._known.popitem(last=False)
            return self._known[video.id]

    def convert(self, video: Video) -> Display:
        """Make a copy although the file should be playable: this client's browser does not play it.

        Raises:
            RequestError: It is no video, or too many wait.
        """
        display = self.of(video)
        with self._change:
            if display.state == READY and video.copy is None:
                self._enqueue(video)
                display.state, display.fraction = CONVERTING, 0.0
        return display

    def picture(self, video: Video, time: float, width: int) -> bytes:
        """Return the frame that is shown at a time as a JPEG.

        Args:
            video: The video.
            time: In seconds.
            width: One of `PICTURE_WIDTHS`.

        Raises:
            RequestError: It is no video.
        """
        key = (video.id, round(time, 2), width)
        with self._change:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        with self._decoding, self._library.using(video):
            data = _jpeg(video, time, width)
        with self._change:
            self._pictures[key] = data
            if len(self._pictures) > KEPT_PICTURES:
                self._pictures.popitem(last=False)
        return data

    def close(self) -> None:
        """Give up what is being converted and end the thread."""
        with self._change:
            self._closed.set()
            self._change.notify()
        self._thread.join(timeout=10)

    def _enqueue(self, video: Video) -> None:
        if len(self._waiting) >= 4 * self._limit:
            self._known.pop(video.id, None)
            raise busy("Many videos are being converted.", seconds=10)
        self._waiting.append(video)
        self._change.notify()

    def _examined(self, video: Video) -> Display:
        from temadapter.video.probe import probe

        try:
            with self._library.using(video):
                info, media = probe(video.path), playable_type(video.path)
        except TemAdapterError as error:
            message = without_paths(str(error), {video.path: video.name})
            raise RequestError(422, "not_a_video", message) from None
        facts = {
            "duration": None if info.duration is None else round(info.duration, 3),
            "width": info.width,
            "height": info.height,
            "codec": info.codec,
        }
        return Display(CONVERTING if media is None else READY, media or "video/mp4", facts=facts)

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._closed.is_set())
                if self._closed.is_set():
                    return
                video = self._waiting.popleft()
                display = self._known.get(video.id) or Display(CONVERTING)
            with self._library.using(video):
                self._convert(video, display)

    def _convert(self, video: Video, display: Display) -> None:
        def report(_: str, fraction: float) -> None:
            display.fraction = fraction

        target = self._library.new_path().with_suffix(".mp4")
        steps = Steps(report, lambda: self._closed.is_set() or self._library.is_gone(video))
        try:
            make_copy(video.path, target, steps=steps)
            video.copy, display.media, display.fraction, display.state = target, "video/mp4", 1.0, READY
        except CancelledError:
            display.state, display.error = FAILED, "Cancelled."
        except TemAdapterError as error:
            known = {video.path: video.name}
            display.error, display.state = without_paths(str(error), known), FAILED
        except Exception:
            traceback.print_exc(file=sys.stderr)
            display.error, display.state = "It could not be converted; the server's log says why.", FAILED


@dataclass(frozen=True)
class _At:
    """The frame that is shown at a time."""

    time: float
    name: str = "at"

    def choose(self, times: Sequence[float]) -> list[int]:
        return [max(0, int(np.searchsorted(np.asarray(times), self.time + 1e-3, side="right")) - 1)]


def _jpeg(video: Video, time: float, width: int) -> bytes:
    from PIL import Image

    from temadapter.video.decode import read_frames

    try:
        frame = read_frames(video.path, _At(time)).frames[0]
    except TemAdapterError as error:
        message = without_paths(str(error), {video.path: video.name})
        raise RequestError(422, "not_a_video", message) from None
    picture = Image.fromarray(frame)
    picture.thumbnail((width, 2 * width))
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=82)
    return output.getvalue()
