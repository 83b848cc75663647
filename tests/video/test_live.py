from __future__ import annotations

import itertools
import socket
import weakref
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from live_server import sending
from temadapter.addresses import public_name
from temadapter.errors import ConfigError, VideoError
from temadapter.video import live
from temadapter.video.live import LiveStream, LiveWindow
from temadapter.video.live_clock import StreamClock
from temadapter.video.sampling import get_sampler
from video_files import numbers, write_video


def square(frame: np.ndarray) -> np.ndarray:
    return frame[:48, :]


@pytest.fixture
def recording(tmp_path: Path) -> bytes:
    """Return twelve seconds, ten numbered pictures a second."""
    return write_video(tmp_path / "a.ts", 120, gop=10).read_bytes()


def received(address: str, **settings: Any) -> list[LiveWindow]:
    settings = {"window": 4, "every": 3, "patience": 0} | settings
    with LiveStream(address, square, **settings) as stream:
        return list(stream.windows())


def seen(window: LiveWindow) -> list[int]:
    frames, times = window.sample(get_sampler("fps(10)"))
    assert (np.diff(times) > 0).all()
    return numbers(frames)


def test_windows_overlap_and_the_rest_is_not_lost(recording: bytes) -> None:
    with sending(recording) as address:
        windows = received(address)
    assert [(round(w.start, 1), round(w.end, 1)) for w in windows] == [
        (0.0, 4.0), (3.0, 7.0), (6.0, 10.0), (9.0, 12.0)]  # fmt: skip
    assert [seen(window)[0] for window in windows] == [0, 30, 60, 90]
    assert seen(windows[0]) == list(range(40))
    assert seen(windows[-1])[-1] == 119
    assert not any(window.skipped for window in windows)


def test_gaps_between_windows_are_not_kept(recording: bytes) -> None:
    prepared = []

    def watched(frame: np.ndarray) -> np.ndarray:
        prepared.append(1)
        return square(frame)

    with sending(recording) as address, LiveStream(address, watched, window=1, every=5, patience=0) as stream:
        windows = [seen(window) for window in stream.windows()]
    assert windows == [list(range(10)), list(range(50, 60)), list(range(100, 110))]
    assert len(prepared) < 40


def test_a_short_stream_is_one_window(recording: bytes) -> None:
    with sending(recording) as address:
        (window,) = received(address, window=60)
    assert len(seen(window)) == 120


