"""A local Ray cluster of two workers; one is killed, and one video kills whoever reads it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from temadapter.errors import ConfigError
from temadapter.features import ray_extract
from temadapter.features.encode_videos import extract
from temadapter.features.ray_extract import WorkerSetup, extract_with_ray
from temadapter.features.store import FeatureStore
from temadapter.video.sampling import get_sampler

SAMPLER = get_sampler("uniform(4)")


def content(store: FeatureStore) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in store.folder.glob("*.safetensors")}


def test_the_same_store_as_one_process_though_workers_die(tmp_path, videos, backbone):
    pytest.importorskip("ray", reason="Ray is an extra")
    tests, mark = str(Path(__file__).parent), tmp_path / "killed once"

    def load():
        sys.path.insert(0, tests)
        from grey_backbone import GreyBackbone

        from temadapter.features import prefetch

        plain = prefetch.read_pieces

        def deadly(path, *arguments, **options):
            if path.name == "2.mp4" and not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if path.name == "deadly.mp4":
                os.kill(os.getpid(), signal.SIGKILL)
            return plain(path, *arguments, **options)

        prefetch.read_pieces = deadly
        return GreyBackbone()

    (tmp_path / "deadly.mp4").write_bytes(videos[0][1].read_bytes())
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    some = [
        *videos,
        *((f"again/{name}", path) for name, path in videos),
        ("part", videos[2][1], (1.0, 2.0)),
        ("deadly", tmp_path / "deadly.mp4"),
        ("bad", tmp_path / "bad.mp4"),
        ("gone", tmp_path / "gone.mp4"),
    ]

    def opened(name):
        return FeatureStore(tmp_path / name, backbone=backbone, sampler=SAMPLER.name)

    extract(videos[:1], opened("ray"), backbone, SAMPLER)
    setup = WorkerSetup(tmp_path / "ray", SAMPLER.name, load)
    report = extract_with_ray(
        some, opened("ray"), setup, concurrency=2, why_missing=lambda name: f"No {name}"
    )
    assert mark.exists()
    assert (report.done, report.skipped) == (12, 1)
    reasons = {failure.video_id: failure.reason for failure in report.failed}
    assert reasons.keys() == {"deadly", "bad", "gone"}
    assert "died" in reasons["deadly"]
    assert reasons["gone"] == "No gone."
    assert {failure.video_id for failure in opened("ray").failures()} == reasons.keys()
    extract([video for video in some if video[0] not in reasons], opened("alone"), backbone, SAMPLER)
    assert content(opened("ray")) == content(opened("alone"))
    assert not (opened("ray").folder / "leases").exists()


def test_without_ray_one_sentence_says_how_to_get_it(tmp_path, videos, backbone, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(ray_extract, "import_module", missing)
    store = FeatureStore(tmp_path, backbone=backbone, sampler=SAMPLER.name)
    with pytest.raises(ConfigError, match=r"temadapter\[ray\]"):
        extract_with_ray(videos, store, WorkerSetup(tmp_path, SAMPLER.name, lambda: backbone))


def test_sockets_get_a_short_folder(monkeypatch):
    monkeypatch.setattr(ray_extract.tempfile, "gettempdir", lambda: "/a" * 40)
    assert ray_extract._short_folder() == "/tmp/ray"
