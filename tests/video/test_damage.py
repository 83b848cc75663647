"""Files with broken parts: the good frames are used, and what was broken is told in words."""

from __future__ import annotations

import numpy as np
import pytest

import video_files as files
from temadapter.errors import VideoError
from temadapter.video.decodable import try_decoding
from temadapter.video.decode import read_frames, stream_frames
from temadapter.video.probe import probe
from temadapter.video.sampling import get_sampler, official_frame_indices

KINDS = {"broken.mp4": "libx264", "broken.avi": "mpeg4", "broken.mkv": "libx264"}


@pytest.fixture(params=KINDS)
def broken(tmp_path, request):
    """60 frames with a key frame every 12; packets 20 and 21 are zeros."""
    path = files.write_video(tmp_path / request.param, 60, codec=KINDS[request.param], gop=12)
    files.break_packets(path, [20, 21])
    return path


def test_good_frames_are_used_and_the_damage_is_told(broken):
    video = read_frames(broken, get_sampler("uniform(60)"))
    shown = files.numbers(video.frames)
    assert len(shown) == 60
    good = [i for i in range(60) if not 20 <= i < 24]  # 22 and 23 build on the broken packets
    assert [shown[i] for i in good] == good
    assert all(shown[i] in (19, 24) for i in range(20, 24))
    # The times are those of the pictures that are shown.
    assert video.times == pytest.approx(np.array(shown) / 10)
    words = " ".join(video.damage)
    assert "2 of 60 frames could not be decoded (the first at 2.00 s)" in words
    assert "4 chosen frames" in words


def test_streaming_tells_the_same(broken):
    whole = read_frames(broken, get_sampler("uniform(60)"))
    pieces = list(stream_frames(broken, get_sampler("uniform(60)"), chunk=7))
    np.testing.assert_array_equal(np.concatenate([piece.frames for piece in pieces]), whole.frames)
    np.testing.assert_array_equal(np.concatenate([piece.times for piece in pieces]), whole.times)
    assert pieces[-1].damage == whole.damage


def test_clips_count_frames_that_truly_decode(broken):
    video = read_frames(broken, get_sampler("clips(8,16)"))
    decodable = [i for i in range(60) if i not in (20, 21)]
    chosen = [decodable[i] for clip in official_frame_indices(58) for i in clip]
    assert video.times == pytest.approx(np.array(chosen) / 10)
    assert any("2 of 60 frames" in sentence for sentence in video.damage)


def test_damage_that_is_not_needed_is_not_searched_for(broken):
    video = read_frames(broken, get_sampler("uniform(2)"))
    assert files.numbers(video.frames) == [15, 45]
    assert video.damage == ()


def test_a_long_hole_is_filled_from_what_still_decodes(tmp_path):
    path = files.write_video(tmp_path / "hole.mp4", 60, gop=60, options={"sc_threshold": "0"})
    files.break_packets(path, [30])
    video = read_frames(path, get_sampler("uniform(60)"))
    # Clean frames end at 2.9 s; those within half a second of them are replaced, the others used as they are.
    assert video.times[:30] == pytest.approx(np.arange(30) / 10)
    assert video.times[31:34] == pytest.approx([2.9] * 3)
    assert video.times[40:] == pytest.approx(np.arange(40, 60) / 10)
    assert video.damage


def test_a_file_without_any_good_frame_is_refused(tmp_path):
    path = files.write_video(tmp_path / "all.mp4", 10)
    files.break_packets(path, range(10))
    for spec in ("uniform(4)", "clips(2,2)", "fps(1)", "fps(0.01)", "fps(100)"):
        with pytest.raises(VideoError, match=r"No frame of .*all\.mp4 can be decoded"):
            read_frames(path, get_sampler(spec))
    with pytest.raises(VideoError, match=r"No frame of .*all\.mp4 can be decoded"):
        probe(path)
    assert [reason is None for _, reason in try_decoding([path])] == [False]


@pytest.mark.parametrize("codec", ["mjpeg", "mpeg4"])
def test_a_file_of_which_only_the_header_is_there_is_refused(tmp_path, codec):
    whole = files.write_video(
        tmp_path / "a.mkv", 10, codec=codec, pixels="yuvj420p" if codec == "mjpeg" else "yuv420p"
    )
    cluster = whole.read_bytes().index(b"\x1f\x43\xb6\x75")
    (tmp_path / "head.mkv").write_bytes(whole.read_bytes()[: cluster + 20])
    for attempt in (probe, lambda path: read_frames(path, get_sampler("fps(2)"))):
        with pytest.raises(VideoError, match=r"head\.mkv has a video stream without a single frame"):
            attempt(tmp_path / "head.mkv")


def test_an_mp4_cut_short_behind_its_index(tmp_path):
    path = files.write_video(tmp_path / "cut.mp4", 60, container_options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    video = read_frames(path, get_sampler("uniform(8)"))
    shown = files.numbers(video.frames)
    assert shown == sorted(shown)
    assert 20 < shown[-1] < 50
    assert any("header promises 6.00 s" in sentence for sentence in video.damage)


def test_a_matroska_file_cut_short(tmp_path):
    path = files.write_video(tmp_path / "cut.mkv", 60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    video = read_frames(path, get_sampler("uniform(8)"))
    assert 20 < files.numbers(video.frames)[-1] < 50
    assert any("header promises 6.00 s" in sentence for sentence in video.damage)


def test_a_hole_in_the_structure_of_a_matroska_file(tmp_path):
    path = files.write_video(tmp_path / "hole.mkv", 200, options={"cluster_time_limit": "1000"})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(bytes(data))
    video = read_frames(path, get_sampler("uniform(200)"))
    assert video.times == pytest.approx(np.array(files.numbers(video.frames)) / 10)
    assert video.damage


def test_a_file_cut_before_its_first_frame_is_refused(tmp_path):
    path = files.write_video(tmp_path / "head.mkv", 60)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(VideoError, match=r"head\.mkv"):
        read_frames(path, get_sampler("uniform(8)"))


def test_pictures_that_change_size_are_brought_to_one(tmp_path):
    small = files.write_video(tmp_path / "small.h264", 10).read_bytes()
    large = files.write_video(tmp_path / "large.h264", 10, size=(160, 96)).read_bytes()
    (tmp_path / "both.h264").write_bytes(small + large)
    video = read_frames(tmp_path / "both.h264", get_sampler("uniform(20)"))
    assert video.frames.shape == (20, 48, 80, 3)
    assert files.numbers(video.frames) == [*range(10), *range(10)]
    assert any("10 frames of another size" in sentence for sentence in video.damage)
