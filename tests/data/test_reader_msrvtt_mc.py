from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.load import load_dataset
from temadapter.data.readers import find_reader
from temadapter.errors import ConfigError, DataError

OPTIONS = ["a dog runs", 'a man says "stop"', "cars on a road", "people dance", "a cat, asleep"]
ROW = {"qid": "mc0", "clip_name": "video9770", "title": "msr1", "answer": "2", "options": OPTIONS}


def write_test(path: Path, *rows: object, end: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(end.join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode())
    return path


def captions(clips: int = 14, each: int = 3) -> dict[str, Any]:
    names = [f"video{number}" for number in range(clips)]
    return {
        "info": {},
        "videos": [{"video_id": n, "split": "train" if i < 8 else "validate"} for i, n in enumerate(names)],
        "sentences": [
            {"sen_id": i * each + j, "video_id": n, "caption": f"caption {j} of {n}"}
            for i, n in enumerate(names)
            for j in range(each)
        ],
    }


def benchmark(root: Path, table: object) -> Path:
    write_test(root / "annotations" / "msrvtt_mc_test.jsonl", ROW)
    (root / "annotations" / "train_val_videodatainfo.json").write_text(json.dumps(table))
    return root


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_json_lines_with_answers_as_texts(tmp_path: Path, end: str) -> None:
    rows = (ROW, {**ROW, "qid": "mc1", "answer": 0}, {**ROW, "qid": "mc2", "answer": None})
    file = write_test(tmp_path / "msrvtt_mc_test.jsonl", *rows, end=end)
    assert find_reader(file).name == "msrvtt-mc"
    dataset = load_dataset(file)
    assert dataset.sentences
    assert [(q.id, q.answer) for q in dataset.questions] == [("mc0", 2), ("mc1", 0), ("mc2", None)]
    first = dataset.questions[0]
    assert (first.video, first.split, first.options) == ("video9770.mp4", "test", tuple(OPTIONS))


def test_the_older_tab_separated_file(tmp_path: Path) -> None:
    header = ["vid_key", "a1", "a2", "a3", "a4", "a5", "answer"]
    lines = [header, ["msr9770", *OPTIONS, "2"], ["video9771", *OPTIONS, "0"], ["msr9772", *OPTIONS, "5"]]
    file = tmp_path / "mc_test.tsv"
    file.write_bytes("\r\n".join("\t".join(line) for line in lines).encode())
    dataset = load_dataset(file)
    assert find_reader(file).name == "msrvtt-mc"
    assert [(q.id, q.video, q.answer) for q in dataset.questions] == [
        ("msr9770", "video9770.mp4", 2),
        ("video9771", "video9771.mp4", 0),
    ]
    assert dataset.questions[0].options == tuple(OPTIONS)
    assert [(p.line, p.kind) for p in dataset.problems] == [(4, "answer")]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"options": "a b"}, "options"),
        ({"options": [True, [2]]}, "options"),
        ({"options": ["one"]}, "options"),
        ({"clip_name": " "}, "row"),
        ({"clip_name": None}, "row"),
        ({"answer": "B"}, "answer"),
        ({"answer": "7"}, "answer"),
        ({"options": [*OPTIONS[:2], "", *OPTIONS[3:]]}, "answer"),
        ({}, "duplicate id"),
    ],
)
def test_bad_rows_are_reported(tmp_path: Path, changes: dict[str, object], kind: str) -> None:
    identity = {} if kind == "duplicate id" else {"qid": "mc9"}
    dataset = load_dataset(write_test(tmp_path / "x.jsonl", ROW, {**ROW, **identity, **changes}))
    assert len(dataset) == 1
    assert [(problem.line, problem.kind) for problem in dataset.problems] == [(2, kind)]


def test_training_questions_are_made_of_captions(tmp_path: Path) -> None:
    dataset = load_dataset(benchmark(tmp_path, captions()))
    made = [q for q in dataset.questions if q.split != "test"]
    assert [q.split for q in dataset.questions].count("test") == 1
    assert [(s, sum(q.split == s for q in made)) for s in ("train", "val")] == [("train", 24), ("val", 18)]
    splits = {clip["video_id"]: clip["split"] for clip in captions()["videos"]}
    for question in made:
        own = question.video.removesuffix(".mp4")
        assert question.answer is not None
        assert question.options[question.answer].endswith(f"of {own}")
        others = [
            option.rpartition(" ")[2] for i, option in enumerate(question.options) if i != question.answer
        ]
        assert len({own, *others}) == 5
        assert {splits[clip] for clip in others} == {splits[own]}
    assert len({q.answer for q in made}) == 5
    assert "42 questions were made of train_val_videodatainfo.json" in dataset.notes[0]


