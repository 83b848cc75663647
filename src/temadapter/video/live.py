"""Pictures of a camera or a stream that goes on, handed out in windows of some seconds."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Thread
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from temadapter.addresses import public_name
from temadapter.errors import ConfigError, VideoError
from temadapter.progress import one_line, say
from temadapter.video.container import MAX_PIXELS, main_stream
from temadapter.video.live_clock import StreamClock
from temadapter.video.live_source import live_address
from temadapter.video.picture import PictureMaker
from temadapter.video.sampling import Sampler, choose_frames

MOST_FRAMES = 1024  # of a window: at 224 x 224 pixels they take 150 MB
OPEN_TIMEOUT = READ_TIMEOUT = 15.0  # seconds without data
SILENCE = 15.0  # seconds without a picture after which a connection is given up, though bytes may still come
LONGEST_PAUSE = 8.0  # seconds between two attempts to connect again
_PROTOCOLS = "crypto,data,http,httpproxy,https,rtmp,rtp,rtsp,srt,srtp,tcp,tls,udp"  # never a local file


class _Kept(NamedTuple):
    time: float  # seconds since the first picture of all
    arrived: float  # seconds since 1970
    picture: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LiveWindow:
    """What came within some seconds.

    Attributes:
        start: Seconds since the first picture that was received.
        end: Likewise.
        arrived: When the last picture of it came, in seconds since 1970.
        skipped: Windows before this one for which there was no time.
    """

    start: float
    end: float
    arrived: float
    skipped: int
    _kept: tuple[_Kept, ...]

    def sample(self, sampler: Sampler) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """Return the pictures (F, S, S, 3) that `sampler` chooses, and their times (F,)."""
        times = np.array([kept.time for kept in self._kept])
        chosen = choose_frames(sampler, times, end=self.end)  # type: ignore[arg-type]
        return np.stack([self._kept[place].picture for place in chosen]), times[chosen]


class LiveStream:
    """Receives a stream in a thread; a context manager.

    What comes in real time is never held up: where answering takes longer than `every` seconds, windows are skipped.
    What comes faster (a recording sent through a socket) waits instead. Memory is that of the pictures of two windows,
    at most `2 * MOST_FRAMES`, however long the stream goes on and however fast it comes.

    Args:
        source: An address (`rtsp://…`, `tcp://…`), or the number or the device file of a camera.
        prepare: Makes pictures small as they come: uint8 (H, W, 3) to (S, S, 3).
        window: Seconds that are looked at together.
        every: Seconds from the start of one window to that of the next.
        patience: Seconds without a picture after which a stream that broke off is given up.

    Raises:
        ConfigError: `source` is neither, or `window` or `every` is not above 0 or not finite.
    """

    def __init__(
        self,
        source: str,
        prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
        *,
        window: float = 10.0,
        every: float = 5.0,
        patience: float = 30.0,
    ) -> None:
        if not (0 < window < math.inf and 0 < every < math.inf):
            raise ConfigError(f"--window and --every must be above 0 seconds, not {window:g} and {every:g}.")
        self.name = public_name(source)
        self._address = live_address(source)
        self._prepare, self._window, self._every, self._patience = prepare, window, every, patience
        self._changed = Condition()
        self._kept: deque[_Kept] = deque()
        self._due, self._taken, self._latest, self._heard = window, 0.0, 0.0, 0.0
        self._begun = self._ended = self._stopped = False
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, name="live stream", daemon=True)

    def __enter__(self) -> LiveStream:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(timeout=2)

    def windows(self) -> Iterator[LiveWindow]:
        """Yield windows as they fill, and at the end of the stream the seconds that no window had yet.

        Raises:
            VideoError: The stream cannot be opened, or broke off and did not come back.
        """
        while (window := self._next()) is not None:
            yield window
        if self._error is not None:
            what = "broke off" if self._begun else "cannot be opened"
            raise VideoError(f"The stream {self.name} {what}: {one_line(_reason(self._error))}.")

    def _next(self) -> LiveWindow | None:
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._ended or self._latest >= self._due, timeout=0.5)
                if self._latest >= self._due:
                    skipped = int((self._latest - self._due) / self._every)
                    end = self._due + skipped * self._every
                    window = self._take(end - self._window, end, skipped)
                elif self._ended:
                    if not self._kept or self._kept[-1].time < self._taken:
                        return None
                    window = self._take(self._due - self._window, self._last_end(), 0)
                else:
                    continue
                if window is not None:
                    return window

    def _take(self, start: float, end: float, skipped: int) -> LiveWindow | None:
        """Return what came from `start` up to `end`, if anything did; the next window is due then."""
        inside = tuple(kept for kept in self._kept if start <= kept.time < end)
        self._due, self._taken = end + self._every, end
        while self._kept and self._kept[0].time < self._due - self._window:
            self._kept.popleft()
        self._changed.notify_all()
        return LiveWindow(start, end, inside[-1].arrived, skipped, inside) if inside else None

    def _last_end(self) -> float:
        """Return when the last picture leaves the screen: it stays as long as the one before."""
        times = [kept.time for kept in tuple(self._kept)[-2:]]
        return times[-1] + max(1e-6, times[-1] - times[0])

    def _run(self) -> None:
        pause = 0.5
        while not self._stopped:
            try:
                with _opened(self._address, self.name) as (container, stream):
                    self._error = None
                    self._receive(container, stream)
                if not self._begun:
                    raise VideoError("it ended without a picture")
            except Exception as error:  # whatever FFmpeg has to say; the reader of `windows` is told
                self._error = error
            if not self._begun or time.monotonic() - self._heard + pause > self._patience:
                break
            say(f"The stream {self.name} stopped; connecting again in {pause:g} s.")
            with self._changed:
                self._changed.wait_for(lambda: self._stopped, timeout=pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _receive(self, container: Any, stream: Any) -> None:
        """Keep what is decoded, until the stream ends."""
        from av.error import InvalidDataError

        make = PictureMaker.for_stream(stream)
        clock = StreamClock(self._latest if self._begun else None)
        gap, last, began = self._window / MOST_FRAMES, -1.0, time.monotonic()
        for packet in _packets(container):
            if self._stopped:
                return
            if time.monotonic() - max(began, self._heard) > SILENCE:
                raise VideoError(f"no picture came for {SILENCE:g} s")
            if packet.stream is not stream:
                continue
            try:
                frames = packet.decode()
            except (
                InvalidDataError
            ):  # joined in the middle, or lost on the way: goes on at the next key frame
                continue
            for frame in frames:
                if self._stopped:
                    return
                self._heard, moment = time.monotonic(), clock.seconds(frame.time)
                unwanted = moment - last < gap or not self._is_in_a_window(moment)
                if frame.is_corrupt or (unwanted and self._begun):
                    continue
                last = moment
                self._keep(_Kept(moment, time.time(), np.asarray(self._prepare(make(frame)))), clock)
                self._heard = time.monotonic()  # it may have waited for the reader of the windows

    def _is_in_a_window(self, moment: float) -> bool:
        """Tell whether a picture is in the window that is due or, should there be no time for that, in a later one."""
        since = moment - (self._due - self._window)
        return since >= 0 and (since % self._every < self._window or self._every <= self._window)

    def _keep(self, kept: _Kept, clock: StreamClock) -> None:
        with self._changed:
            self._kept.append(kept)
            self._begun, self._latest = True, kept.time
            while self._kept[0].time < kept.time - self._window - self._every:
                self._kept.popleft()
            if kept.time >= self._due:
                self._changed.notify_all()
            while kept.time >= self._due and not self._stopped and clock.is_ahead(kept.time):
                self._changed.wait(0.05)


def check_sampler(sampler: Sampler, window: float) -> None:
    """Refuse a sampler that would take more pictures of a window than are kept of it.

    Raises:
        ConfigError: It says how many it would take.
    """
    times = np.linspace(0.0, window, MOST_FRAMES, endpoint=False)
    wanted = len(choose_frames(sampler, times, end=window))  # type: ignore[arg-type]
    if wanted > MOST_FRAMES:
        raise ConfigError(
            f"{sampler.name} takes {wanted:,} pictures of a window of {window:g} s, and at most {MOST_FRAMES:,} are "
            "kept of each: choose fewer, or a shorter --window."
        )


def _packets(container: Any) -> Iterator[Any]:
    """Yield the packets of all streams: where only the sound goes on, that is noticed."""
    while True:
        try:
            yield from container.demux()
        except IndexError:  # a packet of a stream that appeared only now: PyAV does not know it
            continue
        return


@contextmanager
def _opened(address: tuple[str, str | None], name: str) -> Iterator[tuple[Any, Any]]:
    import av

    where, form = address
    options = {"max_pixels": str(MAX_PIXELS)}
    if form is None:
        options |= {"protocol_whitelist": _PROTOCOLS}
    if where.lower().startswith("rtsp"):
        options |= {"rtsp_transport": "tcp"}  # over UDP what is lost shows as grey smears
    with av.open(where, format=form, options=options, timeout=(OPEN_TIMEOUT, READ_TIMEOUT)) as container:
        stream = main_stream(container, name)
        stream.thread_type = "AUTO"
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}  # pictures may grow while it goes on
        yield container, stream


def _reason(error: Exception) -> str:
    from av.error import ExitError

    if isinstance(error, ExitError):  # FFmpeg's own words for a timeout: "Immediate exit requested"
        return f"no data came for {READ_TIMEOUT:g} s"
    return str(getattr(error, "strerror", None) or error).rstrip(".")
