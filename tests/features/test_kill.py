"""Extraction killed with SIGKILL, and two extractions at once, on real videos in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch
from grey_backbone import GreyBackbone
from safetensors import safe_open

from forks import CONTEXT
from temadapter.features.encode_videos import extract
from temadapter.features.store import FeatureStore
from temadapter.video.sampling import get_sampler

SAMPLER = get_sampler("uniform(4)")


class Slow(GreyBackbone):
    def __init__(self, pause: float) -> None:
        super().__init__()
        self.pause = pause

    def encode_frames(self, frames):
        time.sleep(self.pause)
        return super().encode_frames(frames)


def work(root: Path, videos, pause: float, told: Connection) -> None:
    torch.set_num_threads(1)
    backbone = Slow(pause)
    store = FeatureStore(root, backbone=backbone, sampler=SAMPLER.name)
    report = extract(videos, store, backbone, SAMPLER, workers=1)
    told.send([report.done, report.skipped, len(report.failed)])


class Running:
    """An extraction in a process of its own."""

    def __init__(self, root: Path, videos, *, pause: float) -> None:
        self.told, theirs = CONTEXT.Pipe(duplex=False)
        self.process = CONTEXT.Process(target=work, args=(root, videos, pause, theirs))
        self.process.start()
        theirs.close()

    @property
    def runs(self) -> bool:
        return self.process.is_alive()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()

    def result(self) -> list[int]:
        """Wait for its end; return how many videos were done, skipped and failed."""
        assert self.told.poll(300)
        found = self.told.recv()
        self.process.join(300)
        assert self.process.exitcode == 0
        return found


def check_whole(folder: Path) -> int:
    """Every file that bears a final name can be read to its end; return how many there are."""
    files = list(folder.glob("*.safetensors"))
    for file in files:
        with safe_open(file, framework="pt") as handle:
            assert handle.get_tensor("features").shape == (4, 12)
    return len(files)


@pytest.fixture
def many(videos):
    return [(f"{copy}/{video_id}", path) for copy in range(3) for video_id, path in videos]


def test_killed_and_started_again(tmp_path, many, backbone):
    root = tmp_path / "features"
    store = FeatureStore(root, backbone=backbone, sampler=SAMPLER.name)
    process = Running(root, many, pause=0.1)
    deadline = time.monotonic() + 300
    while len(list(store.folder.glob("*.safetensors"))) < 5:
        assert process.runs, "the extraction ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.kill()
    finished = check_whole(store.folder)
    assert 5 <= finished < len(many)
    report = extract(many, FeatureStore(root, backbone=backbone, sampler=SAMPLER.name), backbone, SAMPLER)
    assert (report.done, report.skipped, report.failed) == (len(many) - finished, finished, ())
    assert sum(backbone.frames) == 4 * (len(many) - finished)
    assert check_whole(store.folder) == len(many)
    again = FeatureStore(root, backbone=backbone, sampler=SAMPLER.name)
    alone = FeatureStore(tmp_path / "alone", backbone=backbone, sampler=SAMPLER.name)
    extract(many, alone, backbone, SAMPLER)
    for video_id, _ in many:
        assert torch.equal(again.read(video_id).features, alone.read(video_id).features)


def test_two_processes_at_once(tmp_path, many, backbone):
    root = tmp_path / "features"
    processes = [Running(root, order, pause=0.02) for order in (many, many[::-1], many)]
    encoded = 0
    for process in processes:
        done, skipped, failed = process.result()
        assert (done + skipped, failed) == (len(many), 0)
        encoded += done
    assert encoded == len(many)  # nothing twice
    store = FeatureStore(root, backbone=backbone, sampler=SAMPLER.name)
    assert store.ids() == tuple(sorted(video_id for video_id, _ in many))
    assert check_whole(store.folder) == len(many)
    for line in (store.folder / "manifest.jsonl").read_text().splitlines():
        json.loads(line)
    assert not (store.folder / "leases").exists()


def test_what_a_killed_process_had_claimed_is_taken_over(tmp_path, many, backbone):
    """One process holds a claim for an hour, is killed, and another that waits for it goes on."""
    root = tmp_path / "features"
    store = FeatureStore(root, backbone=backbone, sampler=SAMPLER.name)
    slow = Running(root, many[:1], pause=3600)
    deadline = time.monotonic() + 300
    while not list(store.folder.glob("leases/*.lease")):
        assert slow.runs
        assert time.monotonic() < deadline
        time.sleep(0.01)
    quick = Running(root, many, pause=0)
    while check_whole(store.folder) < len(many) - 1:
        assert quick.runs, "it must wait for the video that is not there"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert quick.runs
    slow.kill()
    assert quick.result() == [len(many), 0, 0]
    assert not (store.folder / "leases").exists()
