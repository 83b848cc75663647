"""Videos given as a path, an array or an open file; anything else is one sentence."""

from __future__ import annotations

import gc
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from temadapter.errors import ConfigError, VideoError
from temadapter.video.decode import read_frames
from temadapter.video.given import GivenVideo
from temadapter.video.sampling import get_sampler

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 40), st.integers(1, 40), st.just(3))


@settings(max_examples=25)
@given(frames=SHAPES.flatmap(lambda shape: arrays(np.uint8, shape)))
def test_an_array_comes_back_bit_for_bit(frames):
    held = GivenVideo.of(frames)
    read = read_frames(held.path, get_sampler(f"uniform({len(frames)})"))
    assert (read.frames == frames).all()
    assert read.damage == ()
    assert np.allclose(np.diff(read.times), 1 / 25)


@pytest.mark.parametrize(
    "view", [lambda a: a[:, ::2], lambda a: a[..., ::-1], lambda a: a[::-1], np.asfortranarray]
)
def test_views_of_arrays_are_arrays(view):
    frames = view(np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8))
    held = GivenVideo.of(frames)
    assert (read_frames(held.path, get_sampler("uniform(4)")).frames == frames).all()


def test_temporary_files_live_as_long_as_what_holds_them():
    held = GivenVideo.of(np.zeros((2, 8, 8, 3), np.uint8))
    path = held.path
    assert path.is_file()
    del held
    gc.collect()
    assert not path.parent.exists()


def test_a_file_of_the_users_is_never_removed(red_then_blue):
    GivenVideo.of(red_then_blue)
    gc.collect()
    assert Path(red_then_blue).is_file()


class Pipe:
    """Can be read once, as from a network."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def test_open_files_are_read_from_their_start(red_then_blue):
    wanted = read_frames(red_then_blue, get_sampler("uniform(4)")).frames
    content = Path(red_then_blue).read_bytes()
    at_the_end = io.BytesIO()
    at_the_end.write(content)
    with red_then_blue.open("rb") as handle:
        for file in (handle, io.BytesIO(content), at_the_end, Pipe(content)):
            held = GivenVideo.of(file)
            assert (read_frames(held.path, get_sampler("uniform(4)")).frames == wanted).all()
    assert GivenVideo.of(io.BytesIO(content)).name == "the BytesIO"


@pytest.mark.parametrize(
    ("video", "words"),
    [
        (None, "not nothing"),
        (3, "not an int"),
        ([np.zeros((4, 4, 3), np.uint8)], r"not a list\. .*np\.stack"),
        (b"bytes", r"not a bytes\. Wrap the bytes in io\.BytesIO"),
        (np.zeros((4, 8, 8, 3)), "not float64 of shape"),
        (np.zeros((8, 8, 3), np.uint8), r"of shape \(8, 8, 3\)\. A single picture is array\[None\]"),
        (np.zeros((4, 3, 8, 8), np.uint8), r"\(T, H, W, 3\).*transpose\(0, 2, 3, 1\)"),
        (np.zeros((8, 8, 3), np.float32), r"of shape \(8, 8, 3\)\.$"),
        (np.uint8(3), "not an uint8"),
        (iter([np.zeros((4, 4, 3), np.uint8)]), r"np\.stack\(list\(\.\.\.\)\)"),
        (np.ma.masked_array(np.zeros((4, 8, 8, 3), np.uint8)), "masked"),
        ("", "name of a video is empty"),
        (" ", "name of a video is empty"),
        (type("Five", (), {"read": lambda *_: 5})(), "gives an int where it is read"),
        (np.zeros((0, 8, 8, 3), np.uint8), "at least one frame"),
        (np.array([None]), "not object of shape"),
        (io.StringIO("text"), "reading text"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(video, words):
    with pytest.raises(ConfigError, match=words):
        GivenVideo.of(video)


def test_a_picture_of_pil_says_how():
    from PIL import Image

    picture = Image.new("RGB", (16, 12))
    with pytest.raises(ConfigError, match=r"np\.asarray\(picture\)\[None\]"):
        GivenVideo.of(picture)
    assert GivenVideo.of(np.asarray(picture)[None]).name == "an array of 1 frame, 12 x 16"


@pytest.mark.parametrize("after", [0, 1])
def test_a_file_that_breaks_off_while_it_is_read_is_refused_and_leaves_nothing(after, tmp_path, monkeypatch):
    """Libraries for remote files raise errors of their own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    blocks = iter([b"x"] * after)

    class Remote:
        def read(self, _: int) -> bytes:
            for block in blocks:
                return block
            raise RuntimeError("the connection was lost")

    with pytest.raises(ConfigError, match=r"the Remote cannot be read \(the connection was lost\)"):
        GivenVideo.of(Remote())
    assert list(tmp_path.iterdir()) == []


def test_tensors_say_how(monkeypatch):
    import torch

    with pytest.raises(ConfigError, match=r"not a Tensor\. Call its \.numpy\(\)"):
        GivenVideo.of(torch.zeros(2, 8, 8, 3, dtype=torch.uint8))


def test_closed_and_written_files_are_refused(tmp_path):
    closed = io.BytesIO(b"x")
    closed.close()
    with pytest.raises(ConfigError, match="cannot be read"):
        GivenVideo.of(closed)
    with (
        (tmp_path / "new").open("wb") as handle,
        pytest.raises(ConfigError, match="open it for reading bytes"),
    ):
        GivenVideo.of(handle)


def test_errors_speak_of_the_name_that_was_given():
    held = GivenVideo.of(io.BytesIO(b"no video at all"))
    with pytest.raises(VideoError, match="the BytesIO is not a video") as refused, held.named():
        read_frames(held.path, get_sampler("uniform(4)"))
    assert "temadapter-" not in str(refused.value)
