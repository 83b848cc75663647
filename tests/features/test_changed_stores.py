"""Stores changed by hand, datasets that were copied or touched, and disks that are full."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from temadapter.errors import DataError, StorageError
from temadapter.features.encode_videos import extract, pending
from temadapter.features.key import FeatureKey
from temadapter.features.provenance import identify
from temadapter.features.store import FeatureStore
from temadapter.features.video_file import write_video_file
from temadapter.video.sampling import get_sampler

SAMPLER = get_sampler("uniform(4)")
KEY = FeatureKey("x", "0" * 16, 12, "uniform(4)", "crop-16-bicubic")


def open_store(root):
    return FeatureStore(root, backbone=KEY, sampler=KEY.sampler, preprocessing=KEY.preprocessing)


@pytest.fixture
def store(tmp_path):
    made = open_store(tmp_path / "features")
    features = torch.arange(48.0).reshape(4, 12)
    made.write("a", features=features, times=torch.arange(4, dtype=torch.float64))
    return made


def snapshot(folder):
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.iterdir())}


@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_never_goes_unnoticed(tmp_path_factory, position, bit):
    store = open_store(tmp_path_factory.mktemp("flip"))
    features, times = torch.arange(48.0).reshape(4, 12), torch.arange(4, dtype=torch.float64)
    store.write("a", features=features, times=times, damage=["one packet was broken"])
    file, sound = store.file("a"), store.read("a")
    content = bytearray(file.read_bytes())
    content[position % len(content)] ^= 1 << bit
    file.write_bytes(content)
    try:
        got = store.read("a")
    except DataError as error:
        said = str(error)
    else:  # what may change unnoticed is how the header is spelt, never what it says
        assert torch.equal(got.features, sound.features)
        assert torch.equal(got.times, times)
        assert got.damage == sound.damage
        return
    assert file.name in said


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t["features"].zero_(), "does not match the digest"),
        (lambda t: t["features"].fill_(torch.nan), "does not match the digest"),
        (lambda t: t["times"].add_(1), "does not match the digest"),
    ],
)
def test_values_changed_by_hand_are_refused(store, change, reason):
    file = store.file("a")
    with safe_open(file, framework="pt") as handle:
        metadata = handle.metadata()
    tensors = load_file(file)
    change(tensors)
    save_file(tensors, file, metadata=metadata)
    with pytest.raises(DataError, match=reason) as caught:
        store.load_many(["a"])
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        (torch.zeros(4, 11), r"shape \(4, 11\) where \(4, 12\)"),
        (torch.zeros(3, 12), r"shape \(3, 12\) where \(4, 12\)"),
        (torch.zeros(48), r"shape \(48,\)"),
        (torch.full((4, 12), torch.nan), "not finite"),
        (torch.full((4, 12), torch.inf), "not finite"),
    ],
)
def test_a_file_with_a_right_digest_must_still_fit(store, features, reason):
    row = {"id": "a", "frames": 4, "damage": [], "source": None}
    tensors = {"features": features.half(), "times": torch.arange(4, dtype=torch.float64)}
    write_video_file(store.file("a"), row, tensors)
    with pytest.raises(DataError, match=reason) as caught:
        store.read("a")
    assert str(store.file("a")) in str(caught.value)


def test_a_file_of_another_program_is_refused(store):
    save_file({"features": torch.zeros(4, 12), "times": torch.arange(4.0)}, store.file("a"))
    with pytest.raises(DataError, match="no record of its video"):
        store.read("a")
    store.file("a").write_bytes(b"")
    with pytest.raises(DataError, match=r"broken.*delete it"):
        store.read("a")


def test_a_file_written_before_there_were_digests_is_still_read(store):
    row = {name: json.dumps(value) for name, value in {"id": "a", "frames": 4, "damage": []}.items()}
    features = torch.ones(4, 12).half()
    save_file({"features": features, "times": torch.arange(4.0).double()}, store.file("a"), metadata=row)
    assert torch.equal(store.read("a").features, features.float())


def test_zeros_in_a_file_without_a_digest_are_refused(store):
    row = {name: json.dumps(value) for name, value in {"id": "a", "frames": 4, "damage": []}.items()}
    tensors = {"features": torch.zeros(4, 12).half(), "times": torch.arange(4.0).double()}
    save_file(tensors, store.file("a"), metadata=row)
    with pytest.raises(DataError, match="holds nothing but zeros") as caught:
        store.load_many(["a"])
    assert str(store.file("a")) in str(caught.value)


def test_two_files_that_changed_places_are_noticed(store):
    store.write("b", features=torch.ones(4, 12), times=torch.arange(4, dtype=torch.float64))
    first, second = store.file("a").read_bytes(), store.file("b").read_bytes()
    store.file("a").write_bytes(second)
    store.file("b").write_bytes(first)
    for opened in (store, open_store(store.folder.parent)):
        for video, other in (("a", "b"), ("b", "a")):
            with pytest.raises(
                DataError, match=f"another video, '{other}'.*run `temadapter extract`"
            ) as caught:
                opened.read(video)
            assert str(store.file(video)) in str(caught.value)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_same_videos_give_the_same_bytes_however_they_come(tmp_path, videos, backbone, workers):
    """In another order, with other neighbours, in two goes, by several threads."""

    def contents(name):
        return {file.name: file.read_bytes() for file in (tmp_path / name).glob("*/*.safetensors")}

    def filled(name, items, **how):
        extract(
            items,
            FeatureStore(tmp_path / name, backbone=backbone, sampler=SAMPLER.name),
            backbone,
            SAMPLER,
            **how,
        )

    filled("one", videos, workers=1)
    filled("other", videos[::-1][:2], workers=workers)
    filled("other", videos[::-1], workers=workers)
    assert contents("one") == contents("other")
    assert len(contents("one")) == len(videos)


def test_two_processes_write_the_same_bytes(tmp_path, monkeypatch):
    code = (
        "import sys, torch; from pathlib import Path; from temadapter.features.key import FeatureKey\n"
        "from temadapter.features.store import FeatureStore\n"
        "key = FeatureKey('x', '0' * 16, 12, 'uniform(4)', 'crop-16-bicubic')\n"
        "store = FeatureStore(Path(sys.argv[1]), backbone=key, sampler=key.sampler, preprocessing=key.preprocessing)\n"
        "for name in 'abcd':\n"
        "    store.write(name, features=torch.ones(4, 12), times=torch.arange(4.), damage=['x'], exact=name == 'b')\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}  # sets have another order there
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "1")], check=True, timeout=120, env=environment
    )
    monkeypatch.setattr(sys, "argv", ["-c", str(tmp_path / "2")])
    exec(code, {})
    files = [
        {file.name: file.read_bytes() for file in (tmp_path / name).glob("*/*.safetensors")} for name in "12"
    ]
    assert files[0] == files[1]
    assert len(files[0]) == 4


def test_copied_and_touched_videos_are_not_encoded_again(tmp_path, videos, backbone):
    def opened():
        return FeatureStore(tmp_path / "features", backbone=backbone, sampler=SAMPLER.name)

    extract(videos, opened(), backbone, SAMPLER)
    copies = [(video_id, tmp_path / "copy" / path.name) for video_id, path in videos]
    (tmp_path / "copy").mkdir()
    for (_, path), (_, copy) in zip(videos, copies, strict=True):
        shutil.copyfile(path, copy)
        os.utime(copy, ns=(5, 5))
    before = snapshot(opened().folder)
    assert pending(copies, opened()) == []
    assert snapshot(opened().folder) == before  # asking writes nothing
    assert extract(copies, opened(), backbone, SAMPLER).skipped == len(videos)
    after = snapshot(opened().folder)
    assert {name for name in before if before[name] != after[name]} == {"manifest.jsonl"}
    assert pending(copies, opened()) == []
    extract(copies, opened(), backbone, SAMPLER)
    assert snapshot(opened().folder) == after  # the new times are known now
    assert pending(videos, opened()) == []


def test_another_content_of_the_same_size_counts_as_changed(tmp_path, videos, backbone):
    mine = tmp_path / "mine.mp4"
    shutil.copyfile(videos[0][1], mine)
    store = FeatureStore(tmp_path / "features", backbone=backbone, sampler=SAMPLER.name)
    extract([("mine", mine)], store, backbone, SAMPLER)
    content = bytearray(mine.read_bytes())
    content[-1] ^= 1
    mine.write_bytes(content)
    os.utime(mine, ns=(5, 5))
    assert pending([("mine", mine)], store) == [("mine", mine)]


def test_a_touched_file_is_hashed_once(tmp_path, store, monkeypatch):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"one")
    store.write("a", features=torch.ones(4, 12), times=torch.arange(4.0), source=identify(file))
    os.utime(file, ns=(5, 5))
    hashed = []
    from temadapter.features import provenance

    plain = provenance._sha256
    monkeypatch.setattr(provenance, "_sha256", lambda path: hashed.append(path) or plain(path))
    assert store.has("a", file)
    assert store.has("a", file)
    assert hashed == [file]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_a_sentence_and_stops_the_extraction(tmp_path, videos, backbone, monkeypatch, code):
    store = FeatureStore(tmp_path / "features", backbone=backbone, sampler=SAMPLER.name)
    calls = []

    def full(path, row, tensors):
        calls.append(path)
        if len(calls) > 2:
            raise OSError(code, os.strerror(code), str(path))
        return write_video_file(path, row, tensors)

    monkeypatch.setattr("temadapter.features.store.write_video_file", full)
    with pytest.raises(StorageError, match=r"disk is full.*goes on"):
        extract(videos, store, backbone, SAMPLER)
    monkeypatch.undo()
    again = FeatureStore(tmp_path / "features", backbone=backbone, sampler=SAMPLER.name)
    assert len(again) == 2
    report = extract(videos, again, backbone, SAMPLER)
    assert (report.done, report.skipped) == (len(videos) - 2, 2)
    assert not list(again.folder.glob(".*"))


def test_what_is_read_can_be_changed_without_changing_the_store(store):
    video = store.read("a")
    video.features.zero_()
    video.times.zero_()
    assert np.any(store.read("a").features.numpy())


def test_a_file_of_another_video_is_refused(store):
    store.write("b", features=torch.ones(4, 12), times=torch.arange(4, dtype=torch.float64))
    shutil.copyfile(store.file("a"), store.file("b"))
    with pytest.raises(DataError, match="holds the features of another video, 'a'"):
        store.read("b")


def test_a_folder_in_a_files_place_is_one_sentence(store):
    store.file("a").unlink()
    store.file("a").mkdir()
    with pytest.raises(DataError, match="cannot be read") as caught:
        store.read("a")
    assert str(store.file("a")) in str(caught.value)