def test_it_may_be_joined_in_the_middle(recording: bytes) -> None:
    with sending(recording[len(recording) // 3 :]) as address:
        windows = received(address)
    assert seen(windows[-1])[-1] == 119


def test_a_connection_that_breaks_is_made_again(recording: bytes, capfd: Any) -> None:
    with sending(recording[: len(recording) // 2], recording) as address:
        stream = LiveStream(address, square, window=4, every=4, patience=8)
        with stream:
            windows = [window for _, window in zip(range(4), stream.windows(), strict=False)]
    starts = [window.start for window in windows]
    assert starts == sorted(starts)
    assert len(starts) == 4
    assert "connecting again" in capfd.readouterr().err


def test_what_is_too_slow_skips_windows_and_does_not_fall_behind(
    recording: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StreamClock, "is_ahead", lambda self, moment: False)  # as a camera: it never waits
    with sending(recording) as address, LiveStream(address, square, window=2, every=1, patience=0) as stream:
        stream._thread.join()  # all of it came while nobody looked
        windows = list(stream.windows())
    assert [w.skipped for w in windows] == [9, 0]
    assert len(stream._kept) < 40


@pytest.mark.parametrize(("window", "every"), [(2, 1), (1, 30)])
@pytest.mark.parametrize("waits", [True, False])
def test_memory_does_not_grow_with_the_stream(
    recording: bytes, monkeypatch: pytest.MonkeyPatch, window: float, every: float, waits: bool
) -> None:
    """An endless stream that comes as fast as it is taken, and a reader that looks at one window and then no more."""
    monkeypatch.setattr(live, "MOST_FRAMES", 16)
    if not waits:
        monkeypatch.setattr(StreamClock, "is_ahead", lambda self, moment: False)
    pictures: list[weakref.ref[np.ndarray]] = []
    alive, decoded, enough = [0], [0], Event()

    def counted(frame: np.ndarray) -> np.ndarray:
        picture = square(frame).copy()
        pictures.append(weakref.ref(picture))
        alive[0] = max(alive[0], sum(reference() is not None for reference in pictures))
        return picture

    real = StreamClock.seconds

    def seconds(self: StreamClock, stamp: float | None) -> float:
        decoded[0] += 1
        if decoded[0] == 1500:
            enough.set()
        return real(self, stamp)

    monkeypatch.setattr(StreamClock, "seconds", seconds)
    with sending(itertools.repeat(recording)) as address:
        with LiveStream(address, counted, window=window, every=every, patience=0) as stream:
            windows = stream.windows()
            if waits:
                while decoded[0] < 1500:
                    next(windows)
            else:
                next(windows)
                assert enough.wait(20)
            assert len(stream._kept) <= 2 * live.MOST_FRAMES + 1
        assert alive[0] <= 2 * live.MOST_FRAMES + live.MOST_FRAMES + 2  # and the window that the reader holds
    assert stream._thread.is_alive() is False


def test_pictures_that_grow_too_large_are_left_out(
    recording: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MAX_PIXELS", 128 * 64)
    large = write_video(tmp_path / "large.ts", 20, gop=10, size=(160, 96)).read_bytes()
    pictures = []

    def counted(frame: np.ndarray) -> np.ndarray:
        pictures.append(frame.shape)
        return square(frame)

    with sending(recording + large) as address, LiveStream(address, counted, patience=0) as stream:
        list(stream.windows())
    assert len(pictures) == 120


def test_sound_that_goes_on_without_pictures_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SILENCE", 0.05)
    sound = SimpleNamespace(demux=lambda: itertools.repeat(SimpleNamespace(stream="sound")))
    with pytest.raises(VideoError, match=r"no picture came for 0\.05 s"):
        LiveStream("tcp://127.0.0.1:1", square)._receive(sound, SimpleNamespace(sample_aspect_ratio=1))


@pytest.mark.parametrize("spec", ["fps(200)", "uniform(1025)"])
def test_no_more_pictures_can_be_wanted_than_are_kept(spec: str) -> None:
    live.check_sampler(get_sampler("fps(100)"), 10.0)
    with pytest.raises(ConfigError, match="are kept of each"):
        live.check_sampler(get_sampler(spec), 10.0)


def test_a_clock_that_jumps_is_followed() -> None:
    clock = StreamClock(None)
    times = [clock.seconds(stamp) for stamp in (100.0, 100.5, 101.0, 5000.0, 5000.5, 3.0, 3.5, None)]
    assert times[:3] == [0, 0.5, 1.0]
    assert all(0 <= later - earlier <= 0.5 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("ftp://somewhere/a", "rtsp://"),
        ("file:///etc/passwd", "not a live source"),
        ("987", "There is no camera /dev/video987"),
        ("nothing.mp4", "not a live source"),
    ],
)
def test_what_is_no_live_source(source: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        LiveStream(source, square)


def test_a_file_is_asked_about_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    with pytest.raises(ConfigError, match="temadapter ask"):
        LiveStream(str(tmp_path / "a.mp4"), square)


@pytest.mark.parametrize(
    "span", [{"window": 0}, {"every": -1}, {"window": float("nan")}, {"every": float("inf")}]
)
def test_time_spans_are_above_zero(span: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        LiveStream("tcp://127.0.0.1:1", square, **span)


def test_nobody_there(unused_port: int) -> None:
    with pytest.raises(VideoError, match="cannot be opened") as error:
        received(f"tcp://127.0.0.1:{unused_port}", patience=30)
    assert len(str(error.value)) < 200


def test_a_source_that_falls_silent(recording: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "READ_TIMEOUT", 0.3)
    done = Event()

    def pieces() -> Iterator[bytes]:
        yield recording
        done.wait(10)

    with sending(pieces()) as address, pytest.raises(VideoError, match=r"broke off: no data came for 0\.3 s"):
        received(address)
    done.set()


def test_no_video_in_it() -> None:
    with sending(b"hello " * 1000) as address, pytest.raises(VideoError, match="cannot be opened"):
        received(address)


def test_passwords_are_not_told(unused_port: int) -> None:
    assert public_name("rtsp://u:p@[::1]:554/a?x=secret#y") == "rtsp://[::1]:554/a"
    with pytest.raises(VideoError) as error:
        received(f"http://me:secret@127.0.0.1:{unused_port}/?key=secret")
    assert "secret" not in str(error.value)


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_playlist_of_a_server_never_leads_to_a_file_of_this_machine(tmp_path: Path) -> None:
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    own = write_video(tmp_path / "own.ts", 30, gop=10)
    served = tmp_path / "served"
    served.mkdir()
    (served / "there.ts").write_bytes(own.read_bytes())
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:3,\n{}\n#EXT-X-ENDLIST\n"
    (served / "good.m3u8").write_text(hls.format("there.ts"))
    (served / "a.m3u8").write_text(hls.format(f"file://{own}"))
    (served / "b.m3u8").write_text(hls.format(f"concat:{own}"))
    (served / "c.m3u8").write_text(hls.format(own))
    (served / "d.ffconcat").write_text(f"ffconcat version 1.0\nfile file://{own}\n")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        assert received(f"{address}/good.m3u8")
        for name in ("a.m3u8", "b.m3u8", "c.m3u8", "d.ffconcat"):
            with pytest.raises(VideoError):
                received(f"{address}/{name}")
    finally:
        server.shutdown()
        server.server_close()
