from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from temadapter.data.check import counted, inspect_dataset
from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import Question

ROW = {
    "video": "a.mp4",
    "question": "What?",
    "options": ["x", "y"],
    "answer": 0,
    "type": "U",
    "split": "train",
}


def write(folder: Path, *changes: dict[str, object], videos: Iterable[str] = ("a.mp4",)) -> Dataset:
    (folder / "videos").mkdir()
    for video in videos:
        (folder / "videos" / video).parent.mkdir(exist_ok=True)
        (folder / "videos" / video).touch()
    file = folder / "mine.jsonl"
    file.write_text("\n".join(json.dumps({**ROW, "id": str(i), **row}) for i, row in enumerate(changes)))
    return load_dataset(file)


def test_counts_by_split_and_type(tmp_path: Path) -> None:
    dataset = write(tmp_path, {}, {"type": "A"}, {"split": "Test", "video": "b.mp4"}, {"split": "dev"})
    report = inspect_dataset(dataset, files=False)
    assert report.questions == {"train": {"A": 1, "U": 1}, "test": {"U": 1}, "val": {"U": 1}}
    assert report.videos == {"train": 1, "test": 1, "val": 1}
    assert (report.total, report.distinct_videos, report.videos_found) == (4, 2, None)
    assert report.problems == ()


def test_data_without_splits_are_counted_as_such(tmp_path: Path) -> None:
    report = inspect_dataset(write(tmp_path, {"split": ""}, {"split": None, "type": "A"}), files=False)
    assert report.questions == {"(no split)": {"A": 1, "U": 1}}
    assert (report.videos, report.problems) == ({"(no split)": 1}, ())


def test_a_row_whose_side_is_not_known_is_a_problem(tmp_path: Path) -> None:
    dataset = write(tmp_path, {}, {"split": "fold1"}, {"split": " "}, {"split": "Tset"}, {"split": "test"})
    report = inspect_dataset(dataset, files=False)
    assert report.questions == {"train": {"U": 1}, "test": {"U": 1}}
    assert [(problem.line, problem.kind) for problem in report.problems] == [
        (2, "split"),
        (3, "split"),
        (4, "split"),
    ]


def test_every_problem_has_its_kind_file_and_line(tmp_path: Path) -> None:
    dataset = write(
        tmp_path,
        {},
        {"answer": 2},
        {"options": ["x", ""], "answer": 1},
        {"id": "0"},
        {"options": ["", ""], "answer": None},
        {"question": " "},
        {"video": "gone.mp4"},
        {"video": "gone.mp4", "question": "Why?"},
        {"video": "twice"},
        videos=("a.mp4", "p/twice.mp4", "q/twice.mp4"),
    )
    report = inspect_dataset(dataset)
    assert {(problem.kind, problem.line) for problem in report.problems} == {
        ("answer", 2),
        ("answer", 3),
        ("duplicate id", 4),
        ("options", 5),
        ("row", 6),
        ("missing video", 7),
        ("ambiguous video", 9),
    }
    assert {problem.file for problem in report.problems} == {str(tmp_path / "mine.jsonl")}
    missing = counted(report.problems)["missing video"][0]
    assert str(missing).startswith(f"{tmp_path / 'mine.jsonl'}:7: There is no video gone.mp4 in")
    assert str(missing).endswith("(2 questions)")
    assert report.videos_found == 1


def test_what_may_surprise_is_a_notice_and_no_problem(tmp_path: Path) -> None:
    dataset = write(
        tmp_path,
        {"options": ["x", "", "y"]},
        {"options": ["x", "y", ""]},
        {"options": ["x", "y", "y"]},
        {"options": ["x", "x", "y"], "question": "Which?"},
        {"options": ["x", "", "y", ""], "question": "Two of four?"},
        {"answer": None, "question": "Unknown?"},
        {"options": ["x", "", "y"], "answer": 2},
        {"split": "test", "question": "Leak?"},
    )
    report = inspect_dataset(dataset)
    assert report.problems == ()
    assert [(notice.line, notice.kind) for notice in report.notices] == [
        (1, "empty option in the middle"),
        (2, "empty option at the end"),
        (3, "repeated option"),
        (4, "repeated option, the answer"),
        (5, "empty option in the middle"),
        (6, "no answer"),
        (7, "empty option in the middle"),
        (7, "question asked twice"),
        (8, "video in two splits"),
    ]


