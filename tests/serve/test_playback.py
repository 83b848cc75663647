from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from temadapter.errors import CancelledError, VideoError
from temadapter.progress import Steps
from temadapter.serve.playback import make_copy, playable_type
from temadapter.video.decode import read_frames
from temadapter.video.probe import probe
from temadapter.video.sampling import get_sampler
from video_files import numbers, set_display_matrix, write_video


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "media"),
    [
        ("a.mp4", "libx264", "yuv420p", "video/mp4"),
        ("a.webm", "libvpx-vp9", "yuv420p", "video/webm"),
        ("a.avi", "libx264", "yuv420p", None),
        ("a.mkv", "libx264", "yuv420p", None),
        ("a.mp4", "mpeg4", "yuv420p", None),
        ("a.mp4", "libx264", "yuv444p", None),
        ("a.avi", "mjpeg", "yuvj420p", None),
    ],
)
def test_what_browsers_play(tmp_path: Path, name: str, codec: str, pixels: str, media: str | None) -> None:
    assert playable_type(write_video(tmp_path / name, 6, codec=codec, pixels=pixels)) == media


def test_a_copy_keeps_every_frame_at_its_time(tmp_path: Path) -> None:
    stamps = [0, 100, 130, 700, 710, 2000, 2040, 3000]  # milliseconds: as uneven as a phone in the dark
    original = write_video(tmp_path / "a.mkv", 8, codec="mpeg4", stamps=stamps)
    copy = tmp_path / "copy.mp4"
    said: list[float] = []
    make_copy(original, copy, steps=Steps(lambda _, fraction: said.append(fraction)))
    assert playable_type(copy) == "video/mp4"
    everything = get_sampler("fps(1000)")
    frames = read_frames(copy, everything)
    _, first = np.unique(frames.times, return_index=True)
    np.testing.assert_allclose(frames.times[first], np.array(stamps) / 1000, atol=2e-3)
    assert numbers(frames.frames[first]) == list(range(8))
    assert said == sorted(said)
    assert said[-1] == 1


def test_the_last_frame_of_a_copy_stays_as_long(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.avi", 20, codec="mpeg4")
    make_copy(original, tmp_path / "copy.mp4")
    assert probe(original).duration == pytest.approx(2.0)
    assert probe(tmp_path / "copy.mp4").duration == pytest.approx(2.0, abs=1e-3)


def test_a_copy_stands_upright_and_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temadapter.serve.playback.LONGEST_SIDE", 60)
    original = write_video(tmp_path / "a.mp4", 4, aspect=Fraction(1))
    set_display_matrix(original, (0, 1, -1, 0))
    make_copy(original, tmp_path / "copy.mp4")
    frames = read_frames(tmp_path / "copy.mp4", get_sampler("uniform(2)"))
    assert frames.frames.shape[1:3] == (60, 36)


def test_a_copy_can_be_given_up_and_leaves_nothing(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.avi", 20, codec="mpeg4")
    with pytest.raises(CancelledError):
        make_copy(original, tmp_path / "copy.mp4", steps=Steps(cancelled=lambda: True))
    (tmp_path / "b.avi").write_bytes(b"nothing")
    with pytest.raises(VideoError):
        make_copy(tmp_path / "b.avi", tmp_path / "copy.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.avi", "b.avi"]
