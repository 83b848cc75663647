from __future__ import annotations

import json
from pathlib import Path

import pytest

from temadapter.data.load import load_dataset
from temadapter.data.readers import find_reader
from temadapter.errors import ConfigError, DataError

HEADER = "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4"
ROWS = (
    '0012345,369,640,480,"why did he say ""stop"", then run",2,6,CW,a dog,a cat,"a big, red bus",rain,snow',
    "0012345,369,640,480,what does the dog do,0,7,TN,roll,roll,bark,sit,run",
    "99,10,64,48,where is this,4,6,DL,park,street,school,home,beach",
)


def write(path: Path, *rows: str, header: str = HEADER, end: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(end.join((header, *rows)).encode())
    return path


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file(tmp_path: Path, start: str, end: str) -> None:
    file = write(tmp_path / "val.csv", *ROWS, header=start + HEADER, end=end)
    assert find_reader(file).name == "nextqa"
    dataset = load_dataset(file)
    assert dataset.problems == ()
    first, second, third = dataset.questions
    assert (first.id, first.video, first.type, first.split) == ("0012345_6", "0012345.mp4", "CW", "val")
    assert first.text == 'why did he say "stop", then run'
    assert first.options[2] == "a big, red bus"
    assert first.answer == 2
    assert second.options[:2] == ("roll", "roll")  # options that repeat stay as they are
    assert third.id == "99_6"  # qid counts within a video


@pytest.mark.parametrize("place", ["", "nextqa", "dataset/nextqa"])
@pytest.mark.parametrize("videos", ["videos", "NExTVideo"])
@pytest.mark.parametrize("mapped", [True, False])
def test_a_folder_with_its_map(tmp_path: Path, place: str, videos: str, mapped: bool) -> None:
    annotations = tmp_path / "NExT-QA" / place
    write(annotations / "train.csv", ROWS[0])
    write(annotations / "val.csv", ROWS[2])
    write(annotations / "test.csv", ROWS[1])
    for name in ("1164/0012345.mp4", "1165/99.mp4", *(["1166/99.mp4"] if mapped else [])):
        (tmp_path / "NExT-QA" / videos / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "NExT-QA" / videos / name).touch()
    if mapped:
        (annotations / "map_vid_vidorID.json").write_text(json.dumps({"99": "1165/99"}))
    dataset = load_dataset(tmp_path / "NExT-QA")
    assert dataset.split_names == ("train", "val", "test")
    assert [dataset.video_path(q.video).parent.name for q in dataset.questions] == ["1164", "1165", "1164"]


def test_validation_may_stand_in_for_the_test(tmp_path: Path) -> None:
    for split, row in zip(("train", "val", "test"), ROWS, strict=True):
        write(tmp_path / f"{split}.csv", row)
    dataset = load_dataset(tmp_path, reader="nextqa:test=val")
    assert [(q.id, q.split) for q in dataset.questions] == [("0012345_6", "train"), ("0012345_7", "test")]
    with pytest.raises(ConfigError, match="val or test"):
        load_dataset(tmp_path, reader="nextqa:test=train")
    with pytest.raises(ConfigError, match=r"option of the reader nextqa 'tset'. Did you mean 'test'"):
        load_dataset(tmp_path, reader="nextqa:tset=val")


def test_bad_rows_are_reported_with_line_kind_and_reason(tmp_path: Path) -> None:
    good = ROWS[2]
    bad = {
        "99,10,64,48,where,5,1,DL,a,b,c,d,e": ("answer", "numbered 0 to 4"),
        "99,10,64,48,where,1,2,DL,a,,c,d,e": ("answer", "option 1 is empty"),
        "99,10,64,48,where,x,3,DL,a,b,c,d,e": ("answer", "not the number"),
        "99,10,64,48,,1,4,DL,a,b,c,d,e": ("row", "no text"),
        ",10,64,48,where,1,5,DL,a,b,c,d,e": ("row", "no video"),
        "99,10,64,48,where,1,9,DL,a,b,c": ("row", "11 values, the header has 13"),
        good.replace("where", "when"): ("duplicate id", "'99_6' was used before, in val.csv line 2"),
        "99,10,64,48,where,1,10,DL,,,,,": ("options", "every option is empty"),
        "99,10,64,48,where,--1,11,DL,a,b,c,d,e": ("answer", "not the number"),
        f"99,10,64,48,where,{'9' * 5000},12,DL,a,b,c,d,e": ("answer", "not the number"),
    }
    dataset = load_dataset(write(tmp_path / "val.csv", good, *bad))
    assert len(dataset) == 1
    assert [problem.line for problem in dataset.problems] == list(range(3, 3 + len(bad)))
    for problem, (kind, reason) in zip(dataset.problems, bad.values(), strict=True):
        assert (problem.kind, reason in problem.reason) == (kind, True), problem


@pytest.mark.parametrize("content", ["", "{not a map", "[1]", '{"99": 3}', "[" * 20_000])
def test_a_map_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    write(tmp_path / "val.csv", ROWS[2])
    (tmp_path / "map_vid_vidorID.json").write_text(content)
    with pytest.raises(DataError, match=r"map_vid_vidorID.json (cannot be read|is not a map)"):
        load_dataset(tmp_path)


def test_a_folder_or_file_that_is_not_nextqa_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no train.csv, val.csv or test.csv. Expected: nextqa/train.csv"):
        load_dataset(tmp_path, reader="nextqa")
    write(tmp_path / "val.csv", "a.mp4,What?,0", header="video,question,answer")
    with pytest.raises(DataError, match="no column qid, type, a0"):
        load_dataset(tmp_path / "val.csv", reader="nextqa")
    (tmp_path / "val.csv").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(DataError, match=r"val.csv"):
        load_dataset(tmp_path / "val.csv", reader="nextqa")
