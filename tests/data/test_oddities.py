"""What is odd in real files, in every format that a reader knows: one question, written as each would hold it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temadapter.data.check import inspect_dataset
from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import Question
from temadapter.errors import DataError

OPTIONS = ("red", "green", "blue", "white", "black")
SUTD_HEADER = [
    "record_id",
    "vid_id",
    "vid_filename",
    "perspective",
    "q_body",
    "q_type",
    "option0",
    "option1",
    "option2",
    "option3",
    "answer",
]


@dataclass(frozen=True)
class Row:
    """A question before it is written."""

    id: str = "0017"
    video: str = "0042"
    text: str = "what colour is it"
    options: tuple[str, ...] = OPTIONS
    answer: object = 0


@dataclass(frozen=True)
class Format:
    """How a benchmark writes a question."""

    file: str
    reader: str
    header: Sequence[str] | None
    cells: Callable[[Row], object]
    id: Callable[[Row], str]
    option_count: int = 5
    mark: str = ""

    def row(self, **changes: object) -> Row:
        row = Row(**changes)  # type: ignore[arg-type]
        return Row(row.id, row.video, row.text, row.options[: self.option_count], row.answer)

    def lines(self, *rows: Row) -> list[str]:
        cells = [self.cells(row) for row in rows]
        return [self._line(line) for line in ([self.header] if self.header else []) + cells]

    def _line(self, cells: object) -> str:
        if not self.mark:
            return json.dumps(cells, ensure_ascii=False)
        assert isinstance(cells, Sequence)
        if self.mark == "\t":
            return "\t".join(map(str, cells))
        written = io.StringIO()
        csv.writer(written, lineterminator="").writerow(cells)
        return written.getvalue()

    def read(self, folder: Path, *rows: Row, start: str = "", end: str = "\n", last: str = "\n") -> Dataset:
        path = folder / self.file
        path.write_bytes((start + end.join(self.lines(*rows)) + last).encode())
        return load_dataset(path, reader=self.reader)


def _own(row: Row) -> dict[str, object]:
    fields = {"id": row.id, "video": row.video, "question": row.text, "options": list(row.options)}
    return {**fields, "answer": row.answer}


FORMATS = {
    "SUTD-TrafficQA": Format(
        "R3_test.jsonl",
        "sutd-trafficqa",
        SUTD_HEADER,
        lambda row: [row.id, 5, row.video, 1, row.text, "U", *row.options, row.answer],
        lambda row: row.id,
        option_count=4,
    ),
    "MSR-VTT-MC": Format(
        "msrvtt_mc_test.jsonl",
        "msrvtt-mc",
        None,
        lambda row: {
            "qid": row.id,
            "clip_name": row.video,
            "title": "x",
            "answer": row.answer,
            "options": list(row.options),
        },
        lambda row: row.id,
    ),
    "MSR-VTT-MC, older": Format(
        "msrvtt_mc_test.tsv",
        "msrvtt-mc",
        ["vid_key", "a1", "a2", "a3", "a4", "a5", "answer"],
        lambda row: [row.video, *row.options, row.answer],
        lambda row: row.video,
        mark="\t",
    ),
    "NExT-QA": Format(
        "val.csv",
        "nextqa",
        [
            "video",
            "frame_count",
            "width",
            "height",
            "question",
            "answer",
            "qid",
            "type",
            "a0",
            "a1",
            "a2",
            "a3",
            "a4",
        ],
        lambda row: [row.video, 9, 8, 7, row.text, row.answer, row.id, "CW", *row.options],
        lambda row: f"{row.video}_{row.id}",
        mark=",",
    ),
    "TGIF-QA": Format(
        "Test_action_question.csv",
        "tgif-qa",
        ["gif_name", "question", "a1", "a2", "a3", "a4", "a5", "answer", "vid_id", "key"],
        lambda row: [row.video, row.text, *row.options, row.answer, row.id, 1],
        lambda row: row.id,
        mark="\t",
    ),
    "own JSON lines": Format("mine.jsonl", "own", None, _own, lambda row: row.id),
    "own CSV": Format(
        "mine.csv",
        "own",
        ["id", "video", "question", "a0", "a1", "a2", "a3", "a4", "answer"],
        lambda row: [row.id, row.video, row.text, *row.options, row.answer],
        lambda row: row.id,
        mark=",",
    ),
    "own TSV": Format(
        "mine.tsv",
        "own",
        ["id", "video", "question", "a0", "a1", "a2", "a3", "a4", "answer"],
        lambda row: [row.id, row.video, row.text, *row.options, row.answer],
        lambda row: row.id,
        mark="\t",
    ),
}
every_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)


def only(dataset: Dataset) -> Question:
    assert dataset.problems == ()
    (question,) = dataset.questions
    return question


def notices(dataset: Dataset) -> list[str]:
    return [notice.kind for notice in inspect_dataset(dataset, files=False).notices]


@every_format
def test_an_empty_option_in_the_middle_keeps_its_place(form: Format, tmp_path: Path) -> None:
    row = form.row(options=("red", "", "blue", "white", "black"), answer=2)
    dataset = form.read(tmp_path, row)
    question = only(dataset)
    assert (question.options, question.answer) == (row.options, 2)
    assert question.option_mask[:3] == (True, False, True)
    assert notices(dataset) == ["empty option in the middle"]


@every_format
@pytest.mark.parametrize("answer", ["3", " 3", "3 "])
def test_an_answer_may_be_a_text(form: Format, tmp_path: Path, answer: str) -> None:
    assert only(form.read(tmp_path, form.row(answer=answer))).answer == 3


@every_format
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    "last", ["", "\n", "\r\n\r\n"], ids=["no final newline", "final newline", "blank lines"]
)
def test_marks_and_ends_of_lines_make_no_difference(
    form: Format, tmp_path: Path, start: str, end: str, last: str
) -> None:
    rows = [form.row(), form.row(id="18", video="43", answer=3)]
    dataset = form.read(tmp_path, *rows, start=start, end=end, last=last)
    assert dataset.problems == ()
    assert [(q.id, q.options, q.answer) for q in dataset.questions] == [
        (form.id(row), row.options, row.answer) for row in rows
    ]
    first = 2 if form.header else 1
    assert [dataset.places[q.id].line for q in dataset.questions] == [first, first + 1]


@every_format
def test_quotes_and_letters_of_all_scripts_stay_as_they_are(form: Format, tmp_path: Path) -> None:
    options = (
        'a man says "stop"',
        "it's a dog",
        '"quoted" first',
        "\u201ctypographic\u201d",
        "caf\u00e9, \u8eca",
    )
    row = form.row(options=options, text='what does the "boss" say, then')
    question = only(form.read(tmp_path, row))
    assert question.options == row.options
    assert question.text in (row.text, "Which caption describes the video?")


@every_format
def test_leading_zeros_of_ids_and_videos_stay(form: Format, tmp_path: Path) -> None:
    question = only(form.read(tmp_path, form.row()))
    assert question.id == form.id(form.row())
    assert question.video.removesuffix(".mp4").removesuffix(".gif") == "0042"


@every_format
@pytest.mark.parametrize(("answer", "kind"), [(0, "repeated option"), (1, "repeated option, the answer")])
def test_options_that_repeat_are_kept_and_told(form: Format, tmp_path: Path, answer: int, kind: str) -> None:
    row = form.row(options=("blue", "red", "green", "red", "white"), answer=answer)
    dataset = form.read(tmp_path, row)
    assert (only(dataset).options, only(dataset).answer) == (row.options, answer)
    assert notices(dataset) == [kind]


@every_format
@pytest.mark.parametrize(
    ("answer", "reason"), [(1, "option 1 is empty"), (9, "numbered 0 to"), (-1, "numbered 0 to|none of")]
)
def test_an_answer_at_an_empty_option_or_out_of_range_is_a_bad_row(
    form: Format, tmp_path: Path, answer: int, reason: str
) -> None:
    bad = form.row(id="bad", video="43", options=("red", " ", "blue", "white", "black"), answer=answer)
    dataset = form.read(tmp_path, form.row(), bad)
    assert [q.id for q in dataset.questions] == [form.id(form.row())]
    (problem,) = dataset.problems
    assert (problem.line, problem.kind) == (3 if form.header else 2, "answer")
    assert re.search(reason, problem.reason)
    assert problem.file.endswith(form.file)


@every_format
def test_an_id_used_before_is_a_bad_row(form: Format, tmp_path: Path) -> None:
    dataset = form.read(tmp_path, form.row(), form.row(answer=1))
    assert [(p.kind, p.line) for p in dataset.problems] == [("duplicate id", 3 if form.header else 2)]


def test_parquet_holds_the_same_oddities(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        _own(Row(id="0017", options=("red", "", "blue"), answer="2")),
        _own(Row(id="18", options=('"a"', "b", "b"), answer="b")),
        _own(Row(id="19", options=("a", "", "c"), answer="1")),
        _own(Row(id="20", answer=None)),
        _own(Row(id="0017", answer="0")),
    ]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "mine.parquet")
    dataset = load_dataset(tmp_path / "mine.parquet")
    assert [(q.id, q.video, q.answer) for q in dataset.questions] == [
        ("0017", "0042", 2),
        ("18", "0042", 1),
        ("20", "0042", None),
    ]
    assert [(p.line, p.kind) for p in dataset.problems] == [(3, "answer"), (5, "duplicate id")]


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_captions_of_msrvtt_with_quotes_marks_and_any_ends_of_lines(
    tmp_path: Path, start: str, end: str
) -> None:
    captions = ['a man says "stop"', "it's a dog", " two  spaces ", "caf\u00e9", "a cat", "a cat"]
    table = {
        "videos": [{"video_id": f"video{n}", "split": "train"} for n in range(6)],
        "sentences": [
            {"sen_id": n, "video_id": f"video{n}", "caption": text} for n, text in enumerate(captions)
        ],
    }
    text = start + json.dumps(table, indent=1, ensure_ascii=False).replace("\n", end)
    (tmp_path / "train_val_videodatainfo.json").write_bytes(text.encode())
    FORMATS["MSR-VTT-MC"].read(tmp_path, Row())
    dataset = load_dataset(tmp_path)
    made = [q for q in dataset.questions if q.split == "train"]
    assert [q.options[q.answer or 0] for q in made] == captions
    assert all(len({option.casefold() for option in q.options}) == 5 for q in made)


@every_format
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_in_part_or_is_one_error(
    form: Format, tmp_path: Path, data: st.DataObject
) -> None:
    """Cut off, with bytes of anything in between: every row is a question or a problem, never a traceback."""
    rows = [form.row(id=str(n), video=f"v{n}") for n in range(3)]
    whole = ("\n".join(form.lines(*rows)) + "\n").encode()
    at = data.draw(st.integers(0, len(whole)), "place")
    junk = data.draw(st.binary(max_size=6), "junk")
    end = data.draw(st.integers(at, len(whole)), "end")
    path = tmp_path / form.file
    path.write_bytes(whole[:at] + junk + whole[data.draw(st.integers(at, len(whole)), "next") : end + 1])
    told, dataset = "", None
    try:
        dataset = load_dataset(path, reader=form.reader)
    except DataError as error:
        told = str(error)
    if dataset is None:
        assert str(path) in told
    else:
        assert len(dataset) == inspect_dataset(dataset, files=False).total >= 1
