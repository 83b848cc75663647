"""What a file says about itself, and which files are refused."""

from __future__ import annotations

import os
import types
from fractions import Fraction

import av
import numpy as np
import pytest

import video_files as files
from temadapter.errors import VideoError
from temadapter.video.container import demux
from temadapter.video.decode import read_frames
from temadapter.video.picture import quarter_turn, turn_upright
from temadapter.video.probe import probe
from temadapter.video.sampling import get_sampler

TURNS = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


def test_probe_tells_the_facts(tmp_path):
    info = probe(files.write_video(tmp_path / "a.mp4", 30, rate=10))
    assert (info.width, info.height, info.codec, info.rotation) == (80, 48, "h264", 0)
    assert info.duration == pytest.approx(3.0)
    assert info.frame_rate == pytest.approx(10.0)
    assert info.path == tmp_path / "a.mp4"


@pytest.mark.parametrize("degrees", TURNS)
def test_probe_reports_size_after_rotation(tmp_path, degrees):
    path = files.write_video(tmp_path / "phone.mp4", 3)
    files.set_display_matrix(path, TURNS[degrees])
    info = probe(path)
    assert info.rotation == degrees
    assert (info.width, info.height) == ((80, 48) if degrees == 180 else (48, 80))


def test_unknown_duration_is_none(tmp_path):
    info = probe(files.write_video(tmp_path / "raw.h264", 5))
    assert info.duration is None


@pytest.mark.parametrize(("aspect", "width"), [("4/3", 106), ("1/2", 40), ("100/1", 80)])
def test_pixels_become_square(tmp_path, aspect, width):
    """As FFmpeg's `scale=iw*sar:ih`; a shape that no camera has is an error in the file."""
    info = probe(files.write_video(tmp_path / "wide.mp4", 3, aspect=Fraction(aspect)))
    assert (info.width, info.height) == (width, 48)


def test_a_mirrored_picture_is_no_rotation():
    picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    mirror = (-65536, 0, 0, 65536)
    assert quarter_turn(mirror) == 0
    np.testing.assert_array_equal(turn_upright(picture, mirror), picture[:, ::-1])


