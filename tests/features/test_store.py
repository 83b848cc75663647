from __future__ import annotations

import json
import os

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from temadapter.errors import DataError
from temadapter.features.journal import append_row, read_rows
from temadapter.features.key import FeatureKey
from temadapter.features.provenance import imported_state
from temadapter.features.store import Failure, FeatureStore, list_stores, source_state


@pytest.fixture
def make(tmp_path, backbone):
    return lambda **change: FeatureStore(
        tmp_path / "features", **{"backbone": backbone, "sampler": "uniform(4)", **change}
    )


def put(store, video_id, *, frames=4, value=None, **options):
    generator = torch.Generator().manual_seed(frames)
    features = (
        torch.randn(frames, 12, generator=generator) if value is None else torch.full((frames, 12), value)
    )
    times = torch.arange(frames, dtype=torch.float64) / 7
    store.write(video_id, features=features, times=times, **options)
    return features, times


def test_what_is_written_is_read(make):
    store = make()
    features, times = put(store, "a.mp4", damage=["2 packets were broken"])
    for opened in (store, make(), FeatureStore.open(store.folder)):
        assert opened.has("a.mp4")
        assert opened.ids() == ("a.mp4",)
        video = opened.read("a.mp4")
        assert torch.equal(video.features, features.half().float())
        assert torch.equal(video.times, times)
        assert video.damage == ("2 packets were broken",)


@given(
    features=arrays(np.float32, (3, 12), elements=st.floats(width=32, allow_nan=False, allow_infinity=False))
)
def test_exact_features_come_back_bit_for_bit(tmp_path_factory, features):
    key = FeatureKey("x", "0" * 16, 12, "uniform(3)", "crop-16-bicubic")
    root = tmp_path_factory.getbasetemp() / "exact"
    features.flat[:3] = [-0.0, 1e-42, 3.4e38]  # a denormal, and what float16 has no number for
    store = FeatureStore(root, backbone=key, sampler=key.sampler, preprocessing=key.preprocessing)
    store.write("a", features=torch.from_numpy(features), times=torch.full((3,), torch.nan), exact=True)
    for opened in (store, FeatureStore.open(store.folder)):
        assert opened.read("a").features.numpy().tobytes() == features.tobytes()
        table = opened.load_many(["a"], dtype=None)
        assert table.features.dtype == torch.float32
        assert table.features[0].numpy().tobytes() == features.tobytes()


def test_the_manifest_says_what_is_exact(make):
    store = make()
    features, _ = put(store, "exact", exact=True)
    put(store, "usual")
    rows = {row["id"]: row for row in read_rows(store.folder / "manifest.jsonl")}
    assert rows["exact"]["dtype"] == "float32"
    assert rows["usual"].keys() == {"id", "frames", "damage", "source", "digest"}
    (store.folder / "manifest.jsonl").unlink()
    assert make().ids() == ("exact", "usual")
    make().repair()
    assert {row["id"]: row for row in read_rows(store.folder / "manifest.jsonl")} == rows
    assert store.load_many(["usual"], dtype=None).features.dtype == torch.float16
    both = store.load_many(["usual", "exact"], dtype=None).features
    assert torch.equal(both, torch.stack([features.half().float(), features]))
    put(store, "exact")  # written again, as usual
    assert torch.equal(make().read("exact").features, features.half().float())


def test_others_may_read_and_append_where_the_umask_lets_them(make):
    before = os.umask(0o002)
    try:
        store = make()
        put(store, "a")
        store.add_failure(Failure("b", "b.mp4", "broken"))
    finally:
        os.umask(before)
    modes = {file.name: file.stat().st_mode & 0o777 for file in store.folder.iterdir()}
    assert modes == dict.fromkeys(modes, 0o664)
    assert len(modes) == 4


def test_imported_features_count_for_every_version_of_the_video(make, tmp_path):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"one")
    put(make(), "a", source=imported_state(3))
    store = make()
    assert store.has("a", file)
    assert store.source("a") == {"imported_row": 3}
    assert store.source("b") is None


