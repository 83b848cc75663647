"""The benchmark as files: layout, determinism, resuming, refusing."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from temadapter.crossroads.generate import HEADER, frames_of, generate
from temadapter.crossroads.questions.audit import audit
from temadapter.crossroads.simulation.episodes import sample_episode
from temadapter.data.load import load_dataset
from temadapter.errors import ConfigError
from temadapter.video.decode import read_frames
from temadapter.video.sampling import get_sampler


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("crossroads")
    generate(target, sizes=(8, 5), seed=3, workers=2)
    return target


def digest(folder):
    files = sorted((folder / "annotations").iterdir())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def test_the_layout_is_that_of_sutd_trafficqa(folder):
    lines = (folder / "annotations" / "R2_train.jsonl").read_text().split("\n")
    assert tuple(json.loads(lines[0])) == HEADER
    for line in lines[1:]:
        row = json.loads(line)
        assert len(row) == 11
        assert row[5] in "UAICFR"
        assert row[6 + row[10]] != ""
        assert (folder / "videos" / row[2]).exists()


def test_the_reader_takes_every_row(folder):
    dataset = load_dataset(folder)
    assert not dataset.problems
    train, test = dataset.split("train"), dataset.split("test")
    assert train.questions
    assert test.questions
    assert not set(train.videos()) & set(test.videos())


def test_videos_are_real_files_that_show_what_was_drawn(folder):
    name = sorted((folder / "videos").iterdir())[0]
    sampled = read_frames(name, get_sampler("uniform(4)"))
    assert sampled.frames.shape == (4, 192, 192, 3)
    assert sampled.info.codec == "h264"
    assert not sampled.damage


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    generate(tmp_path, sizes=(8, 5), seed=3, workers=1)
    assert digest(tmp_path) == digest(folder)
    a, b = (frames_of(sample_episode(np.random.default_rng(4), "forecast")) for _ in range(2))
    assert np.array_equal(a, b)


def test_what_is_missing_is_made_again_and_nothing_else(folder):
    videos = sorted((folder / "videos").iterdir())
    before = {path: path.stat().st_mtime_ns for path in videos}
    videos[0].unlink()
    generate(folder, sizes=(8, 5), seed=3, workers=1)
    assert videos[0].exists()
    assert all(path.stat().st_mtime_ns == before[path] for path in videos[1:])


def test_other_settings_are_refused(folder):
    with pytest.raises(ConfigError, match="other settings"):
        generate(folder, sizes=(8, 5), seed=4)
    with pytest.raises(ConfigError, match="two split sizes"):
        generate(folder, sizes=(0, 5))


def test_the_audit_finds_a_shortcut(tmp_path):
    (tmp_path / "annotations").mkdir()
    for split, first in (("train", 0), ("test", 100)):
        rows = [json.dumps(HEADER)]
        for number in range(first, first + 80):
            options = ["left", "right", "", ""] if number % 2 else ["right", "left", "", ""]
            answer = options.index("left")
            rows.append(json.dumps([number, number, f"{number}.mp4", 3, "Where?", "U", *options, answer]))
        (tmp_path / "annotations" / f"R2_{split}.jsonl").write_text("\n".join(rows))
    found = audit(tmp_path)
    assert found.overall.accuracy > 0.95
    assert not found.passes
