"""The frame cache: what an image tower sees, on disk."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from temadapter.errors import DataError
from temadapter.features.encode_videos import extract
from temadapter.features.frame_store import FrameStore, Pixels, read_video_frames
from temadapter.features.store import list_stores
from temadapter.video.sampling import get_sampler

SAMPLER = get_sampler("uniform(4)")


@pytest.fixture
def make(tmp_path, backbone):
    return lambda sampler=SAMPLER: FrameStore(tmp_path, pixels=Pixels(backbone), sampler=sampler.name)


def fill(store, backbone, videos, sampler=SAMPLER):
    return extract(videos, store, Pixels(backbone), sampler, workers=1)


def test_frames_come_back_as_the_tower_would_see_them(make, videos, backbone):
    store = make()
    report = fill(store, backbone, videos)
    assert (report.done, report.failed, report.frames) == (6, (), 24)
    for video_id, path in videos:
        seen = read_video_frames(path, backbone, SAMPLER)
        assert seen.features.shape == (4, 16, 16, 3)
        assert torch.equal(store.frames(video_id), seen.features)
        assert torch.equal(store.read(video_id).times, seen.times)
        assert store.count(video_id) == 4
    assert backbone.frames == []  # nothing was encoded


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 5), st.just(4), st.just(4), st.just(3))),
)
def test_compression_loses_nothing(frames):
    class Tiny:
        image_size, resize_mode = 4, "crop"

    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        store = FrameStore(Path(folder), pixels=Pixels(Tiny()), sampler="fps(1)")
        times = torch.arange(len(frames), dtype=torch.float64)
        store.write("a", features=Pixels(Tiny()).encode_frames(frames), times=times)
        assert np.array_equal(store.frames("a").numpy(), frames)


def test_a_still_camera_takes_little_space(make, videos, backbone):
    store = make()
    still = torch.randint(0, 256, (1, 768), dtype=torch.uint8).expand(50, -1)
    store.write("still", features=still, times=torch.arange(50.0))
    assert store.file("still").stat().st_size < still.numel() / 10


def test_a_second_run_resumes_and_notes_what_failed(make, videos, backbone, tmp_path):
    fill(make(), backbone, videos[:4])
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video")
    report = fill(make(), backbone, [*videos, ("bad", bad)])
    assert (report.done, report.skipped) == (2, 4)
    assert [failure.video_id for failure in make().failures()] == ["bad"]
    shutil.copy(videos[0][1], bad)
    assert fill(make(), backbone, [("bad", bad)]).done == 1
    assert make().failures() == ()


def test_backbones_that_prepare_frames_alike_share_a_cache(make, videos, backbone, tmp_path):
    class Other(type(backbone)):
        fingerprint = "fedcba9876543210"

    class Larger(type(backbone)):
        image_size = 24

    fill(make(), backbone, videos[:1])
    there = [FrameStore(tmp_path, pixels=Pixels(kind()), sampler=SAMPLER.name) for kind in (Other, Larger)]
    assert [len(store) for store in there] == [1, 0]
    assert list_stores(tmp_path) == ()  # it is no feature store, and is not listed as one


def test_a_broken_file_is_named(make, videos, backbone):
    store = make()
    fill(store, backbone, videos[:1])
    video_id, file = videos[0][0], store.file(videos[0][0])
    content = bytearray(file.read_bytes())
    content[-20:] = bytes(20)
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"is broken.*delete it"):
        store.frames(video_id)
    with pytest.raises(DataError, match="has no features of 'gone'"):
        store.frames("gone")


def test_pixels_read_no_texts(backbone):
    with pytest.raises(DataError, match="holds no text features"):
        Pixels(backbone).encode_texts(["a"])