def test_videos_that_cannot_be_decoded_are_problems(tmp_path: Path) -> None:
    def decode(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
        return ((path, None if path.name == "a.mp4" else f"{path} has no frame.") for path in paths)

    dataset = write(tmp_path, {}, {"video": "b"}, {"video": "c"}, videos=("a.mp4", "b.mp4"))
    report = inspect_dataset(dataset, decode=decode)
    assert [(p.kind, p.line) for p in report.problems] == [("missing video", 3), ("undecodable video", 2)]
    assert report.problems[1].reason == f"{tmp_path / 'videos' / 'b.mp4'} has no frame."


def test_a_dataset_made_in_memory_can_be_checked(tmp_path: Path) -> None:
    question = Question(id="1", video="a.mp4", text="What?", options=("x", "y"))
    report = inspect_dataset(Dataset("mine", tmp_path, (question,), sentences=True))
    assert str(report.problems[0]).startswith("mine:0: There is no video a.mp4 in")
    assert "sentences already" in report.notes[0]


def test_a_group_on_both_sides_and_a_span_that_differs(tmp_path: Path) -> None:
    dataset = write(
        tmp_path,
        {"group": "cam 1", "video": "a.mp4"},
        {"group": "cam 1", "video": "b.mp4", "split": "test"},
        {"start": 1.0, "video": "c.mp4"},
        {"start": 2.0, "video": "c.mp4"},
        {"start": 2.0, "video": "c.mp4"},
    )
    kinds = counted(inspect_dataset(dataset, files=False).notices)
    assert [notice.reason for notice in kinds["group in two splits"]] == ["cam 1 is in train and in test"]
    assert [notice.line for notice in kinds["question asked twice"]] == [5]


def test_a_question_asked_twice_with_another_answer_is_told(tmp_path: Path) -> None:
    dataset = write(tmp_path, {"video": "a.mp4"}, {"video": "a.mp4"}, {"video": "a.mp4", "answer": 1})
    first, second = counted(inspect_dataset(dataset, files=False).notices)["question asked twice"]
    assert (first.line, second.line) == (2, 3)
    assert not first.reason.endswith("with another answer")
    assert second.reason.endswith("with another answer")


def test_answers_that_seem_counted_from_one_are_noticed(tmp_path: Path) -> None:
    three = {"options": ["x", "y", "z"]}
    rows = [{**three, "answer": answer} for answer in (1, 2, 3, 1)]
    report = inspect_dataset(write(tmp_path, *rows), files=False)
    (notice,) = counted(report.notices)["answers counted from 1"]
    assert notice.line == 3
    assert "subtract 1" in notice.reason


@pytest.mark.parametrize("answers", [(0, 1, 3), (1, 2, 1), (1, 4), (2, 3)])
def test_answers_that_may_be_counted_from_zero_are_not(tmp_path: Path, answers: tuple[int, ...]) -> None:
    rows = [{"options": ["x", "y", "z"], "answer": answer} for answer in answers]
    assert not write(tmp_path, *rows).notices


def test_answers_of_which_none_of_many_is_zero_are_noticed(tmp_path: Path) -> None:
    rows = [{"options": ["x", "y", "z"], "answer": 1 + i % 2} for i in range(40)]
    assert [notice.kind for notice in write(tmp_path, *rows).notices] == ["answers counted from 1"]


def test_answers_that_give_themselves_away_are_measured(tmp_path: Path) -> None:
    options = ["never", "yes", "no", "maybe"]
    rows = [{"options": options[i % 4 :] + options[: i % 4], "answer": (1 - i) % 4} for i in range(40)]
    report = inspect_dataset(write(tmp_path, *rows), files=False)
    assert report.balance is not None
    assert (report.balance.chance, report.balance.place_share, report.balance.prior) == (0.25, 0.25, 1.0)
    assert report.balance.answer == "yes"
    assert "answers that give themselves away" in counted(report.notices)


def test_even_answers_are_no_notice(tmp_path: Path) -> None:
    rows = [{"options": [f"a{i}", f"b{i}"], "answer": i % 2} for i in range(40)]
    report = inspect_dataset(write(tmp_path, *rows), files=False)
    assert report.balance is not None
    assert report.balance.prior == pytest.approx(0.5)
    assert "answers that give themselves away" not in counted(report.notices)
