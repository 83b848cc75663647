"""Extraction killed with SIGKILL, and two extractions at once, on real videos in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from temadapter.features.encode_videos import extract
from temadapter.features.store import FeatureStore
from temadapter.video.sampling import get_sampler

SAMPLER = get_sampler("uniform(4)")

WORKER = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from grey_backbone import GreyBackbone
from temadapter.features.encode_videos import extract
from temadapter.features.store import FeatureStore
from temadapter.video.sampling import get_sampler

class Slow(GreyBackbone):
    def encode_frames(self, frames):
        time.sleep(float(sys.argv[4]))
        return super().encode_frames(frames)

backbone, sampler = Slow(), get_sampler("uniform(4)")
store = FeatureStore(Path(sys.argv[2]), backbone=backbone, sampler=sampler.name)
videos = [(name, Path(path)) for name, path in json.loads(sys.argv[3])]
print("ready", flush=True)
report = extract(videos, store, backbone, sampler, workers=1)
print(json.dumps([report.done, report.skipped, len(report.failed)]))
"""


def start(root: Path, videos, *, pause: float) -> subprocess.Popen[str]:
    listed = json.dumps([(name, str(path)) for name, path in videos])
    arguments = [sys.executable, "-c", WORKER, str(Path(__file__).parent), str(root), listed, str(pause)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)


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
    process = start(root, many, pause=0.1)
    deadline = time.monotonic() + 300
    while len(list(store.folder.glob("*.safetensors"))) < 5:
        assert process.poll() is None, "the extraction ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
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
    processes = [start(root, order, pause=0.02) for order in (many, many[::-1], many)]
    encoded = 0
    for process in processes:
        out, _ = process.communicate(timeout=300)
        done, skipped, failed = json.loads(out.splitlines()[-1])
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
    slow = start(root, many[:1], pause=3600)
    deadline = time.monotonic() + 300
    while not list(store.folder.glob("leases/*.lease")):
        assert slow.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    quick = start(root, many, pause=0)
    while check_whole(store.folder) < len(many) - 1:
        assert quick.poll() is None, "it must wait for the video that is not there"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert quick.poll() is None
    slow.send_signal(signal.SIGKILL)
    slow.wait()
    slow.stdout.close()
    out, _ = quick.communicate(timeout=300)
    assert json.loads(out.splitlines()[-1]) == [len(many), 0, 0]
    assert not (store.folder / "leases").exists()
