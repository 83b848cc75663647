"""Broken annotation files: every row is a question or a problem, and messages quote little of the user's file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from fuzz.byte_mutations import mutated
from fuzz.engine import Case, Verdict
from fuzz.outcomes import Outcome

KIND = "broken annotations"
MARK = "\u2603"  # stands in no message of the program: what is quoted of the file can be counted
MOST_QUOTED = 200
NAN, INFINITE = float("nan"), float("inf")
ODD: tuple[Any, ...] = (
    None, NAN, INFINITE, "nan", "NaN", "", " ", "2.0", 4.0, -1, 10**30, True, [], {}, [NAN, "b"], "\ud800", "\0",
    "a|b", "[white] van|[grey] van", "['a', 'b']", MARK * 5000, "\u2028", "line\nbreak", 'an "open', "=1+1", "../../x",
    "C:\\v\\a.mp4", "1e999", "-0", [[[]]], {"a": MARK * 900}, "NULL", "\x1b[31mred", 3.5,
)  # fmt: skip
SUTD = ["record_id", "vid_id", "vid_filename", "perspective", "q_body", "q_type"]
SUTD += ["option0", "option1", "option2", "option3", "answer"]
NEXT = [
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
]


def _rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": str(n),
            "video": f"v{n}.mp4",
            "question": "what is it",
            "options": ["red", "green", "blue"],
            "answer": n % 3,
            "type": "U",
            "split": "train" if n % 2 else "test",
            "start": 0.5,
            "end": 2,
        }
        for n in range(count)
    ]


def _json_lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _table(rows: list[dict[str, Any]], mark: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark)
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return "|".join(map(str, value)) if isinstance(value, list) else value


def _sutd(rows: list[dict[str, Any]]) -> str:
    cells = [
        [n, 5, row["video"], 1, row["question"], row["type"], *_four(row), row["answer"]]
        for n, row in enumerate(rows)
    ]
    return "".join(json.dumps(line) + "\n" for line in [SUTD, *cells])


def _four(row: dict[str, Any]) -> list[Any]:
    options = row["options"] if isinstance(row["options"], list) else [row["options"]]
    return [*options, "", "", "", ""][:4]


def _next(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(NEXT)
    for n, row in enumerate(rows):
        writer.writerow(
            [row["video"], 9, 8, 7, row["question"], row["answer"], n, row["type"], *_four(row), "last"]
        )
    return text.getvalue()


FORMATS: dict[str, Callable[[list[dict[str, Any]]], str]] = {
    "mine.jsonl": _json_lines,
    "mine.csv": lambda rows: _table(rows, ","),
    "semicolons.csv": lambda rows: "sep=;\r\n" + _table(rows, ";"),
    "mine.tsv": lambda rows: _table(rows, "\t"),
    "R3_test.jsonl": _sutd,
    "val.csv": _next,
}
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1")


def cases(count: int, seed: int, first: int = 0) -> list[Case]:
    """Return `count` broken annotation files; `first` and the seed give any of them again."""
    return [_case(Random(f"{seed} {KIND} {number}"), number) for number in range(first, first + count)]


def _case(random: Random, number: int) -> Case:
    name, rows = random.choice(list(FORMATS)), _rows(random.choice((1, 3, 8, 40)))
    for _ in range(random.choice((0, 1, 1, 2, 10))):
        row = random.choice(rows)
        row[random.choice(list(row))] = random.choice(ODD)
    if random.random() < 0.1:
        rows[0].pop(random.choice(["video", "question", "options"]))
    text = FORMATS[name](rows) if all(len(row) == 9 for row in rows) else _json_lines(rows)
    text = re.sub("\n", random.choice(("\n", "\n", "\r\n", "\r")), text)
    content = _encoded(text, random.choice(ENCODINGS))
    broken = random.random() < 0.4
    return Case(
        KIND, number, lambda folder: _read(folder / name, mutated(content, random) if broken else content)
    )


def _encoded(text: str, encoding: str) -> bytes:
    """Encode a text even where it holds half of a surrogate pair, or letters that the encoding lacks."""
    if encoding == "latin-1":
        return text.encode(encoding, "replace")
    return text.encode(encoding, "surrogatepass")


def _read(path: Path, content: bytes) -> Verdict:
    from temadapter.data.check import inspect_dataset
    from temadapter.data.load import load_dataset
    from temadapter.errors import TemAdapterError

    path.write_bytes(content)
    try:
        dataset = load_dataset(path)
        found = inspect_dataset(dataset, files=False)
    except TemAdapterError as error:
        return _told_shortly([str(error)], Outcome.REFUSED)
    nan = [q.id for q in dataset.questions for text in (q.text, q.type, *q.options) if text in ("nan", "NaN")]
    if nan:
        return Outcome.ZEROS, f"{path}: NaN was read as a text in {nan[0]}"
    lines = sum(1 for line in content.split(b"\n") if line.strip())
    if path.suffix == ".jsonl" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        header = int(path.name.startswith("R3"))
        accounted = len(dataset.questions) + len(dataset.problems)
        if not lines - header <= accounted <= lines:
            return Outcome.LOST, f"{path}: {lines} lines, {accounted} of them questions or problems"
    messages = [problem.reason for problem in (*found.problems, *found.notices)]
    return _told_shortly(messages, Outcome.FINE)


def _told_shortly(messages: list[str], outcome: Outcome) -> Verdict:
    quoted = max((message.count(MARK) for message in messages), default=0)
    if quoted > MOST_QUOTED:
        return Outcome.FOREIGN, f"a message quotes {quoted} characters of the user's file"
    return outcome, ""
