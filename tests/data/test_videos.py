from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.dataset import Dataset
from temadapter.data.videos import VideoIndex, locate, video_files
from temadapter.errors import DataError


def folder(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


@pytest.mark.parametrize(
    ("named", "file"),
    [
        ("a.mp4", "deep/below/a.mp4"),
        ("a", "a.mp4"),
        ("a.mp4", "a.MP4"),
        ("A.MP4", "sub/a.mp4"),
        ("a.gif", "a.mp4"),
        ("1164/a.mp4", "NExTVideo/1164/a.mp4"),
        ("sub/a", "sub/a.avi"),
        ("sub\\a.mp4", "sub/a.mp4"),
        ("my clip (1)", "my clip (1).mkv"),
        ("clip.001", "clip.001.mp4"),
        (unicodedata.normalize("NFD", "Zürich.mp4"), unicodedata.normalize("NFC", "Zürich.mp4")),
        (unicodedata.normalize("NFC", "Zürich"), unicodedata.normalize("NFD", "x/Zürich.mp4")),
        ("道路.mp4", "道路.MP4"),
        ("./a.mp4", "sub/a.mp4"),
    ],
)
def test_a_video_is_found_by_a_name_that_is_not_quite_its_own(tmp_path: Path, named: str, file: str) -> None:
    folder(tmp_path, file, "other.mp4", "a.txt")
    assert Dataset("d", tmp_path, ()).video_path(named) == tmp_path / file


@pytest.mark.parametrize("named", ["b.mp4", "cam1/a.mp4", "a", "", ".", "c", "c.mp4", "../a.mp4"])
def test_a_name_that_means_no_video_finds_none(tmp_path: Path, named: str) -> None:
    folder(tmp_path, "data/cam2/d.mp4", "data/.hidden/b.mp4", "data/c.txt", "sub/a.mp4")
    assert Dataset("d", tmp_path / "data", ()).video_files(named) == ()


def test_a_file_of_exactly_that_name_comes_first(tmp_path: Path) -> None:
    folder(tmp_path, "a.mp4", "sub/a.mp4", "a.avi")
    assert Dataset("d", tmp_path, ()).video_files("a.mp4") == (tmp_path / "a.mp4",)


def test_a_name_that_several_files_share_finds_none_rather_than_a_wrong_one(tmp_path: Path) -> None:
    dataset = Dataset("d", folder(tmp_path, "x/a.mp4", "y/a.mp4"), ())
    assert dataset.video_files("a") == (tmp_path / "x/a.mp4", tmp_path / "y/a.mp4")
    assert not dataset.video_path("a").exists()
    assert dataset.video_path("y/a") == tmp_path / "y/a.mp4"


def test_links_are_followed_and_do_not_make_a_name_ambiguous(tmp_path: Path) -> None:
    folder(tmp_path, "real/a.mp4")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "data" / "again.mp4").symlink_to(tmp_path / "real" / "a.mp4")
    (tmp_path / "data" / "round").symlink_to(tmp_path / "data")
    dataset = Dataset("d", tmp_path / "data", ())
    assert dataset.video_path("a").samefile(tmp_path / "real" / "a.mp4")
    assert dataset.video_path("again.mp4") == tmp_path / "data" / "again.mp4"


def test_a_map_of_the_benchmark_goes_before_a_search(tmp_path: Path) -> None:
    folder(tmp_path, "1/a.mp4", "2/a.mp4")
    assert (
        Dataset("d", tmp_path, (), locations={"a.mp4": "2/a.mp4"}).video_path("a.mp4") == tmp_path / "2/a.mp4"
    )


def test_absolute_names_and_names_above_the_folder(tmp_path: Path) -> None:
    folder(tmp_path, "else/a.MP4", "data/b.mp4")
    dataset = Dataset("d", tmp_path / "data", ())
    assert dataset.video_path(str(tmp_path / "else" / "a")) == tmp_path / "else" / "a.MP4"
    assert dataset.video_path("../else/a.mp4").samefile(tmp_path / "else" / "a.MP4")


def test_a_missing_folder_has_no_videos(tmp_path: Path) -> None:
    assert VideoIndex().find(tmp_path / "none", "a.mp4") == ()


def test_a_broken_link_is_no_video_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "nowhere.mp4")
    dataset = Dataset("d", tmp_path, ())
    assert dataset.video_files("gone.mp4") == dataset.video_files("gone") == ()
    assert "is a link to" in dataset.why_missing("gone.mp4")


