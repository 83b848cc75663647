"""Frames chosen from sound files: every format, the right frames, no more work than needed."""

from __future__ import annotations

import gc
import os
import weakref
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import video_files as files
from temadapter.errors import ConfigError, VideoError
from temadapter.video import decode
from temadapter.video import segments as engine
from temadapter.video.decode import SampledVideo, read_frames, stream_frames
from temadapter.video.preprocessing import resize
from temadapter.video.sampling import get_sampler, official_frame_indices

FORMATS = {
    "h264.mp4": {},
    "sound.mp4": {"sound": True},
    "fragmented.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "bframes.mp4": {"options": {"preset": "medium", "bf": "3"}},
    "no_frame_count.mkv": {"sound": True},
    "transport.ts": {"sound": True},
    "mpeg4.avi": {"codec": "mpeg4"},
    "mpeg4_bframes.avi": {"codec": "mpeg4", "options": {"bf": "2"}},
    "picture.gif": {"codec": "gif", "pixels": "rgb8"},
    "vp8.webm": {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "16"}},
    "vp9.webm": {"codec": "libvpx-vp9"},
    "raw.h264": {},
    "mpeg1.mpg": {"codec": "mpeg1video", "rate": 25},
    "windows.wmv": {"codec": "wmv2"},
    "stills.mov": {"codec": "mjpeg", "pixels": "yuvj420p"},
    "odd.mp4": {"pixels": "yuv444p", "size": (81, 49)},
}


@dataclass(frozen=True)
class Picks:
    """A sampler that takes exactly these frames."""

    frames: tuple[int, ...]
    name: str = "picks"

    def choose(self, times):
        return list(self.frames)


@pytest.fixture(scope="module")
def long_video(tmp_path_factory):
    """300 frames with B-frames and a key frame at least every 20."""
    path = tmp_path_factory.mktemp("video") / "long.mp4"
    return files.write_video(path, 300, gop=20, options={"preset": "medium", "bf": "2", "threads": "1"})


@pytest.fixture(scope="module")
def long_frames(long_video):
    return files.all_frames(long_video)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("spec", ["uniform(30)", "clips(1,30)"])
def test_every_format(tmp_path, name, spec):
    path = files.write_video(tmp_path / name, 30, **FORMATS[name])
    video = read_frames(path, get_sampler(spec))
    expected = list(range(30)) if spec != "clips(1,30)" else [min(i, 29) for i in range(30)]
    assert files.numbers(video.frames) == expected
    assert video.damage == ()
    assert len(video) == 30
    assert (np.diff(video.times) > 0).all()
    assert video.info.duration == pytest.approx(video.times[-1] + video.times[1] - video.times[0], abs=0.2)


def test_one_frame_is_repeated(tmp_path):
    path = files.write_video(tmp_path / "one.mp4", 1)
    for spec, count in (("uniform(4)", 4), ("clips(8,16)", 128), ("fps(3)", 1)):
        video = read_frames(path, get_sampler(spec))
        assert files.numbers(video.frames) == [0] * count
        assert (video.times == 0).all()


def test_variable_frame_rate_goes_by_timestamp(tmp_path):
    path = files.write_video(tmp_path / "vfr.mp4", 6, stamps=[0, 100, 200, 300, 6000, 8000])
    video = read_frames(path, get_sampler("uniform(4)"))
    assert files.numbers(video.frames) == [3, 3, 3, 4]
    assert video.times == pytest.approx([0.3, 0.3, 0.3, 6.0])


def test_the_last_frame_stays_as_long_as_the_file_says(tmp_path):
    path = files.write_video(tmp_path / "vfr.mp4", 6, stamps=[0, 100, 200, 300, 400, 8000])
    video = read_frames(path, get_sampler("uniform(4)"))
    assert files.numbers(video.frames) == [4, 4, 4, 4]  # a player stops at 8 s
    assert video.info.duration == pytest.approx(8.0, abs=0.2)


