from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import Question, trimmed
from temadapter.data.video_names import one_name_each


def dataset(folder: Path, *names: str) -> Dataset:
    rows = [Question(id=str(i), video=name, text="What?", options=("a", "b")) for i, name in enumerate(names)]
    return Dataset("mine", folder, tuple(rows))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cam 1/clip.MP4", "cam 2/clip.mp4", "other.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def test_one_video_has_one_name(folder: Path) -> None:
    names = ("./cam 1/clip.mp4", "cam 1/clip", "cam 2/clip", "CAM 1/CLIP.MP4", "other.mp4")
    united = one_name_each(dataset(folder, *names))
    expected = ["cam 1/clip", "cam 1/clip", "cam 2/clip", "cam 1/clip", "other.mp4"]
    assert [question.video for question in united.questions] == expected
    assert [question.id for question in united.questions] == list("01234")


def test_names_that_may_be_several_files_or_none_stay(folder: Path) -> None:
    own = dataset(folder, "clip", "clip.mp4", "none", "none.mp4", "other.mp4")
    assert one_name_each(own) is own


def test_the_names_do_not_depend_on_the_order_of_the_questions(folder: Path) -> None:
    names = ("cam 1/clip.mp4", "cam 1/clip", "other", "other.mp4")
    for order in (names, names[::-1]):
        assert set(one_name_each(dataset(folder, *order)).videos()) == {"cam 1/clip", "other"}


def test_reading_a_file_unites_the_names(folder: Path) -> None:
    rows = [{"video": name, "question": "What?", "options": ["a", "b"]} for name in ("other", "other.mp4")]
    (folder / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert load_dataset(folder / "mine.jsonl").videos() == ("other",)


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda name: "\0" not in name and trimmed(name))))
def test_without_files_no_name_changes(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    usable = [name for name in names if not any("\ud800" <= letter <= "\udfff" for letter in name)]
    own = dataset(tmp_path_factory.getbasetemp() / "nothing is here", *usable)
    assert one_name_each(own) is own
