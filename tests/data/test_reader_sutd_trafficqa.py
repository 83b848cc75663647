from __future__ import annotations

import json
from pathlib import Path

import pytest

from temadapter.data.load import load_dataset
from temadapter.errors import ConfigError, DataError

HEADER = ["record_id", "vid_id", "vid_filename", "perspective", "q_body", "q_type"]
HEADER += ["option0", "option1", "option2", "option3", "answer"]
ROWS = [
    [7, 30, "a.mp4", 1, "Would it still happen?", "C", "Yes, it would", "No", "", "", 0],
    [9, 31, "b.mp4", 3, "What is the condition?", "U", "Bad", "Good", "", "A few scratches", 3],
]


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


@pytest.mark.parametrize("place", ["annotations", "annotation_file", "questions", ""])
@pytest.mark.parametrize("release", ["R3", "R2"])
def test_the_official_split_files_of_every_release(tmp_path: Path, place: str, release: str) -> None:
    write(tmp_path / place / f"{release}_train.jsonl", [HEADER, ROWS[0]])
    write(tmp_path / place / f"{release}_test.jsonl", [HEADER, ROWS[1]])
    write(tmp_path / place / "R3_all.jsonl", [HEADER, *ROWS])
    (tmp_path / "compressed_videos").mkdir()
    dataset = load_dataset(tmp_path)
    assert [(q.id, q.split) for q in dataset.questions] == [("7", "train"), ("9", "test")]
    assert dataset.video_dir == tmp_path / "compressed_videos"
    assert not dataset.sentences


def test_the_newest_release_is_read_unless_another_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "annotations/R3_test.jsonl", [HEADER, ROWS[0]])
    write(tmp_path / "annotations/R2_test.jsonl", [HEADER, ROWS[1]])
    assert [q.id for q in load_dataset(tmp_path).questions] == ["7"]
    assert [q.id for q in load_dataset(tmp_path, reader="sutd-trafficqa:files=R2").questions] == ["9"]
    with pytest.raises(ConfigError, match="R3, R2, output_file"):
        load_dataset(tmp_path, reader="sutd-trafficqa:files=R1")
    with pytest.raises(DataError, match=r"no annotations/output_file_train.jsonl"):
        load_dataset(tmp_path, reader="sutd-trafficqa:files=output_file")


def test_the_authors_event_descriptions_are_sentences_with_splits(tmp_path: Path) -> None:
    described = [*ROWS[1][:6], "The condition is bad.", "It is good.", "", "There are a few scratches.", 3]
    write(tmp_path / "annotation_file/R3_all.jsonl", [HEADER, *ROWS])
    write(tmp_path / "sutd-traffic/output_file_train.jsonl", [HEADER, ROWS[0]])
    write(tmp_path / "sutd-traffic/output_file_test.jsonl", [HEADER, described])
    (tmp_path / "raw_videos").mkdir()
    dataset = load_dataset(tmp_path)
    assert dataset.sentences
    assert dataset.split_names == ("train", "test")
    assert dataset.questions[1].options[3] == "There are a few scratches."
    assert dataset.video_dir == tmp_path / "raw_videos"
    assert load_dataset(tmp_path / "sutd-traffic/output_file_test.jsonl").sentences


def test_a_folder_without_annotations_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no annotations/R3_train.jsonl.*raw_videos/"):
        load_dataset(tmp_path, reader="sutd-trafficqa")


def test_ids_with_leading_zeros_and_repeated_options_stay_as_they_are(tmp_path: Path) -> None:
    row = ["007", "030", "001.mp4", 1, 'He said "no"?', "U", "Yes", "Yes", "No", "", "0"]
    (question,) = load_dataset(write(tmp_path / "R3_test.jsonl", [HEADER, row])).questions
    assert (question.id, question.video_id, question.video) == ("007", "030", "001.mp4")
    assert question.options == ("Yes", "Yes", "No", "")
    assert question.text == 'He said "no"?'
