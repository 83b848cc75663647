from __future__ import annotations

import json
import os
import shutil
import threading

import numpy as np
import pytest
import torch

from temadapter.errors import ConfigError, DataError
from temadapter.features import prefetch as reading
from temadapter.features.encode_videos import encode_video, extract, pending
from temadapter.features.store import FeatureStore
from temadapter.video.decode import read_frames
from temadapter.video.preprocessing import resize
from temadapter.video.sampling import get_sampler

SAMPLER = get_sampler("uniform(4)")


@pytest.fixture
def make(tmp_path, backbone):
    return lambda sampler=SAMPLER: FeatureStore(
        tmp_path / "features", backbone=backbone, sampler=sampler.name
    )


def test_features_are_those_of_the_sampled_frames(make, videos, backbone):
    store = make()
    report = extract(videos, store, backbone, SAMPLER, workers=2)
    assert (report.done, report.skipped, report.failed, report.frames) == (6, 0, (), 24)
    for video_id, path in videos:
        video = read_frames(path, SAMPLER)
        wanted = backbone.encode_frames(resize(video.frames, 16, mode="squash"))
        got = store.read(video_id)
        assert torch.equal(got.features, wanted.half().float())
        np.testing.assert_array_equal(got.times.numpy(), video.times)


def test_nothing_is_done_twice(make, videos, backbone):
    extract(videos[:4], make(), backbone, SAMPLER)
    backbone.frames.clear()
    report = extract(videos, make(), backbone, SAMPLER)
    assert (report.done, report.skipped) == (2, 4)
    assert sum(backbone.frames) == 8
    again = extract(videos, make(), backbone, SAMPLER)
    assert (again.done, again.skipped, again.frames) == (0, 6, 0)


def test_a_changed_file_is_encoded_anew(make, videos, backbone, tmp_path):
    mine = tmp_path / "mine.mp4"
    shutil.copy(videos[0][1], mine)
    extract([("mine", mine)], make(), backbone, SAMPLER)
    shutil.copy(videos[1][1], mine)
    assert pending([("mine", mine)], make()) == [("mine", mine)]
    assert extract([("mine", mine)], make(), backbone, SAMPLER).done == 1
    assert torch.equal(make().read("mine").features, encode_video(videos[1][1], backbone, SAMPLER).features)
    assert extract([("mine", mine)], make(), backbone, SAMPLER).skipped == 1


def test_a_bad_video_does_not_stop_the_others(make, videos, backbone, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"this is no video")
    gone = tmp_path / "gone.mp4"
    some = [("bad", bad), *videos[:2], ("gone", gone), *videos[2:]]
    report = extract(some, make(), backbone, SAMPLER, workers=3)
    assert report.done == 6
    assert {failure.video_id for failure in report.failed} == {"bad", "gone"}
    assert all(failure.reason and "\n" not in failure.reason for failure in report.failed)
    noted = {json.loads(line)["id"] for line in (make().folder / "failures.jsonl").read_text().splitlines()}
    assert noted == {"bad", "gone"}
    # The next time both are tried again; the one that was mended is taken off the list.
    shutil.copy(videos[0][1], bad)
    report = extract(some, make(), backbone, SAMPLER)
    assert (report.done, report.skipped) == (1, 6)
    assert [failure.video_id for failure in make().failures()] == ["gone"]
    shutil.copy(videos[0][1], gone)
    extract(some, make(), backbone, SAMPLER)
    assert make().failures() == ()


def test_features_that_are_not_finite_fail_their_video_only(make, videos, backbone):
    plain = backbone.encode_frames
    dark = encode_video(videos[1][1], backbone, SAMPLER).features.half()

    def sometimes(frames):
        features = plain(frames)
        for index, row in enumerate(features):
            if any(torch.equal(row.half(), known) for known in dark):
                features[index] = torch.inf
        return features

    backbone.encode_frames = sometimes
    report = extract(videos, make(), backbone, SAMPLER)
    assert [failure.video_id for failure in report.failed] == [videos[1][0]]
    assert "not finite" in report.failed[0].reason


def test_a_long_video_comes_in_pieces(make, videos, backbone, monkeypatch):
    monkeypatch.setattr(reading, "PIECE_FRAMES", 8)
    sampler = get_sampler("fps(10)")
    video_id, path = videos[2]
    pieces = list(reading.read_pieces(path, sampler, lambda f: resize(f, 16, mode="squash"), image_size=16))
    assert [len(piece) for piece in pieces] == [8, 8, 8, 8, 1]
    extract(videos, make(sampler), backbone, sampler, workers=3)
    video = read_frames(path, sampler)
    wanted = backbone.encode_frames(resize(video.frames, 16, mode="squash")).half().float()
    got = make(sampler).read(video_id)
    assert torch.equal(got.features, wanted)
    np.testing.assert_array_equal(got.times.numpy(), video.times)
    assert torch.equal(encode_video(path, backbone, sampler).features, wanted)