def test_the_seed_decides_and_nothing_else(tmp_path: Path) -> None:
    def read(reader: str) -> dict[str, tuple[str, ...]]:
        return {q.id: q.options for q in load_dataset(tmp_path, reader=reader).questions}

    benchmark(tmp_path, captions())
    assert read("msrvtt-mc") == read("msrvtt-mc:seed=0")
    other = read("msrvtt-mc:seed=1")
    assert other != read("msrvtt-mc")
    assert other.keys() == read("msrvtt-mc").keys()
    few = read("msrvtt-mc:captions=1,seed=1")
    assert len(few) == 15
    assert few.items() <= other.items()
    with pytest.raises(ConfigError, match="whole number"):
        read("msrvtt-mc:seed=x")


def test_clips_of_the_test_are_never_learned_from(tmp_path: Path) -> None:
    table = captions()
    table["videos"] += [{"video_id": "video9770", "split": "train"}, {"video_id": "video9", "split": "test"}]
    table["videos"][9]["split"] = "test"
    table["sentences"].append({"sen_id": 999, "video_id": "video9770", "caption": "seen in the test"})
    dataset = load_dataset(benchmark(tmp_path, table))
    learned = [q for q in dataset.questions if q.split != "test"]
    assert {"video9770.mp4", "video9.mp4"}.isdisjoint(q.video for q in learned)
    assert not any("seen in the test" in q.options or "video9" in str(q.options).split() for q in learned)
    assert "1 of its clips was left out, because it is in" in dataset.notes[0]


def test_a_caption_of_the_clip_itself_is_never_a_wrong_option(tmp_path: Path) -> None:
    table = captions()
    for sentence in table["sentences"]:
        if sentence["video_id"] in ("video0", "video1"):
            sentence["caption"] = (
                "The Same  caption" if sentence["video_id"] == "video0" else "the same caption"
            )
    dataset = load_dataset(benchmark(tmp_path, table))
    for question in dataset.questions:
        if question.video == "video0.mp4":
            assert sum("same" in option.casefold() for option in question.options) == 1


def test_odd_captions_are_reported(tmp_path: Path) -> None:
    table = captions()
    odd = [
        ({"sen_id": 0, "video_id": "video1", "caption": "again"}, "duplicate id"),
        ({"sen_id": 101, "video_id": "video1", "caption": " "}, "options"),
        ({"sen_id": 102, "video_id": "nowhere", "caption": "x"}, "row"),
        ({"video_id": "video1", "caption": "x"}, "row"),
        ("a sentence", "row"),
        ({"sen_id": 103, "video_id": "video1", "caption": ["x"]}, "row"),
    ]
    table["sentences"] += [sentence for sentence, _ in odd]
    dataset = load_dataset(benchmark(tmp_path, table))
    assert [(p.line, p.kind) for p in dataset.problems] == [(43 + i, kind) for i, (_, kind) in enumerate(odd)]


@pytest.mark.parametrize(
    "table", [[], {"videos": []}, {"videos": {}, "sentences": []}, "x", captions(clips=3)]
)
def test_captions_that_cannot_be_used_are_one_sentence(tmp_path: Path, table: object) -> None:
    with pytest.raises(DataError, match=r"train_val_videodatainfo.json"):
        load_dataset(benchmark(tmp_path, table))


def test_without_captions_there_is_only_the_test(tmp_path: Path) -> None:
    write_test(tmp_path / "msrvtt_mc_test.jsonl", ROW)
    (tmp_path / "TestVideo").mkdir()
    (tmp_path / "TestVideo" / "video9770.mp4").touch()
    dataset = load_dataset(tmp_path)
    assert dataset.split_names == ("test",)
    assert "no captions" in dataset.notes[0]
    assert dataset.video_path("video9770.mp4").is_file()
    with pytest.raises(DataError, match=r"no msrvtt_mc_test.jsonl. Expected"):
        load_dataset(tmp_path / "TestVideo", reader="msrvtt-mc")


@given(st.integers(0, 2**31), st.integers(5, 20))
def test_questions_are_sound_for_every_seed(
    tmp_path_factory: pytest.TempPathFactory, seed: int, clips: int
) -> None:
    table = captions(clips=clips, each=1)
    for clip in table["videos"]:
        clip["split"] = "train"
    root = benchmark(tmp_path_factory.mktemp("msrvtt"), table)
    dataset = load_dataset(root, reader=f"msrvtt-mc:seed={seed}")
    assert dataset.problems == ()
    assert all(len(set(q.options)) == 5 for q in dataset.questions)
