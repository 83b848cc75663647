from __future__ import annotations

import json
from pathlib import Path

import pytest

from temadapter.data.load import load_dataset
from temadapter.errors import DataError

ROW = {
    "video": "a.mp4",
    "question": "What is it?",
    "options": ["bus", "car"],
    "answer": 1,
    "type": "U",
    "split": "dev",
}


def write_json(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_json_lines(tmp_path: Path) -> None:
    (question,) = load_dataset(write_json(tmp_path / "mine.jsonl", [ROW])).questions
    assert (question.id, question.video, question.text) == ("1", "a.mp4", "What is it?")
    assert (question.options, question.answer, question.type, question.split) == (
        ("bus", "car"),
        1,
        "U",
        "val",
    )


@pytest.mark.parametrize(
    ("header", "row", "options"),
    [
        ("video,question,options,answer", "a.mp4,What?,bus|car| ,1", ("bus", "car", "")),
        ("video,question,options,answer", 'a.mp4,What?,"[""bus"", ""a, b""]",1', ("bus", "a, b")),
        ("video,question,option0,option1,option2,answer", "a.mp4,What?,bus,car,,1", ("bus", "car", "")),
        ("video,question,answer,a0,a1,a2", "a.mp4,What?,car,bus,car,tram", ("bus", "car", "tram")),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_csv_in_its_dialects(
    tmp_path: Path, header: str, row: str, options: tuple[str, ...], end: str, start: str
) -> None:
    file = tmp_path / "mine_train.csv"
    file.write_bytes((start + header + end + row).encode())
    (question,) = load_dataset(file).questions
    assert question.options == options
    assert question.answer == 1
    assert question.split == "train"


def test_parquet(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is an extra")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an extra")
    rows = [{**ROW, "id": "x"}, {**ROW, "id": "y", "answer": None}, {**ROW, "id": "z", "answer": 9}]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "mine.parquet")
    dataset = load_dataset(tmp_path / "mine.parquet")
    assert [(q.id, q.answer) for q in dataset.questions] == [("x", 1), ("y", None)]
    assert [problem.line for problem in dataset.problems] == [3]


def test_parquet_that_is_none_or_without_pyarrow_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "mine.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(DataError, match=r"needs pyarrow|cannot be read as Parquet"):
        load_dataset(tmp_path / "mine.parquet")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"video": ""}, "no video"),
        ({"question": None}, "no question"),
        ({"options": ["bus"]}, "at least two options"),
        ({"options": "bus"}, "at least two options"),
        ({"options": {"a": 1}}, "not a list"),
        ({"options": ["bus", ["car"]]}, "is not text"),
        ({"options": "[bus"}, "not a JSON list"),
        ({"options": None}, "at least two options"),
        ({"answer": "tram"}, "none of the options"),
        ({"answer": 1.5}, "neither the number nor the text"),
        ({"answer": True}, "neither the number nor the text"),
        ({"answer": 2}, "numbered 0 to 1"),
        ({"options": ["1", "2", "3"], "answer": "2"}, "may be option 1 or option number 2"),
    ],
)
def test_bad_rows_are_reported(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    dataset = load_dataset(write_json(tmp_path / "mine.jsonl", [ROW, {**ROW, **changes}]))
    assert len(dataset) == 1
    (problem,) = dataset.problems
    assert problem.line == 2
    assert reason in problem.reason
    assert str(problem).startswith(f"{tmp_path / 'mine.jsonl'}:2: ")


@pytest.mark.parametrize(
    ("answer", "index"), [(1, 1), ("1", 1), ("car", 1), (1.0, 1), (None, None), ("", None)]
)
def test_an_answer_is_a_number_or_a_text(tmp_path: Path, answer: object, index: int | None) -> None:
    (question,) = load_dataset(write_json(tmp_path / "mine.jsonl", [{**ROW, "answer": answer}])).questions
    assert question.answer == index


def test_a_row_with_too_many_values_is_reported(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("video,question,options\na.mp4,What?,x|y\nb.mp4,What?,x|y,extra\n")
    dataset = load_dataset(tmp_path / "mine.csv")
    assert [(p.line, "4 values, the header has 3" in p.reason) for p in dataset.problems] == [(3, True)]


def test_a_file_in_another_encoding_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes("video,question,options\na.mp4,Où?,x|y\n".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        load_dataset(tmp_path / "mine.csv")


def test_repeated_ids_are_reported(tmp_path: Path) -> None:
    dataset = load_dataset(write_json(tmp_path / "mine.jsonl", [{**ROW, "id": "q"}, {**ROW, "id": "q"}]))
    assert [problem.line for problem in dataset.problems] == [2]


@pytest.mark.parametrize("name", ["mine.jsonl", "mine.csv"])
@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("Train", "train"),
        (" TRAINING ", "train"),
        ("val", "val"),
        ("Valid", "val"),
        ("validation", "val"),
        ("DEV", "val"),
        ("test\t", "test"),
        ("Testing", "test"),
    ],
)
def test_a_split_may_be_written_in_several_ways(tmp_path: Path, name: str, word: str, split: str) -> None:
    row = {**ROW, "options": "bus|car", "split": word}
    file = tmp_path / name
    if name.endswith(".csv"):
        file.write_text(",".join(row) + "\n" + ",".join(map(str, row.values())))
    else:
        write_json(file, [row])
    assert [q.split for q in load_dataset(file).questions] == [split]


def test_a_split_that_is_none_is_told_with_what_is_near(tmp_path: Path) -> None:
    rows = [
        ROW,
        {**ROW, "split": "fold1"},
        {**ROW, "split": "Trian"},
        {**ROW, "split": 1},
        {**ROW, "split": []},
    ]
    dataset = load_dataset(write_json(tmp_path / "mine.jsonl", rows))
    assert [(p.line, p.kind, p.reason) for p in dataset.problems] == [
        (2, "split", "the split is 'fold1', but it must be train, val or test"),
        (3, "split", "the split is 'Trian', but it must be train, val or test (did you mean 'train'?)"),
        (4, "split", "the split is '1', but it must be train, val or test"),
        (5, "row", "split is [], not text"),
    ]


@pytest.mark.parametrize("name", ["mine.jsonl", "mine_test.jsonl"])
@pytest.mark.parametrize("empty", ["", " ", None])
def test_a_row_without_a_split_beside_others_with_one_is_a_problem(
    tmp_path: Path, name: str, empty: object
) -> None:
    rows = [{**ROW, "split": empty}, {**ROW, "split": "train"}, {**ROW, "split": "test"}]
    dataset = load_dataset(write_json(tmp_path / name, rows))
    assert [q.split for q in dataset.questions] == ["train", "test"]
    (problem,) = dataset.problems
    assert (problem.line, problem.kind) == (1, "split")
    assert "no split, but others of the file have one: it could end up on the wrong side" in problem.reason


def test_columns_in_other_letter_case_are_found_where_only_one_can_be_meant(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("Video,QUESTION,Options,Answer,Split\na.mp4,What?,x|y,1,Test\n")
    (question,) = load_dataset(file).questions
    assert (question.video, question.options, question.answer, question.split) == (
        "a.mp4",
        ("x", "y"),
        1,
        "test",
    )
    file.write_text("video,question,A0,A1\na.mp4,What?,x,y\n")
    assert load_dataset(file).questions[0].options == ("x", "y")
    file.write_text("video,Question,QUESTION,options\na.mp4,What?,Why?,x|y\n")
    with pytest.raises(DataError, match="--columns question="):
        load_dataset(file)


def test_a_line_of_another_format_is_one_problem(tmp_path: Path) -> None:
    file = write_json(tmp_path / "mine.jsonl", [ROW, ROW, ROW])
    lines = file.read_text().splitlines()
    for place in range(4):
        file.write_text("\n".join([*lines[:place], '["a.mp4", "What?"]', *lines[place:]]))
        dataset = load_dataset(file)
        assert len(dataset) == 3
        assert [(p.line, p.reason) for p in dataset.problems] == [
            (place + 1, "the line is not a JSON object")
        ]


def test_a_row_without_a_video_says_how_to_name_its_column(tmp_path: Path) -> None:
    rows = [ROW, {"file": "a.mp4", "question": "What?", "options": ["x", "y"]}]
    (problem,) = load_dataset(write_json(tmp_path / "mine.jsonl", rows)).problems
    assert problem.reason == (
        "the row has no video; columns: file, question, options (--columns video=... names it)"
    )


def test_a_file_without_options_says_how_to_name_them(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("video,question,right,wrong\na.mp4,What?,a,b\n")
    with pytest.raises(
        DataError, match=r"no options; columns: video, question, right, wrong \(--columns options="
    ):
        load_dataset(tmp_path / "mine.csv")


def test_a_time_span_and_a_group(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "video,question,options,from,to,Group\na.mp4,What?,x|y,1.5,4,cam 1\nb.mp4,What?,x|y,,,\n",
        encoding="utf-8",
    )
    first, second = load_dataset(tmp_path / "t.csv", reader="own:start=from,end=to").questions
    assert (first.start, first.end, first.group) == (1.5, 4.0, "cam 1")
    assert (second.span, second.group) == (None, None)


@pytest.mark.parametrize("span", [{"start": "soon"}, {"end": True}, {"start": 3, "end": 2}, {"start": -1}])
def test_a_wrong_time_span_costs_its_row(tmp_path: Path, span: dict[str, object]) -> None:
    dataset = load_dataset(write_json(tmp_path / "mine.jsonl", [ROW, {**ROW, **span}]))
    assert len(dataset.questions) == 1
    assert dataset.problems[0].kind == "time span"
