"""Times as a player shows them, whatever the timestamps in the file say."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import video_files as files
from temadapter.video.decode import read_frames
from temadapter.video.probe import probe
from temadapter.video.sampling import get_sampler
from temadapter.video.timeline import NO_STAMP, in_order, mend

TS_CLOCK = 90_000


def write_ts(path, frames, *, start=0.0, first=0, b_frames=True):
    """Write an MPEG-TS of barcodes `first`, `first` + 1, ... at 10 a second whose clock starts at `start` seconds."""
    with av.open(str(path), "w", format="mpegts", options={"mpegts_copyts": "1"}) as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = files.WIDTH, files.HEIGHT, "yuv420p"
        stream.codec_context.gop_size = 12
        stream.codec_context.max_b_frames = 2 if b_frames else 0
        stream.codec_context.time_base = Fraction(1, TS_CLOCK)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(files.barcode(first + number), format="rgb24")
            frame.pts, frame.time_base = round(start * TS_CLOCK) + number * 9000, Fraction(1, TS_CLOCK)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def joined_ts(folder, *starts):
    """Write one MPEG-TS of parts of 20 frames each, whose clocks start at `starts` seconds."""
    parts = [
        write_ts(folder / f"{number}.ts", 20, start=start, first=20 * number).read_bytes()
        for number, start in enumerate(starts)
    ]
    (folder / "joined.ts").write_bytes(b"".join(parts))
    return folder / "joined.ts"


@pytest.mark.parametrize(
    ("starts", "word"),
    [
        ((10, 3600), "forward"),
        ((10, 10), "back"),
        ((3600, 10), "forward"),
        ((10, 90_000, 20), "forward"),
        ((10, 5, 3000, 2), "back"),
    ],
)
def test_a_clock_that_jumps_is_joined_and_told(tmp_path, starts, word):
    path = joined_ts(tmp_path, *starts)
    count = 20 * len(starts)
    video = read_frames(path, get_sampler(f"uniform({count})"))
    assert files.numbers(video.frames) == list(range(count))
    assert video.times == pytest.approx(np.arange(count) / 10, abs=1e-3)
    assert video.info.duration == pytest.approx(count / 10, abs=1e-3)
    assert any(f"timestamps jump {word}" in sentence for sentence in video.damage)
    assert probe(path).duration == pytest.approx(count / 10, abs=1e-3)
    assert len(read_frames(path, get_sampler("fps(2)"))) == count / 5


def test_a_gap_that_ffmpeg_keeps_is_kept(tmp_path):
    video = read_frames(joined_ts(tmp_path, 10, 17), get_sampler("uniform(90)"))
    assert video.times.max() == pytest.approx(8.9, abs=0.01)
    assert not any("jump" in sentence for sentence in video.damage)


@pytest.mark.parametrize("start", [95_443.0, 95_000.0])
def test_the_clock_of_33_bits_may_run_over(tmp_path, start):
    """It does after 95,443.7 s, whatever the length of the file."""
    path = write_ts(tmp_path / "wrap.ts", 20, start=start)
    video = read_frames(path, get_sampler("uniform(20)"))
    assert files.numbers(video.frames) == list(range(20))
    assert video.times == pytest.approx(np.arange(20) / 10, abs=1e-3)
    assert not any("jump" in sentence for sentence in video.damage)


def set_ts_stamp(path, number, pts):
    """Give the picture that comes as `number` in the file another presentation time, in steps of the clock."""
    data, seen = bytearray(path.read_bytes()), -1
    for start in range(0, len(data), 188):
        packet = data[start : start + 188]
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        if pid != 256 or not packet[1] & 0x40:
            continue
        seen += 1
        if seen == number:
            place = start + 4 + (1 + packet[4] if packet[3] & 0x20 else 0) + 9
            mark = data[place] >> 4
            data[place] = mark << 4 | (pts >> 30 & 7) << 1 | 1
            data[place + 1 : place + 3] = ((pts >> 15 & 0x7FFF) << 1 | 1).to_bytes(2, "big")
            data[place + 3 : place + 5] = ((pts & 0x7FFF) << 1 | 1).to_bytes(2, "big")
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("number", [0, 7, 12, 29])
@pytest.mark.parametrize("seconds", [11_884, 3600, 60, 0])
def test_one_wild_timestamp_moves_nothing_else(tmp_path, number, seconds):
    path = write_ts(tmp_path / "wild.ts", 30, start=100)
    set_ts_stamp(path, number, seconds * TS_CLOCK)
    video = read_frames(path, get_sampler("uniform(30)"))
    shown = files.numbers(video.frames)
    assert len(set(shown)) >= 28
    assert shown == sorted(shown)
    assert video.times == pytest.approx(np.array(shown) / 10, abs=0.11)
    assert video.info.duration == pytest.approx(3, abs=0.15)
    assert video.damage


def write_fragments(path, **options):
    movflags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    return files.write_video(path, 60, gop=20, container_options=movflags, **options)


def fragment_clocks(data):
    """Return the places of the 64-bit base times of all fragments in an MP4."""
    places, at = [], data.find(b"tfdt")
    while at >= 0:
        places.append(at + 8)
        at = data.find(b"tfdt", at + 4)
    return places


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("bit", [20, 24, 32])
def test_a_fragment_with_a_wrong_clock(tmp_path, number, bit):
    path = write_fragments(tmp_path / "frag.mp4")
    data = bytearray(path.read_bytes())
    place = fragment_clocks(data)[number]
    (time,) = struct.unpack(">Q", data[place : place + 8])
    data[place : place + 8] = struct.pack(">Q", time ^ 1 << bit)
    path.write_bytes(bytes(data))
    video = read_frames(path, get_sampler("uniform(60)"))
    assert files.numbers(video.frames) == list(range(60))
    assert video.times == pytest.approx(np.arange(60) / 10, abs=0.11)
    assert video.info.duration == pytest.approx(6, abs=0.25)
    assert any("timestamps jump" in sentence for sentence in video.damage)


def test_a_piece_of_a_fragmented_file(tmp_path):
    """As players of streams put it on disk: the header, and fragments from the middle."""
    data = write_fragments(tmp_path / "whole.mp4").read_bytes()
    moofs = [at - 4 for at in range(len(data)) if data[at : at + 4] == b"moof"]
    (tmp_path / "piece.mp4").write_bytes(data[: moofs[0]] + data[moofs[1] : moofs[2]])
    video = read_frames(tmp_path / "piece.mp4", get_sampler("uniform(20)"))
    assert files.numbers(video.frames) == list(range(20, 40))
    assert video.times == pytest.approx(np.arange(20) / 10)
    assert (video.info.duration, video.damage) == (pytest.approx(2.0), ())
    assert probe(tmp_path / "piece.mp4").duration == pytest.approx(2.0)


def test_an_edit_list_moves_zero(tmp_path):
    """Frames before the cut are decoded and not shown; time counts from the cut."""
    path = files.write_video(tmp_path / "cut.mp4", 40, gop=40, options={"bf": "0", "sc_threshold": "0"})
    data = bytearray(path.read_bytes())
    at = data.index(b"elst") + 4
    version, count = data[at], struct.unpack(">I", data[at + 4 : at + 8])[0]
    assert (version, count) == (0, 1)
    with av.open(str(path)) as container:
        ticks = container.streams.video[0].time_base.denominator
    length, start = struct.unpack(">Ii", data[at + 8 : at + 16])
    data[at + 8 : at + 16] = struct.pack(">Ii", length * 27 // 40, start + ticks * 13 // 10)
    path.write_bytes(bytes(data))
    video = read_frames(path, get_sampler("uniform(27)"))
    assert files.numbers(video.frames) == list(range(13, 40))
    assert video.times == pytest.approx(np.arange(27) / 10)
    assert (video.info.duration, video.damage) == (pytest.approx(2.7), ())


def write_gif(path, delays):
    """Write a GIF whose pictures stay for `delays` hundredths of a second."""
    from PIL import Image

    pictures = [Image.fromarray(files.barcode(number)) for number in range(len(delays))]
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=[10 * delay for delay in delays]
    )
    return path


@pytest.mark.parametrize(
    ("delays", "uniform", "fps"),
    [
        ((100, 100, 5800), [2] * 8, [0] + [2] * 11),
        ((5800, 100, 100), [0] * 8, [0] * 12),
        ((100, 3900, 2000), [1, 1, 1, 1, 1, 2, 2, 2], [0] + [1] * 7 + [2] * 4),
    ],
)
def test_a_picture_is_shown_as_long_as_it_is_held(tmp_path, delays, uniform, fps):
    path = write_gif(tmp_path / "slides.gif", delays)
    video = read_frames(path, get_sampler("uniform(8)"))
    assert files.numbers(video.frames) == uniform
    assert (video.info.duration, video.damage) == (60.0, ())
    assert files.numbers(read_frames(path, get_sampler("fps(0.2)")).frames) == fps


def test_a_long_gap_in_matroska_is_a_held_picture(tmp_path):
    stamps = [0, 100, 200, 90_000, 90_100, 90_200]
    path = files.write_video(tmp_path / "screen.mkv", 6, stamps=stamps, options={"bf": "2"})
    video = read_frames(path, get_sampler("uniform(6)"))
    assert files.numbers(video.frames) == [2] * 6
    assert video.damage == ()


def test_a_round_thing_stays_round(tmp_path):
    height, width = 96, 96
    rows, columns = np.mgrid[:height, :width]
    disc = ((rows - 48) ** 2 + (2 * (columns - 48)) ** 2 < 40**2)[..., None]
    picture = np.where(disc, [230, 20, 20], [20, 20, 20]).astype(np.uint8)
    with av.open(str(tmp_path / "disc.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    frame = read_frames(tmp_path / "disc.mp4", get_sampler("uniform(1)")).frames[0]
    red = frame[..., 0].astype(int) - frame[..., 1] > 100
    assert red.any(axis=0).sum() == pytest.approx(red.any(axis=1).sum(), abs=3)


STEPS = st.lists(st.integers(1, 5), min_size=1, max_size=60)
MANY_STEPS = st.lists(st.integers(1, 5), min_size=20, max_size=60)


@given(
    steps=MANY_STEPS, jumps=st.lists(st.tuples(st.integers(0, 59), st.integers(-(10**6), 10**6)), max_size=4)
)
def test_mended_clocks_ascend_and_sound_ones_are_untouched(steps, jumps):
    stamps = np.cumsum(steps) * 100
    shifted = stamps.copy()
    for place, by in jumps:
        shifted[place:] += by
    line = mend(shifted, shifted, np.zeros_like(shifted), unit=0.001, resets=True, own_dts=True)
    assert (np.diff(line.pts) >= -100).all()
    assert np.diff(line.pts, prepend=line.pts[0]).max() <= 10_000 + 500
    if not jumps:
        assert (line.pts == stamps).all()
        assert (line.changed, line.damage) == (False, ())


@given(steps=STEPS, wild=st.dictionaries(st.integers(0, 59), st.integers(-(10**9), 10**9), max_size=3))
def test_stamps_of_shown_frames_come_out_ascending(steps, wild):
    stamps = np.cumsum(steps) * 100
    for place, stamp in wild.items():
        if place < len(stamps):
            stamps[place] = stamp
    ordered = in_order(stamps, unit=0.001, step=0.1)
    assert (np.diff(ordered) >= 0).all()
    assert len(ordered) == len(stamps)


def test_packets_without_decoding_stamps_follow_the_last_known():
    pts = np.array([0, 300, 100, 200, 600, 400, 500])
    dts = np.array([NO_STAMP, -100, NO_STAMP, 0, 100, NO_STAMP, 200])
    line = mend(pts, dts, np.zeros(7, np.int64), unit=0.001, resets=True, own_dts=True)
    assert (line.pts == pts).all()
    assert not line.changed


def stamp_ts(path, changes):
    """Give PES packets of an MPEG-TS, by number, another timestamp in seconds, or None: no timestamp at all."""
    data = bytearray(path.read_bytes())
    starts = [at for at in range(len(data) - 4) if data[at : at + 4] == b"\0\0\1\xe0"]
    for number, seconds in changes.items():
        at = starts[number]
        if seconds is None:
            data[at + 7] &= 0x3F  # what the flags no longer announce is stuffing
        else:
            ticks = round(seconds * TS_CLOCK)
            data[at + 9 : at + 14] = bytes(
                [
                    0x21 | ticks >> 29 & 0x0E,
                    ticks >> 22 & 0xFF,
                    ticks >> 14 & 0xFE | 1,
                    ticks >> 7 & 0xFF,
                    ticks << 1 & 0xFE | 1,
                ]
            )
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("missing", [[5], [5, 6, 7], [0], [19], []])
@pytest.mark.parametrize("wild", [12, 19])
def test_a_packet_without_a_stamp_lets_no_wild_one_of_another_through(tmp_path, missing, wild):
    path = write_ts(tmp_path / "a.ts", 20, b_frames=False)
    stamp_ts(path, {**dict.fromkeys(missing), wild: 11_884.0})
    seen = read_frames(path, get_sampler("fps(10)"))
    assert len(seen.times) <= 22
    assert seen.times.max() < 3
    assert files.numbers(seen.frames[:4]) == [0, 1, 2, 3]