def test_a_missing_video_is_a_sentence(make):
    with pytest.raises(DataError, match=r"no features of 'b.mp4'.*temadapter extract"):
        make().read("b.mp4")


def test_every_key_has_its_own_folder(make, backbone):
    stores = [
        make(),
        make(sampler="uniform(41)"),
        make(sampler="fps(4)"),
        make(preprocessing="crop-16-bicubic"),
    ]
    other = FeatureKey("other", "f" * 16, 12, "", "")
    stores.append(make(backbone=other, preprocessing="squash-16-bicubic"))
    assert len({store.folder for store in stores}) == 5
    assert make(preprocessing="squash-16-bicubic").folder == stores[0].folder
    renamed = FeatureKey("another name of the same model", backbone.fingerprint, 12, "", "squash-16-bicubic")
    assert make(backbone=renamed).folder == stores[0].folder


def test_stores_are_listed_by_their_keys(make, tmp_path):
    assert list_stores(tmp_path / "features") == ()
    put(make(), "a")
    put(make(sampler="fps(2)"), "b")
    assert {store.key.sampler for store in list_stores(tmp_path / "features")} == {"uniform(4)", "fps(2)"}
    with pytest.raises(DataError, match="not a feature store"):
        FeatureStore.open(tmp_path)


@given(st.lists(st.text(min_size=1), min_size=2, max_size=20, unique=True))
def test_ids_never_share_a_file(tmp_path_factory, ids):
    key = FeatureKey("x", "0" * 16, 12, "uniform(4)", "crop-16-bicubic")
    store = FeatureStore(tmp_path_factory.getbasetemp() / "none", backbone=key, sampler="uniform(4)")
    names = [store.file(video_id).name for video_id in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(name.isascii() and "/" not in name and len(name) < 120 for name in names)


@pytest.mark.parametrize(
    "video_id", ["../../etc/passwd", "a/b/c.mp4", "Straße 7\n.mp4", "x" * 500, ".", "\udcff.mp4"]
)
def test_any_id_can_be_stored(make, video_id):
    put(make(), video_id)
    store = make()
    assert store.ids() == (video_id,)
    assert store.file(video_id).parent == store.folder
    assert store.read(video_id).features.shape == (4, 12)


def test_a_changed_file_does_not_count(make, tmp_path):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"one")
    store = make()
    put(store, "a", source=source_state(file))
    assert store.has("a", file)
    os.utime(file, ns=(5, 5))
    assert not store.has("a", file)
    assert not make().has("a", file)
    assert store.has("a")
    put(store, "a", source=source_state(file))
    assert store.has("a", file)
    file.unlink()
    assert store.has("a", file)  # the features are still good


def test_load_many_fills_up_to_the_longest(make):
    store = make()
    long, times = put(store, "long", frames=5)
    short, _ = put(store, "short", frames=2)
    table = store.load_many(["short", "long", "short"])
    assert table.features.shape == (3, 5, 12)
    assert table.frame_mask.sum(1).tolist() == [2, 5, 2]
    assert torch.equal(table.features[0, :2], short.half().float())
    assert torch.equal(table.features[1], long.half().float())
    assert not table.features[~table.frame_mask].any()
    assert torch.equal(table.times[1], times)
    half = store.load_many(["long"], dtype=torch.float16)
    assert half.features.dtype == torch.float16
    assert torch.equal(half.features[0], long.half())
    assert store.load_many([]).features.shape == (0, 0, 12)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (torch.zeros(3, 12), r"shape \(3, 12\), but \(4, 12\)"),
        (torch.zeros(4, 11), r"shape \(4, 11\)"),
        (torch.full((4, 12), 1e6), "not finite"),
        (torch.full((4, 12), torch.nan), "not finite"),
    ],
)
def test_bad_features_are_never_stored(make, features, message):
    store = make()
    with pytest.raises(DataError, match=message):
        store.write("a", features=features, times=torch.arange(4.0))
    assert not store.has("a")


def test_exact_features_are_finite_too(make):
    put(make(), "a", value=1e6, exact=True)
    with pytest.raises(DataError, match="not finite as float32"):
        put(make(), "b", value=torch.inf, exact=True)
    assert make().ids() == ("a",)


