from __future__ import annotations

from pathlib import Path

import pytest

from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import Question
from temadapter.errors import ConfigError, DataError


def questions() -> tuple[Question, ...]:
    rows = [("1", "b.mp4", "train"), ("2", "a.mp4", "test"), ("3", "b.mp4", "test")]
    return tuple(Question(id=i, video=v, text="What?", options=("x", "y"), split=s) for i, v, s in rows)


def test_splits_limits_and_videos_keep_file_order(tmp_path: Path) -> None:
    dataset = Dataset("d", tmp_path, questions())
    assert dataset.videos() == ("b.mp4", "a.mp4")
    assert dataset.split_names == ("train", "test")
    assert [q.id for q in dataset.split("test").questions] == ["2", "3"]
    assert len(dataset.limit(2)) == 2
    assert dataset.limit(None) is dataset


def test_an_unknown_split_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Splits: train, test"):
        Dataset("d", tmp_path, questions()).split("validation")


def test_video_paths_are_relative_to_the_folder_or_absolute(tmp_path: Path) -> None:
    dataset = Dataset("d", tmp_path, questions())
    assert dataset.video_path("b.mp4") == tmp_path / "b.mp4"
    assert dataset.video_path("/else/b.mp4") == Path("/else/b.mp4")


def test_a_missing_dataset_and_an_unknown_reader_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no dataset at"):
        load_dataset(tmp_path / "nothing")
    with pytest.raises(ConfigError, match="Did you mean 'own'"):
        load_dataset(tmp_path, reader="owm")


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", "hello\n"), ("a.jsonl", '{"x": 1}\n'), ("a.csv", "x,y\n1,2\n")]
)
def test_a_file_in_no_known_format_names_the_readers(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=r"sutd-trafficqa.*own"):
        load_dataset(tmp_path / name)


def test_an_empty_folder_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no format that a reader knows\. None of the files"):
        load_dataset(tmp_path)


ROW = '{"video": "a.mp4", "question": "q", "options": ["a", "b"]}'


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b"", "It is empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "It is empty"),
        ("a.csv", b"<!DOCTYPE html>\n<html>, 404</html>", "web page"),
        ("a.jsonl", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        ("a.xlsx", b"PK\x03\x04 and so on", "save it as CSV"),
        ("a.csv", "video,question\na,b\n".encode("utf-32"), "not UTF-8"),
        ("a.jsonl", bytes(range(255, 0, -1)) * 20, "not UTF-8"),
        ("a.json", f"[{ROW}, {ROW}]".encode(), r"one JSON document.*jq -c '\.\[\]' a\.json"),
        ("a.json", f'{{"data": [{ROW}, {ROW}]}}'.encode(), r"one JSON document.*jq -c '\.data\[\]' a\.json"),
        (
            "a.json",
            f'{{"v": 1, "all of it": [\n{ROW}]}}'.encode(),
            r"jq -c '\.\[\"all of it\"\]\[\]' a\.json",
        ),
        ("unknown.txt", f"{ROW}\n{ROW}".encode(), r"holds JSON lines, .* ends in \.jsonl"),
        (
            "a.txt",
            b"video,question,options\na,b,c|d\n",
            r"holds a table, .* ends in \.jsonl, \.csv, \.tsv or",
        ),
        ("a.csv", b"video,q,a0,a1\n", "video, q, a0, a1: .* --columns question=\\.\\.\\.\\."),
        ("a.csv", b"a.mp4,What?,x,y\n", "by number, if the first line is no header: video=1"),
        ("a.csv", b"clip,question\n", r"--columns video=\.\.\.,options=\.\.\.\."),
        ("a.jsonl", ROW.replace(",", ",\n").encode(), "one JSON document"),
        ("a.jsonl", b"[" * 50_000, "one JSON document"),
        ("a.csv", ("x,y\n" + "\u8eca" * 5000).encode(), "Its columns are x, y"),
    ],
)
def test_a_file_in_no_known_format_is_told_what_it_is(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=says):
        load_dataset(tmp_path / name)


def test_the_folder_of_videos_can_be_given(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("video,question,options\na.mp4,What?,x|y\n")
    assert load_dataset(file).video_dir == tmp_path
    assert (
        load_dataset(file, video_dir=tmp_path / "films").video_path("a.mp4") == tmp_path / "films" / "a.mp4"
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            '{"video": "a.mp4", "question": "?", "options": ["a", "b"], "answer": ' + "9" * 6000 + "}",
            "4300 digits",
        ),
        ('{"video": "a.mp4" "question": "?"}', "not JSON"),
    ],
)
def test_a_first_row_that_is_no_json_is_told_as_such(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(row + "\n")
    with pytest.raises(DataError, match=f"Its first line is no row: .*{reason}") as raised:
        load_dataset(path)
    assert "jq" not in str(raised.value)


def test_a_very_wide_table_is_read_in_no_time(tmp_path: Path) -> None:
    names = ",".join(f"a{n}" for n in range(20_000))
    (tmp_path / "wide.csv").write_text(f"video,question,{names}\nv,q," + ",".join(map(str, range(20_000))))
    (question,) = load_dataset(tmp_path / "wide.csv").questions
    assert len(question.options) == 20_000
