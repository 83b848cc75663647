from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from temadapter.data.dataset import load_dataset
from temadapter.data.readers import find_reader
from temadapter.errors import DataError

HEADER = ["record_id", "vid_id", "vid_filename", "perspective", "q_body", "q_type"]
HEADER += ["option0", "option1", "option2", "option3", "answer"]
ROWS = [
    [7, 30, "a.mp4", 1, "Would it still happen?", "C", "Yes, it would", "No", "", "", 0],
    [9, 31, "b.mp4", 3, "What is the condition?", "U", "Bad", "Good", "", "A few scratches", 3],
]
SHARED = Path(os.environ.get("TEMADAPTER_SHARED") or Path(__file__).resolve().parents[3] / "shared")
REAL = SHARED / "data/annotations/sutd_trafficqa_sample.jsonl"


def write(path: Path, rows: list[object], *, end: str = "\n", last: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_bytes((end.join(lines) + last).encode("utf-8"))
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n  \n"])
@pytest.mark.parametrize("last", ["", "\n", "\r\n\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("header", [True, False])
def test_ends_of_lines_marks_and_headers_make_no_difference(
    tmp_path: Path, end: str, last: str, start: str, header: bool
) -> None:
    rows = [json.dumps(row) for row in ([HEADER, *ROWS] if header else ROWS)]
    file = write(tmp_path / "R2_test.jsonl", [start + rows[0], *rows[1:]], end=end, last=last)
    dataset = load_dataset(file)
    assert dataset.problems == ()
    first, second = dataset.questions
    assert (first.id, first.video, first.video_id, first.type, first.split) == (
        "7",
        "a.mp4",
        "30",
        "C",
        "test",
    )
    assert first.options == ("Yes, it would", "No", "", "")
    assert second.options == ("Bad", "Good", "", "A few scratches")
    assert second.answer == 3
    assert second.option_mask == (True, True, False, True)


@pytest.mark.parametrize("folder", ["videos", "raw_videos"])
def test_a_folder_is_read_with_its_splits(tmp_path: Path, folder: str) -> None:
    write(tmp_path / "annotations/R2_train.jsonl", [HEADER, ROWS[0]])
    write(tmp_path / "annotations/R2_test.jsonl", [HEADER, ROWS[1]])
    write(tmp_path / "annotations/R2_all.jsonl", [HEADER, *ROWS])
    (tmp_path / folder).mkdir()
    dataset = load_dataset(tmp_path)
    assert [(q.id, q.split) for q in dataset.questions] == [("7", "train"), ("9", "test")]
    assert dataset.video_path("a.mp4") == tmp_path / folder / "a.mp4"
    assert dataset.name == tmp_path.name


def test_a_folder_with_one_file_for_all_has_no_splits(tmp_path: Path) -> None:
    write(tmp_path / "annotations/R2_all.jsonl", [HEADER, *ROWS])
    assert load_dataset(tmp_path).split_names == ()


def test_bad_rows_are_reported_with_line_and_reason(tmp_path: Path) -> None:
    def row(**changes: object) -> list[object]:
        return list({**dict(zip(HEADER, ROWS[0], strict=True)), "record_id": 100, **changes}.values())

    bad = [
        ("{", "not JSON"),
        ('{"a": 1}', "not a JSON list"),
        (ROWS[0][:-1], "10 values, the header has 11"),
        (row(answer=2), "option 2 is empty"),
        (row(answer=4), "numbered 0 to 3"),
        (row(answer="A"), "not the number of an option"),
        (row(answer=True), "not the number of an option"),
        (row(q_body=""), "no text"),
        (row(vid_filename=None), "no video"),
        (row(option1=["x"]), "option1 is"),
        (ROWS[0], "the id '7' was used before, in R2_test.jsonl line 2"),
        ("[" * 20_000, "nested too deeply|not JSON"),
    ]
    file = write(tmp_path / "R2_test.jsonl", [HEADER, ROWS[0], *(line for line, _ in bad)])
    with file.open("ab") as handle:
        handle.write(b'\n["\xff"]')
    dataset = load_dataset(file)
    assert len(dataset) == 1
    assert [problem.line for problem in dataset.problems] == list(range(3, 4 + len(bad)))
    assert {problem.file for problem in dataset.problems} == {str(file)}
    for problem, (_, reason) in zip(dataset.problems, bad, strict=False):
        assert any(part in problem.reason for part in reason.split("|"))
    assert "not UTF-8" in dataset.problems[-1].reason


def test_an_answer_may_be_missing_or_a_digit(tmp_path: Path) -> None:
    rows = [[*ROWS[0][:-1], ""], [*ROWS[1][:-1], "3"]]
    dataset = load_dataset(write(tmp_path / "x.jsonl", [HEADER, *rows]))
    assert [q.answer for q in dataset.questions] == [None, 3]


@pytest.mark.parametrize("rows", [[HEADER], [HEADER, [1, 2]], [HEADER, "x"]])
def test_a_file_without_a_good_row_is_an_error(tmp_path: Path, rows: list[object]) -> None:
    file = write(tmp_path / "R2_test.jsonl", rows)
    with pytest.raises(DataError, match=r"no rows|none of its 1 rows can be used"):
        load_dataset(file)


def test_a_header_without_the_needed_columns_is_an_error(tmp_path: Path) -> None:
    file = write(tmp_path / "x.jsonl", [["record_id", "q_body"], [1, "x"]])
    with pytest.raises(DataError, match="no column option0, option1, vid_filename"):
        load_dataset(file)


def test_columns_are_found_by_name_and_any_number_of_options_is_read(tmp_path: Path) -> None:
    header = ["q_body", "record_id", "vid_filename", *(f"option{i}" for i in range(11)), "answer"]
    row = ["What?", 1, "a.mp4", *(f"text {i}" for i in range(11)), 10]
    (question,) = load_dataset(write(tmp_path / "x.jsonl", [header, row])).questions
    assert question.options[question.answer or 0] == "text 10"
    assert question.type is None


@pytest.mark.skipif(not REAL.exists(), reason="the shared real annotations are not here")
def test_the_real_sample_is_read() -> None:
    dataset = load_dataset(REAL)
    assert find_reader(REAL).name == "sutd-trafficqa"
    assert len(dataset) == 7
    assert dataset.problems == ()
    assert [q.type for q in dataset.questions] == list("AFUUUCA")
    assert [q.answer for q in dataset.questions] == [1, 3, 3, 3, 0, 0, 1]