def test_memory_is_bounded_by_what_waits(videos, monkeypatch):
    """With nobody taking pieces away, the readers stop after a few."""
    sampler, opened, lock = get_sampler("uniform(4)"), [], threading.Lock()
    plain = reading.read_pieces

    def counted(path, *arguments, **options):
        with lock:
            opened.append(path)
        return plain(path, *arguments, **options)

    monkeypatch.setattr(reading, "read_pieces", counted)
    jobs = [reading.Job(str(index), videos[0][1]) for index in range(50)]
    readers = reading.Readers(
        jobs,
        sampler,
        lambda frame: frame[:16, :16],
        image_size=16,
        workers=2,
        turn=lambda job: "mine",
    )
    with readers:
        seen = readers.ready(4)
        for _ in range(20):
            threading.Event().wait(0.02)
        waiting = len(opened)
        assert waiting <= 8  # a queue of four things, two in hand, and what was taken
        ends = sum(isinstance(item, reading.End) for item in seen)
        while items := readers.ready(64):
            ends += sum(isinstance(item, reading.End) for item in items)
    assert ends == 50


def test_what_is_done_when_its_turn_comes_is_not_read(videos):
    jobs = [reading.Job(video_id, path) for video_id, path in videos]
    readers = reading.Readers(
        jobs,
        SAMPLER,
        lambda frame: frame[:16, :16],
        image_size=16,
        workers=1,
        turn=lambda job: "done" if job == jobs[1] else "mine",
    )
    with readers:
        items = [item for _ in jobs for item in readers.ready(1000)]
    skipped = [item.job for item in items if isinstance(item, reading.End) and item.skipped]
    assert skipped == [jobs[1]]
    assert jobs[1] not in [item.job for item in items if isinstance(item, reading.Piece)]


def test_leaving_early_stops_the_readers(videos):
    jobs = [reading.Job(str(index), videos[0][1]) for index in range(50)]
    readers = reading.Readers(
        jobs, SAMPLER, lambda frame: frame[:16, :16], image_size=16, workers=2, turn=lambda job: "mine"
    )
    with readers:
        assert readers.ready(4)
    assert not any(thread.is_alive() for thread in readers._threads)


def test_the_number_of_torch_threads_is_left_as_it_was(make, videos, backbone):
    before = torch.get_num_threads()
    extract(videos, make(), backbone, SAMPLER, workers=2)
    assert torch.get_num_threads() == before


def test_limit_and_repeated_ids(make, videos, backbone):
    report = extract([*videos, *videos], make(), backbone, SAMPLER, limit=2)
    assert (report.done, make().ids()) == (2, tuple(sorted(video_id for video_id, _ in videos[:2])))
    with pytest.raises(DataError, match="stands for two files"):
        extract([("a", videos[0][1]), ("a", videos[1][1])], make(), backbone, SAMPLER)


def test_a_store_of_another_kind_is_refused(make, videos, backbone):
    store = make(get_sampler("uniform(5)"))
    with pytest.raises(ConfigError, match=r"for the sampler uniform\(5\)"):
        extract(videos, store, backbone, SAMPLER)
    backbone.fingerprint = "f" * 16
    with pytest.raises(ConfigError, match="and the backbone grey"):
        extract(videos, store, backbone, get_sampler("uniform(5)"))
    with pytest.raises(ConfigError, match="at least 1, not 0"):
        extract(videos, make(), backbone, SAMPLER, workers=0)


def test_what_another_process_has_done_meanwhile_is_skipped(make, videos, backbone):
    """The second store was opened before the first one wrote."""
    late = make()
    extract(videos, make(), backbone, SAMPLER)
    backbone.frames.clear()
    assert extract(videos, late, backbone, SAMPLER).skipped == 6
    assert backbone.frames == []


def test_a_moved_clock_does_not_hide_a_change_of_size(make, videos, backbone, tmp_path):
    mine = tmp_path / "mine.mp4"
    shutil.copy(videos[0][1], mine)
    os.utime(mine, ns=(10**18, 10**18))
    extract([("mine", mine)], make(), backbone, SAMPLER)
    shutil.copy(videos[2][1], mine)
    os.utime(mine, ns=(10**18, 10**18))
    assert extract([("mine", mine)], make(), backbone, SAMPLER).done == 1


def test_threads_that_decode_compute_alone(red_then_blue):
    threads = []

    def prepare(frame):
        torch.nn.functional.relu(
            torch.ones(200_000)
        )  # the first use in a thread used to undo what was set before
        threads.append(torch.get_num_threads())
        return resize(frame, 16, mode="crop")

    torch.set_num_threads(2)
    jobs = [reading.Job(str(number), red_then_blue) for number in range(3)]
    readers = reading.Readers(jobs, SAMPLER, prepare, image_size=16, workers=2, turn=lambda job: "mine")
    with readers:
        while readers.ready(4):
            pass
    assert threads == [1] * 12
    assert torch.get_num_threads() == 2