def test_times_count_from_the_start_of_the_file(tmp_path):
    path = files.write_video(tmp_path / "late.ts", 10)  # transport streams start at 1.4 seconds
    assert read_frames(path, get_sampler("uniform(10)")).times == pytest.approx(np.arange(10) / 10)


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [
        ((0, 1, -1, 0), lambda p: np.rot90(p, -1)),
        ((-1, 0, 0, -1), lambda p: np.rot90(p, 2)),
        ((0, -1, 1, 0), np.rot90),
        ((-1, 0, 0, 1), lambda p: p[:, ::-1]),
    ],
)
def test_frames_come_out_upright(tmp_path, matrix, turn):
    path = files.write_video(tmp_path / "phone.mp4", 5)
    stored = read_frames(path, get_sampler("uniform(2)")).frames
    files.set_display_matrix(path, matrix)
    video = read_frames(path, get_sampler("uniform(2)"))
    np.testing.assert_array_equal(video.frames, np.stack([turn(frame) for frame in stored]))
    assert video.frames.shape[1:3] == (video.info.height, video.info.width)


@given(picks=st.lists(st.integers(0, 299), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_choice_equals_decoding_everything(long_video, long_frames, picks):
    video = read_frames(long_video, Picks(tuple(picks)))
    np.testing.assert_array_equal(video.frames, np.stack([long_frames[i] for i in picks]))
    assert video.times == pytest.approx(np.array(picks) / 10)
    pieces = list(stream_frames(long_video, Picks(tuple(picks)), chunk=5))
    np.testing.assert_array_equal(np.concatenate([piece.frames for piece in pieces]), video.frames)
    assert [len(piece) for piece in pieces[:-1]] == [5] * (len(pieces) - 1)


@pytest.mark.parametrize("seek_bytes", [1, 2**60])
def test_seeking_changes_nothing(long_video, long_frames, monkeypatch, seek_bytes):
    monkeypatch.setattr(engine, "SEEK_BYTES", seek_bytes)
    picks = (3, 61, 62, 199, 280)
    video = read_frames(long_video, Picks(picks))
    np.testing.assert_array_equal(video.frames, np.stack([long_frames[i] for i in picks]))


@pytest.mark.parametrize("name", ["seek.mkv", "seek.avi", "seek.ts", "seek.webm"])
def test_seeking_in_other_containers(tmp_path, monkeypatch, name):
    codecs = {".avi": "mpeg4", ".webm": "libvpx"}
    codec = codecs.get(Path(name).suffix, "libx264")
    path = files.write_video(tmp_path / name, 120, codec=codec, gop=10)
    monkeypatch.setattr(engine, "SEEK_BYTES", 1)
    assert files.numbers(read_frames(path, Picks((5, 47, 99, 118))).frames) == [5, 47, 99, 118]


def test_a_seek_that_lands_wrong_is_made_good(long_video, long_frames, monkeypatch):
    monkeypatch.setattr(engine, "SEEK_BYTES", 1)
    monkeypatch.setattr(engine._Reader, "_seek", lambda self, stamp: (None, None))
    video = read_frames(long_video, Picks((10, 150, 290)))
    np.testing.assert_array_equal(video.frames, np.stack([long_frames[i] for i in (10, 150, 290)]))


def test_only_what_is_needed_is_decoded_and_converted(long_video, monkeypatch):
    decoded, converted = [], []
    frames, make = engine._frames, decode.Source._picture
    monkeypatch.setattr(engine, "_frames", lambda *a: decoded.append(a[3]) or frames(*a))
    monkeypatch.setattr(decode.Source, "_picture", lambda *a: converted.append(1) or make(*a))
    read_frames(long_video, get_sampler("uniform(3)"))
    assert len(decoded) <= 3 * 23  # a group of 20 frames each, and the packets reordered around it
    assert len(converted) == 3
    converted.clear()
    read_frames(long_video, get_sampler("clips(2,4)"))
    assert len(converted) == 8


def test_clips_take_the_authors_frames(long_video):
    video = read_frames(long_video, get_sampler("clips(8,16)"))
    assert files.numbers(video.frames) == [i for clip in official_frame_indices(300) for i in clip]


def test_transform_is_applied_to_every_frame(long_video):
    video = read_frames(
        long_video, get_sampler("uniform(5)"), transform=lambda frame: resize(frame, 16, mode="squash")
    )
    assert video.frames.shape == (5, 16, 16, 3)
    whole = read_frames(long_video, get_sampler("uniform(5)"))
    np.testing.assert_array_equal(resize(whole.frames, 16, mode="squash"), video.frames)


@pytest.mark.parametrize("wrong", [lambda f: f / 255, lambda f: f[: 3 + files.read_barcode(f) % 7]])
def test_a_transform_that_does_not_fit_is_refused(long_video, wrong):
    for spec in ("uniform(4)", "clips(2,2)"):
        with pytest.raises(ConfigError, match="transform"):
            read_frames(long_video, get_sampler(spec), transform=wrong)


def test_streaming_holds_no_more_than_a_few_pieces(long_video):
    alive: list[weakref.ref] = []

    def small(frame: np.ndarray) -> np.ndarray:
        picture = frame[::4, ::4].copy()
        alive.append(weakref.ref(picture))
        return picture

    most = 0
    for piece in stream_frames(long_video, get_sampler("fps(10)"), transform=small, chunk=8):
        most = max(most, sum(ref() is not None for ref in alive))
        assert len(piece) <= 8
    assert len(alive) == 300
    assert most <= 3 * 8


def test_decoded_frames_are_freed_at_once(long_video, monkeypatch):
    """Frames in reference cycles would wait for the garbage collector: 25 MB each for a 4K video."""
    made = []
    make = decode.Source._picture
    monkeypatch.setattr(decode.Source, "_picture", lambda self, frame: made.append(1) or make(self, frame))
    gc.collect()
    gc.disable()
    try:
        before = sum(type(thing) is av.VideoFrame for thing in gc.get_objects())
        read_frames(long_video, get_sampler("uniform(100)"))
        after = sum(type(thing) is av.VideoFrame for thing in gc.get_objects())
    finally:
        gc.enable()
    assert len(made) == 100
    assert after - before <= 3


def test_too_much_for_memory_is_refused_with_the_way_out(long_video, monkeypatch):
    monkeypatch.setattr(decode, "MAX_BYTES", 100_000)
    for spec in ("uniform(24)", "clips(8,16)"):
        with pytest.raises(VideoError, match="stream_frames"):
            read_frames(long_video, get_sampler(spec))
    assert len(read_frames(long_video, get_sampler("uniform(2)"))) == 2
    assert sum(map(len, stream_frames(long_video, get_sampler("uniform(24)")))) == 24


def test_a_sampler_that_chooses_frames_that_are_not_there(long_video):
    for bad in ((300,), (-1,)):
        with pytest.raises(ConfigError, match="0 to 299"):
            read_frames(long_video, Picks(bad))
    with pytest.raises(VideoError, match="No frame was chosen"):
        read_frames(long_video, Picks(()))


def test_chunk_must_be_positive(long_video):
    with pytest.raises(ConfigError, match="at least 1"):
        next(stream_frames(long_video, get_sampler("fps(1)"), chunk=0))


def test_sampled_video_checks_itself(long_video):
    info = read_frames(long_video, Picks((0,))).info
    with pytest.raises(ValueError, match="2 frames but 1 times"):
        SampledVideo(np.zeros((2, 4, 4, 3), np.uint8), np.zeros(1), (), info)


def shared_videos() -> list[Path]:
    folder = (
        Path(os.environ.get("TEMADAPTER_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "videos"
    )
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.skipif(
    not shared_videos(), reason="needs the real videos of the shared folder (TEMADAPTER_SHARED)"
)
@pytest.mark.parametrize("path", shared_videos(), ids=lambda path: path.name)
def test_real_videos_work_and_damage_is_told(path):
    video = read_frames(
        path, get_sampler("uniform(8)"), transform=lambda frame: resize(frame, 32, mode="crop")
    )
    assert video.frames.shape == (8, 32, 32, 3)
    assert (np.diff(video.times) > 0).all()
    assert video.frames.std() > 10
    assert bool(video.damage) == (path.suffix == ".avi")
    clips = read_frames(
        path, get_sampler("clips(8,16)"), transform=lambda frame: resize(frame, 32, mode="squash")
    )
    total, times = files.count_frames(path), np.unique(clips.times)
    assert len(times) == len({i for clip in official_frame_indices(total) for i in clip})
