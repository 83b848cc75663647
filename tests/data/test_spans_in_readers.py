"""Columns `start` and `end` (seconds) in the layout of every benchmark, as How2QA, TVQA or NExT-GQA need them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from temadapter.data.load import load_dataset
from temadapter.data.readers import find_reader

Row = Mapping[str, object]
OPTIONS = ["run", "sit", "jump", "eat"]
SPANS = ((1.5, 4), (None, 2), (4, 1))


def sutd(number: int) -> Row:
    row = {"record_id": number, "vid_id": 30, "vid_filename": "a.mp4", "perspective": 1, "q_body": "What?"}
    return row | {"q_type": "C"} | {f"option{i}": text for i, text in enumerate(OPTIONS)} | {"answer": 0}


def nextqa(number: int) -> Row:
    row = {"video": 99, "frame_count": 10, "width": 64, "height": 48, "question": "what", "answer": 1}
    options = [*OPTIONS, "walk"]
    return row | {"qid": number, "type": "DL"} | {f"a{i}": text for i, text in enumerate(options)}


def tgif(number: int) -> Row:
    row = {"gif_name": "tumblr_a", "question": "What?"}
    options = [*OPTIONS, "walk"]
    row |= {f"a{i}": text for i, text in enumerate(options, start=1)}
    return row | {"answer": 4, "vid_id": f"ACTION{number}", "key": 26}


def msrvtt(number: int) -> Row:
    return {
        "qid": f"mc{number}",
        "clip_name": "video9",
        "title": "msr1",
        "answer": "2",
        "options": [*OPTIONS, "walk"],
    }


def own(number: int) -> Row:
    return {"id": number, "video": "a.mp4", "question": "What?", "options": OPTIONS, "answer": 1}


def write(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="") as handle:
        if path.suffix == ".jsonl" and "record_id" in rows[0]:
            handle.write("\n".join(map(json.dumps, [[*rows[0]], *([*row.values()] for row in rows)])))
        elif path.suffix == ".jsonl":
            handle.write("\n".join(map(json.dumps, rows)))
        else:
            table = csv.DictWriter(handle, [*rows[0]], delimiter="\t" if "gif_name" in rows[0] else ",")
            table.writeheader()
            table.writerows(rows)


@pytest.mark.parametrize(
    ("reader", "name", "row"),
    [
        ("sutd-trafficqa", "R2_test.jsonl", sutd),
        ("nextqa", "val.csv", nextqa),
        ("tgif-qa", "Test_action_question.csv", tgif),
        ("msrvtt-mc", "msrvtt_mc_test.jsonl", msrvtt),
        ("own", "mine.jsonl", own),
    ],
)
def test_the_part_of_the_video_is_read(
    tmp_path: Path, reader: str, name: str, row: Callable[[int], Row]
) -> None:
    file = tmp_path / name
    write(file, [{**row(n), "start": start, "end": end} for n, (start, end) in enumerate(SPANS)])
    assert find_reader(file).name == reader
    dataset = load_dataset(file)
    assert [question.span for question in dataset.questions] == [(1.5, 4.0), (None, 2.0)]
    assert len({question.entry for question in dataset.questions}) == 2, "each part has features of its own"
    assert [str(one).endswith("is not after the start (4.0 s)") for one in dataset.problems] == [True]