@pytest.mark.parametrize("degrees", TURNS)
def test_turning_agrees_with_numpy(degrees):
    picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    matrix = tuple(value * 65536 for value in TURNS[degrees])
    assert quarter_turn(matrix) == degrees
    np.testing.assert_array_equal(turn_upright(picture, matrix), np.rot90(picture, -degrees // 90))


def write(path, data: bytes):
    path.write_bytes(data)
    return path


def sound_only(folder):
    with av.open(str(folder / "song.m4a"), "w") as container:
        files.add_sound(container, 0.5)
    return folder / "song.m4a"


def cover_only(folder):
    path = folder / "cover.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 80, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        files.add_sound(container, 0.5)
        container.mux(cover.encode(av.VideoFrame.from_ndarray(files.barcode(1), format="rgb24")))
        container.mux(cover.encode(None))
    return path


def cut_short(folder):
    path = files.write_video(folder / "cut.mp4", 20)
    return write(path, path.read_bytes()[: path.stat().st_size // 2])


def playlist(folder):
    files.write_video(folder / "a.mp4", 3)
    return write(folder / "list.ffconcat", b"ffconcat version 1.0\nfile a.mp4\n")


def network_playlist(folder):
    lines = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:3,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    return write(folder / "live.m3u8", lines.encode())


def local_playlist(folder):
    """One that names another video of this machine, which nobody asked to be read."""
    files.write_video(folder / "secret.ts", 3)
    lines = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:3,\n{folder}/secret.ts\n#EXT-X-ENDLIST\n"
    return write(folder / "list.m3u8", lines.encode())


def dash_playlist(folder):
    return write(
        folder / "list.mpd", b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'
    )


def animated_webp(folder):
    from PIL import Image

    pictures = [Image.fromarray(files.barcode(number)) for number in range(3)]
    pictures[0].save(folder / "moving.webp", save_all=True, append_images=pictures[1:], duration=100)
    return folder / "moving.webp"


REFUSED = {
    "missing": (lambda folder: folder / "nowhere.mp4", "There is no file"),
    "folder": (lambda folder: folder, "is a folder"),
    "empty": (lambda folder: write(folder / "empty.mp4", b""), "is empty"),
    "text": (lambda folder: write(folder / "notes.txt", b"hello world\n" * 50), "is a text file"),
    "text named mp4": (lambda folder: write(folder / "notes.mp4", b"hello world\n" * 50), "FFmpeg can read"),
    "noise": (lambda folder: write(folder / "noise.avi", bytes(range(256)) * 40), "FFmpeg can read"),
    "subtitles": (
        lambda folder: write(folder / "a.srt", b"1\n00:00:00,000 --> 00:00:01,000\nhi\n"),
        "no video stream",
    ),
    "sound only": (sound_only, "no video stream (only audio)"),
    "cover picture": (cover_only, "only a cover picture"),
    "index cut off": (cut_short, "cut short"),
    "playlist": (playlist, "is a playlist"),
    "local playlist": (local_playlist, "is a playlist"),
    "DASH playlist": (dash_playlist, "is a playlist"),
    "animated WebP": (animated_webp, "animated WebP"),
    "one byte": (lambda folder: write(folder / "byte.mp4", b"\xd7"), "FFmpeg can read"),
    "a name that commands the terminal": (
        lambda folder: write(folder / "a\x1b[2J\nb.mp4", b"x"),
        "FFmpeg can read",
    ),
    "network playlist": (network_playlist, "is a playlist"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence_that_names_the_file(tmp_path, case):
    make, words = REFUSED[case]
    path = make(tmp_path)
    with pytest.raises(VideoError) as error:
        probe(path)
    assert words in str(error.value)
    assert str(path).replace("\x1b", "\\x1b").replace("\n", "\\n") in str(error.value)
    assert str(error.value).isprintable()


HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:3,\n{}\n#EXT-X-ENDLIST\n"
LISTS = {
    "HLS": HLS.format("real.ts"),
    "HLS, absolute": HLS.format("{folder}/real.ts"),
    "HLS, as an address": HLS.format("file://{folder}/real.ts"),
    "HLS, joined": HLS.format("concat:real.ts|real.ts"),
    "HLS, a part": HLS.format("subfile,,start,0,end,0,,:{folder}/real.ts"),
    "HLS of playlists": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1280000\nlist.m3u8\n",
    "concat": "ffconcat version 1.0\nfile real.ts\n",
    "concat without a header": "file real.ts\n",
    "DASH": (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" mediaPresentationDuration="PT2S"><Period>'
        '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>real.ts</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>"
    ),
    "names": "real.ts\n",
    "SDP": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 96\r\n",
}


@pytest.mark.parametrize("ending", ["mp4", "m3u8", "ts", "concat", "mpd", "avi", "txt"])
@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_no_list_leads_to_another_video_of_this_machine_whatever_it_is_called(tmp_path, text, ending):
    files.write_video(tmp_path / "real.ts", 3)
    (tmp_path / "list.m3u8").write_text(HLS.format("real.ts"))
    path = tmp_path / f"innocent.{ending}"
    path.write_bytes(text.replace("{folder}", str(tmp_path)).encode())
    for attempt in (probe, lambda path: read_frames(path, get_sampler("uniform(2)"))):
        with pytest.raises(VideoError, match="innocent"):
            attempt(path)


def test_a_pattern_of_pictures_is_no_video(tmp_path):
    from PIL import Image

    for name in ("img%03d.jpg", "img000.jpg", "img001.jpg"):
        Image.fromarray(files.barcode(1)).save(tmp_path / name)
    with pytest.raises(VideoError, match="is not a video"):
        probe(tmp_path / "img%03d.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(VideoError, match="not a regular file"):
        probe(tmp_path / "pipe.mp4")


def test_frames_too_large_for_memory_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("temadapter.video.container.MAX_PIXELS", 3000)
    with pytest.raises(VideoError, match="80 x 48 pixels"):
        probe(files.write_video(tmp_path / "huge.mp4", 2))


@pytest.mark.parametrize(("name", "codec"), [("a.gif", "gif"), ("a.apng", "apng")])
def test_an_animation_that_draws_without_end_is_refused(tmp_path, monkeypatch, name, codec):
    pixels = "rgb8" if codec == "gif" else "rgb24"
    path = files.write_video(tmp_path / name, 10, codec=codec, pixels=pixels)
    drawn, size = 10 * 80 * 48, path.stat().st_size
    uniform = get_sampler("uniform(10)")
    monkeypatch.setattr("temadapter.video.container.DRAWN_PIXELS", drawn)
    assert files.numbers(read_frames(path, uniform).frames) == list(range(10))
    monkeypatch.setattr("temadapter.video.container.DRAWN_PIXELS", drawn - 1)
    monkeypatch.setattr("temadapter.video.container.DRAWN_PER_BYTE", drawn / size)
    assert files.numbers(read_frames(path, uniform).frames) == list(range(10))
    monkeypatch.setattr("temadapter.video.container.DRAWN_PER_BYTE", drawn / (size + 1))
    with pytest.raises(VideoError, match=r"animation of 10 frames of 80 x 48 pixels.*convert it to MP4"):
        read_frames(path, uniform)


def test_pictures_larger_than_the_header_says_are_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr("temadapter.video.container.MAX_PIXELS", 10_000)
    small = files.write_video(tmp_path / "small.h264", 10).read_bytes()
    large = files.write_video(tmp_path / "large.h264", 10, size=(160, 96)).read_bytes()
    (tmp_path / "grows.h264").write_bytes(small + large)
    video = read_frames(tmp_path / "grows.h264", get_sampler("uniform(20)"))
    assert set(files.numbers(video.frames)) == set(range(10))
    assert any("10 of 20 frames could not be decoded" in sentence for sentence in video.damage)


def test_a_stream_that_appears_late_is_passed_over():
    """PyAV raises IndexError for its packets."""

    class Container:
        packets = iter([b"a", b"b", None, None, b"c"])

        def demux(self, _stream):
            for packet in self.packets:
                if packet is None:
                    raise IndexError
                yield types.SimpleNamespace(size=1, data=packet)

    errors: list[str] = []
    assert [packet.data for packet in demux(Container(), None, errors)] == [b"a", b"b", b"c"]
    assert errors == []


def test_names_that_look_like_protocols_or_patterns(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_video(tmp_path / "plain.mp4", 2).rename(tmp_path / "http:%03d é.mp4")
    assert probe("http:%03d é.mp4").width == 80