def test_a_lost_or_torn_manifest_is_mended(make):
    store = make()
    for name in "abc":
        put(store, name)
    manifest = store.folder / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(lines[0] + lines[1][:9])  # torn in the middle of b's line, c's never written
    before = manifest.read_bytes()
    assert make().ids() == ("a", "b", "c")
    assert manifest.read_bytes() == before  # asking writes nothing
    make().repair()
    assert {row["id"] for row in read_rows(manifest)} == {"a", "b", "c"}
    manifest.unlink()
    assert make().ids() == ("a", "b", "c")


def test_a_manifest_row_without_its_file_does_not_count(make):
    store = make()
    put(store, "a")
    store.file("a").unlink()
    assert not store.has("a")
    assert make().ids() == ()


def test_half_a_file_is_never_taken_for_features(make):
    store = make()
    put(store, "a")
    whole = store.file("a").read_bytes()
    put(store, "b")
    store.file("c").write_bytes(whole[: len(whole) // 2])
    partial = store.folder / ".d.safetensors.1.partial"
    partial.write_bytes(whole)
    os.utime(partial, (0, 0))
    opened = make()
    assert opened.ids() == ("a", "b")
    assert not opened.has("c")
    opened.repair()
    assert not partial.exists()
    store.file("a").write_bytes(whole[:-8])
    with pytest.raises(DataError, match="broken"):
        opened.read("a")


def test_a_file_under_anothers_name_is_not_believed(make):
    store = make()
    put(store, "a")
    store.file("b").write_bytes(store.file("a").read_bytes())
    assert not store.has("b")
    assert make().ids() == ("a",)


def test_a_writer_that_dies_half_way_leaves_what_was_there(make, monkeypatch):
    store = make()
    put(store, "a", value=1.0)

    def half(path, row, tensors):
        path.write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr("temadapter.features.store.write_video_file", half)
    for video_id in "ab":
        with pytest.raises(KeyboardInterrupt):
            put(store, video_id, value=2.0)
    assert make().ids() == ("a",)
    assert make().read("a").features.unique().tolist() == [1.0]


def test_another_writer_is_noticed_without_opening_again(make, tmp_path):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"one")
    first, second = make(), make()
    put(first, "a", value=1.0, source=source_state(file))
    assert second.has("a", file)
    file.write_bytes(b"three")
    put(first, "a", value=2.0, source=source_state(file))
    assert second.has("a", file)
    assert second.read("a").features.unique().tolist() == [2.0]


def test_failures_are_noted_and_taken_back(make):
    store = make()
    assert store.failures() == ()
    store.add_failure(Failure("a", "/v/a.mp4", "no video stream"))
    store.add_failure(Failure("b", "/v/b.mp4", "there is no file"))
    store.add_failure(Failure("a", "/v/a.mp4", "another reason"))
    assert make().failures() == (
        Failure("a", "/v/a.mp4", "another reason"),
        Failure("b", "/v/b.mp4", "there is no file"),
    )
    store.resolve_failures(["a"])
    rows = [json.loads(line) for line in (store.folder / "failures.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["b"]
    store.resolve_failures(["b"])
    assert not (store.folder / "failures.jsonl").exists()
    assert store.failures() == ()


def test_a_store_can_be_read_where_it_cannot_be_written(make, monkeypatch):
    store = make()
    put(store, "a")
    (store.folder / "manifest.jsonl").unlink()

    def refuse(path, row):
        raise PermissionError(path)

    monkeypatch.setattr("temadapter.features.store.append_row", refuse)
    assert make().ids() == ("a",)


@given(cut=st.integers(0, 60))
def test_rows_after_a_torn_line_are_whole(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("journal") / "rows.jsonl"
    append_row(path, {"id": "first"})
    append_row(path, {"id": "sécond\n"})
    path.write_bytes(path.read_bytes()[:cut])
    before = list(read_rows(path))
    append_row(path, {"id": "third"})
    assert list(read_rows(path)) == [*before, {"id": "third"}]
