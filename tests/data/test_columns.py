from __future__ import annotations

import json
from pathlib import Path

import pytest

from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.readers.columns import Columns
from temadapter.errors import ConfigError, DataError

ROW = {"clip": "a", "q": "What?", "a0": "bus", "a1": "car", "a2": "", "label": 1, "kind": "U"}
BASIC = "video=clip,question=q,type=kind"


def read(path: Path, columns: str, row: dict[str, object] | None = None) -> Dataset:
    row = ROW if row is None else row
    if path.suffix == ".csv":
        path.write_text(",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n")
    else:
        path.write_text(json.dumps(row))
    return load_dataset(path, reader=f"own:{columns}")


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
@pytest.mark.parametrize("options", ["a0:a2", "a0+a1+a2", "a0:a1+a2", None])
def test_columns_of_any_name(tmp_path: Path, name: str, options: str | None) -> None:
    more = f",options={options}" if options else ""
    (question,) = read(tmp_path / name, f"{BASIC},answer=label{more}").questions
    assert (question.video, question.text, question.type, question.answer) == ("a", "What?", "U", 1)
    assert question.options == ("bus", "car", "")


def test_a_range_counts_up_or_takes_the_columns_between(tmp_path: Path) -> None:
    row = {"clip": "a", "q": "What?", "first": "x", "middle": "y", "last": "z"}
    assert read(tmp_path / "x.csv", f"{BASIC[:-10]},options=first:last", row).questions[0].options == (
        "x",
        "y",
        "z",
    )
    numbered = {"clip": "a", "q": "What?", "o08": "x", "o10": "z", "o09": "y"}
    options = read(tmp_path / "x.csv", "video=clip,question=q,options=o08:o10", numbered).questions[0].options
    assert options == ("x", "y", "z")


def test_one_column_with_a_list(tmp_path: Path) -> None:
    row = {"video_file": "a.mp4", "question": "What?", "candidates": ["x", "y"], "class": "I", "answer": 0}
    columns = "options=candidates,type=class,video=video_file"
    (question,) = read(tmp_path / "x.jsonl", columns, row).questions
    assert (question.options, question.type) == (("x", "y"), "I")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("question", "must look like field=column"),
        ("question=", "must look like field=column"),
        ("qestion=q", "Did you mean 'question'"),
        ("question=q,question=r", "twice"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Columns.parse(text)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("video=clip,question=text", "no column text; columns: clip, q, a0"),
        (f"{BASIC},options=a0:a7", "no column a3, a4, a5, a6, a7"),
        (f"{BASIC},options=b0:c9", "no column b0, c9"),
        (f"{BASIC},options=q:clip", "is not a range"),
    ],
)
def test_a_column_that_is_not_there_is_told(tmp_path: Path, columns: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read(tmp_path / "x.csv", columns)


def test_a_file_with_other_columns_says_how_to_name_them(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps(ROW))
    with pytest.raises(DataError, match=r"Its columns are clip, q, a0.*--columns question="):
        load_dataset(tmp_path / "x.jsonl")


def test_tab_separated_text(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("video\tquestion\toptions\na.mp4\tWhat?\tx|y\n")
    assert load_dataset(tmp_path / "x.tsv").questions[0].options == ("x", "y")


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_a_table_without_a_header_is_read_by_the_numbers_of_its_columns(tmp_path: Path, ending: str) -> None:
    mark = {"csv": ",", "tsv": "\t"}[ending]
    file = tmp_path / f"q.{ending}"
    file.write_text("\n".join(mark.join(row) for row in (["a.mp4", "What?", "x", "y", "1", "2.5"],) * 2))
    first, second = load_dataset(file, reader="own:video=1,question=2,options=3:4,answer=5,start=6").questions
    assert (first.video, first.text, first.options, first.answer, first.start) == (
        "a.mp4",
        "What?",
        ("x", "y"),
        1,
        2.5,
    )
    assert second.id == "2"


def test_numbers_may_be_the_names_of_columns(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("1,2,3,4\na.mp4,What?,x,y\n")
    assert len(load_dataset(tmp_path / "q.csv", reader="own:video=1,question=2,options=3:4")) == 1


def test_columns_are_counted_from_one() -> None:
    with pytest.raises(ConfigError, match="counted from 1"):
        Columns.parse("video=0,question=1,options=2:3")


def test_a_header_is_no_question_where_columns_are_counted(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("Video,Question,x,y\na.mp4,What?,x,y\n")
    assert len(load_dataset(tmp_path / "q.csv", reader="own:video=1,question=2,options=3:4")) == 1
