"""Real annotation files, read completely. They are not part of the project; where they are absent, it skips."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from temadapter.data.check import inspect_dataset
from temadapter.data.load import load_dataset
from temadapter.data.readers import find_reader

SHARED = Path(os.environ.get("TEMADAPTER_SHARED") or Path(__file__).resolve().parents[3] / "shared")
ANNOTATIONS = SHARED / "data" / "annotations"
OWN = "own:options=candidates,video=video_file,type=class"
FILES = {
    "sutd_trafficqa_sample.jsonl": ("sutd-trafficqa", 7, "ACFU"),
    "traffic_questions_200.jsonl": (OWN, 200, "CFIR"),
    "msrvtt_mc_test.jsonl": ("msrvtt-mc", 2990, ""),
    "nextqa_val.csv": ("nextqa", 4996, ["CH", "CW", "DC", "DL", "DO", "TC", "TN", "TP"]),
    "tgif_qa_action_300.tsv": ("tgif-qa", 300, ["action"]),
}

pytestmark = pytest.mark.skipif(not ANNOTATIONS.is_dir(), reason="the shared real annotations are not here")


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_read(name: str) -> None:
    reader, count, types = FILES[name]
    path = ANNOTATIONS / name
    if reader != OWN:
        assert find_reader(path).name == reader
    dataset = load_dataset(path, reader=reader)
    assert (len(dataset), dataset.problems) == (count, ())
    assert sorted({q.type for q in dataset.questions if q.type}) == list(types)
    assert all(q.answer is not None for q in dataset.questions)
    assert len(dataset.places) == count


def test_no_file_is_forgotten() -> None:
    assert {path.name for path in ANNOTATIONS.iterdir()} == set(FILES)


def test_what_is_odd_in_them_is_noticed() -> None:
    report = inspect_dataset(load_dataset(ANNOTATIONS / "nextqa_val.csv"), files=False)
    assert [notice.kind for notice in report.notices].count("repeated option") == 3
    report = inspect_dataset(load_dataset(ANNOTATIONS / "sutd_trafficqa_sample.jsonl"), files=False)
    places = [(notice.line, notice.kind) for notice in report.notices]
    assert places == [
        (4, "empty option in the middle"),
        (7, "empty option at the end"),
        (8, "empty option at the end"),
    ]
