from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.load import load_dataset
from temadapter.data.readers.tables import table_header, table_rows
from temadapter.errors import DataError


def rows_of(path: Path, content: str | bytes, *needed: str) -> list[tuple[int, object]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [(line, str(row) if isinstance(row, DataError) else row) for line, row in table_rows(path, needed)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_ends_of_lines_and_marks_make_no_difference(
    tmp_path: Path, end: str, start: str, last: str, mark: str
) -> None:
    content = start + end.join([mark.join(row) for row in ("ab", "12", "34")]) + last.replace("\n", end)
    assert rows_of(tmp_path / "x.csv", content) == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]


def test_semicolons_may_part_the_cells(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b'video;question;"a;0"\r\na.mp4;"What; then, is it?";x, y\r\n')
    assert list(table_rows(file)) == [
        (2, {"video": "a.mp4", "question": "What; then, is it?", "a;0": "x, y"})
    ]


def test_quoted_cells_may_hold_commas_marks_and_ends_of_lines(tmp_path: Path) -> None:
    content = 'a,b\n"x, ""y""","two\nlines"\n1,2\n'
    assert rows_of(tmp_path / "x.csv", content) == [
        (2, {"a": 'x, "y"', "b": "two\nlines"}),
        (4, {"a": "1", "b": "2"}),
    ]


def test_in_tab_separated_text_a_quotation_mark_is_a_letter(tmp_path: Path) -> None:
    content = 'a\tb\nthe "big" dog\t"\n"a ""quoted"" cell"\tsay "hi"\n'
    assert rows_of(tmp_path / "x.tsv", content) == [
        (2, {"a": 'the "big" dog', "b": '"'}),
        (3, {"a": 'a "quoted" cell', "b": 'say "hi"'}),
    ]


@pytest.mark.parametrize("opened", ['"rolls over,1,2', '1,"rolls over,2', '1,2,"rolls over'])
def test_a_quotation_mark_that_is_left_open_costs_its_own_line_only(tmp_path: Path, opened: str) -> None:
    content = f'a,b,c\n1,2,3\n{opened}\n4,5,6\n"x, y",8,9\n'
    rows = rows_of(tmp_path / "x.csv", content)
    assert [line for line, _ in rows] == [2, 3, 4, 5]
    assert "quotation mark" in str(rows[1][1])
    assert rows[3][1] == {"a": "x, y", "b": "8", "c": "9"}


def test_rows_that_are_short_long_or_in_another_encoding_are_told(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "x.csv", b"a,b\n1\n1,2,3\n\xe9,2\n4,5\n")
    assert [line for line, _ in rows] == [2, 3, 4, 5]
    assert "1 values, the header has 2" in str(rows[0][1])
    assert "3 values, the header has 2" in str(rows[1][1])
    assert "not UTF-8" in str(rows[2][1])
    assert rows[3][1] == {"a": "4", "b": "5"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("a,c\n1,2\n", "no column b. Columns: a, c"),
        ("a,b,a\n1,2,3\n", "the column a twice"),
        (b"\xff\xfea\x00,\x00", "cannot be read|no column"),
    ],
)
def test_a_header_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        rows_of(tmp_path / "x.csv", content, "a", "b")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        list(table_rows(tmp_path / "none.csv"))


def test_spaces_and_nameless_columns_of_a_header(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "x.csv", " a , b,,\n1,2,3,4\n") == [(2, {"a": "1", "b": "2"})]
    assert table_header(tmp_path / "x.csv") == ("a", "b", "", "")


@given(st.binary(max_size=200))
def test_no_content_makes_it_fail_otherwise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("x") / "x.csv"
    path.write_bytes(content)
    try:
        lines = [line for line, _ in table_rows(path)]
    except DataError:
        return
    assert lines == sorted(set(lines))


EXCEL = [
    ("sep=;\r\nid;video\r\n1;a.mp4\r\n", [(3, {"id": "1", "video": "a.mp4"})]),
    ('"sep=|"\nid|video\n1|a.mp4\n', [(3, {"id": "1", "video": "a.mp4"})]),
    ("id;what, in full;video\n1;a, b;a.mp4\n", [(2, {"id": "1", "what, in full": "a, b", "video": "a.mp4"})]),
    ("id,video\r1,a.mp4\r", [(2, {"id": "1", "video": "a.mp4"})]),
    ("id\tvideo\r1\ta.mp4\r", [(2, {"id": "1", "video": "a.mp4"})]),
    ("id,video,,\n1,a.mp4,,\n,,,\n2,b.mp4\n", [(2, {"id": "1", "video": "a.mp4"})]),
    ("id,video\n1,a.mp4,,\n", [(2, {"id": "1", "video": "a.mp4"})]),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("content", "rows"), EXCEL)
def test_tables_as_spreadsheets_write_them(
    tmp_path: Path, content: str, rows: list[tuple[int, object]], encoding: str
) -> None:
    got = [row for row in rows_of(tmp_path / "x.csv", content.encode(encoding)) if isinstance(row[1], dict)]
    assert got == rows


def test_whole_numbers_of_a_column_with_gaps_lose_the_decimals_that_pandas_gave_them(tmp_path: Path) -> None:
    content = "a,b,c,d\n1.0,1.0,1.5,1.0\n,2.0,,x\n3.0,3.0,2.0,\n"
    assert [row for _, row in rows_of(tmp_path / "x.csv", content)] == [
        {"a": "1", "b": "1.0", "c": "1.5", "d": "1.0"},
        {"a": "", "b": "2.0", "c": "", "d": "x"},
        {"a": "3", "b": "3.0", "c": "2.0", "d": ""},
    ]


def test_columns_may_be_counted(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert list(table_rows(tmp_path / "x.csv", numbered=True)) == [
        (1, {"1": "a", "2": "b"}),
        (2, {"1": "1", "2": "2"}),
    ]


@pytest.mark.parametrize("half", [b"\x00\xd8", b"\x34\xdc", b"\x00\xd8\x00\xd8"])
@pytest.mark.parametrize("cut", [0, 1], ids=["whole", "cut in a letter"])
def test_utf_16_with_half_a_letter_costs_its_own_row_only(tmp_path: Path, half: bytes, cut: int) -> None:
    header, row = "video\tquestion\toptions\n", "a.mp4\twhat\tred|blue\n"
    path = tmp_path / "mine.tsv"
    bad = row.encode("utf-16-le").replace("what".encode("utf-16-le"), half)
    content = (header + row).encode("utf-16") + bad + row.encode("utf-16-le")
    path.write_bytes(content[: len(content) - cut])
    dataset = load_dataset(path)
    assert len(dataset.questions) + len(dataset.problems) == 3
    assert dataset.questions[0].options == ("red", "blue")