@pytest.mark.parametrize("name", ["x" * 300, "é" * 140, "a/" * 3000 + "b"])
def test_a_name_too_long_for_any_disk_finds_none(tmp_path: Path, name: str) -> None:
    dataset = Dataset("d", folder(tmp_path, "a.mp4"), ())
    assert dataset.video_files(name) == ()
    assert "There is no video" in dataset.why_missing(name)


def test_a_folder_is_known_by_its_own_name_and_by_every_link_to_it(tmp_path: Path) -> None:
    folder(tmp_path, "cam 1/a.mp4", "other/b.mp4")
    (tmp_path / "a link").symlink_to(tmp_path / "cam 1")
    (tmp_path / "cam 1" / "up").symlink_to(tmp_path)
    assert sorted(video_files(tmp_path)) == [tmp_path / "cam 1/a.mp4", tmp_path / "other/b.mp4"]
    dataset = Dataset("d", tmp_path, ())
    for name in ("CAM 1/a", "A LINK/a", "a.mp4"):
        (found,) = dataset.video_files(name)
        assert found.samefile(tmp_path / "cam 1/a.mp4")


def test_a_path_counts_from_its_folder(tmp_path: Path) -> None:
    dataset = Dataset("d", folder(tmp_path, "cam/a.mp4", "old/cam/a.mp4"), ())
    assert dataset.video_path("cam/a") == tmp_path / "cam/a.mp4"
    assert dataset.video_path("old/cam/a") == tmp_path / "old/cam/a.mp4"


def test_folders_of_an_absolute_name_may_be_spelt_otherwise(tmp_path: Path) -> None:
    file = folder(tmp_path, unicodedata.normalize("NFD", "Süd/Früh.MP4")) / "Süd" / "Früh.mp4"
    dataset = Dataset("d", tmp_path / "elsewhere", ())
    assert dataset.video_path(unicodedata.normalize("NFC", str(file))).is_file()
    assert dataset.video_files(str(tmp_path / "Nord" / "Früh.mp4")) == ()


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path, "open/a.mp4", "closed/b.mp4")
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    dataset = Dataset("d", tmp_path, ())
    assert dataset.video_path("a").is_file()
    assert f"{tmp_path / 'closed'} cannot be read (Permission denied)" in dataset.why_missing("b")


def test_locate(tmp_path: Path) -> None:
    folder(tmp_path, "A.MP4", "b.mp4", "b.mkv")
    assert locate(tmp_path / "a.mp4") == locate(tmp_path / "A.MP4") == tmp_path / "A.MP4"
    assert locate(tmp_path / "c.mp4") == tmp_path / "c.mp4"
    with pytest.raises(DataError, match="may be 2 files"):
        locate(tmp_path / "b")


@given(st.text(max_size=20).filter(lambda text: "\0" not in text))
def test_any_name_can_be_looked_up(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    assert VideoIndex().find(tmp_path_factory.getbasetemp() / "no videos here", name) == ()


@pytest.mark.parametrize(
    "name",
    [
        "videos/a.mp4",
        "./videos/a.mp4",
        "videos\\a.mp4",
        "Videos/A",
        "set/videos/a.mp4",
        "set/videos/sub/../a.mp4",
        "a.mp4 ",
        " videos/a",
    ],
)
def test_the_folders_own_name_may_stand_before_a_videos(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "set" / "videos"
    folder.mkdir(parents=True)
    (folder / "a.mp4").touch()
    dataset = Dataset("d", folder, ())
    expected = (folder / "a.mp4",) if ".." not in name else ()
    assert dataset.video_files(name) == expected


@pytest.mark.parametrize("name", ["other/videos/a.mp4", "val/a.mp4", "videos/sub/a.mp4", "mp4", "videos"])
def test_another_folders_video_is_not_taken(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "set" / "videos"
    folder.mkdir(parents=True)
    (folder / "a.mp4").touch()
    assert Dataset("d", folder, ()).video_files(name) == ()


def test_a_folder_of_the_same_name_below_comes_first(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    (folder / "videos").mkdir(parents=True)
    for path in (folder / "a.mp4", folder / "videos" / "a.mp4"):
        path.touch()
    assert Dataset("d", folder, ()).video_files("videos/a.mp4") == (folder / "videos" / "a.mp4",)


def test_a_number_may_have_the_decimals_of_pandas(tmp_path: Path) -> None:
    (tmp_path / "7.mp4").touch()
    assert Dataset("d", tmp_path, ()).video_files("7.0") == (tmp_path / "7.mp4",)
