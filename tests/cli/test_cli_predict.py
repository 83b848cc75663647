from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temadapter.features import prefetch

Run = Callable[..., Any]
ASKED = ("-q", "Which colour?", "-o", "red", "-o", "blue")


@pytest.fixture
def words(toy_backbone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.chdir(tmp_path)
    return ("--backbone", toy_backbone, "--sampler", "uniform(4)")


@pytest.fixture
def videos(tmp_path: Path, make_video: Callable[..., Path]) -> Path:
    for name, colour in (("a", (250, 5, 5)), ("b", (5, 5, 250)), ("sub/c", (250, 5, 5))):
        make_video(tmp_path / "videos" / f"{name}.mp4", [colour] * 10)
    return tmp_path / "videos"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle))


def chosen(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["video"]: row["chosen_option"] for row in rows}


def test_a_folder_and_one_question(run: Run, words: Any, videos: Path) -> None:
    result = run("predict", videos, *ASKED, *words, "--output", "out.csv", "--json")
    assert result.code == 0
    assert (result.json["questions"], result.json["videos"], result.json["failed"]) == (3, 3, 0)
    rows = table(Path("out.csv"))
    assert chosen(rows) == {"a.mp4": "red", "b.mp4": "blue", "sub/c.mp4": "red"}
    assert json.loads(rows[0]["options"]) == ["red", "blue"]
    assert sum(json.loads(rows[0]["probabilities"])) == pytest.approx(1, abs=1e-5)
    assert rows[0]["answer"] == rows[0]["correct"] == rows[0]["error"] == ""
    assert "uniform(4)" in rows[0]["model"]
    assert sorted(path.name for path in Path().iterdir()) == ["out.csv", "videos"]


def test_without_a_table_the_answers_are_printed(run: Run, words: Any, videos: Path) -> None:
    result = run("predict", videos, *ASKED, *words)
    assert "b.mp4      Which colour?  blue" in result.out
    assert "3 of 3 questions about 3 videos answered, 0 failed." in result.out
    rows = run("predict", videos / "a.mp4", *ASKED, *words, "--json").json["rows"]
    assert [row["chosen_option"] for row in rows] == ["red"]


@pytest.mark.parametrize("sources", [["videos/*.mp4"], ["videos/a.mp4", "videos/b.mp4"]])
def test_patterns_and_several_files(run: Run, words: Any, videos: Path, sources: list[str]) -> None:
    rows = run("predict", *sources, *ASKED, *words, "--json").json["rows"]
    assert chosen(rows) == {"videos/a.mp4": "red", "videos/b.mp4": "blue"}


def test_a_table_of_videos_with_spans_and_a_table_of_questions(
    run: Run, words: Any, red_then_blue: Path, tmp_path: Path
) -> None:
    name = red_then_blue.name
    (tmp_path / "list.csv").write_text(
        f"video,start,end\n{name},0,1.5\n{name},2.5,4\n{name},x,4\n{name},4,2\n"
    )
    (tmp_path / "asked.csv").write_text(
        "question,options,answer\nWhich colour?,red|blue,red\nIs it red?,red|green,\n"
    )
    result = run("predict", "list.csv", "--questions", "asked.csv", *words, "--json")
    assert result.code == 3
    assert "not a number of seconds" in result.err
    assert "list.csv:5: the end (2.0 s) is not after the start (4.0 s)" in result.err
    rows = result.json["rows"]
    assert [(row["start"], row["question"], row["chosen_option"], row["correct"]) for row in rows] == [
        (0.0, "Which colour?", "red", True),
        (0.0, "Is it red?", "red", None),
        (2.5, "Which colour?", "blue", False),
        (2.5, "Is it red?", rows[3]["chosen_option"], None),
    ]
    assert all(row["start"] <= moment <= row["end"] for row in rows for moment in row["evidence"])


def test_a_dataset_without_known_answers(run: Run, words: Any, videos: Path) -> None:
    rows = [
        {"video": "a.mp4", "question": "Which colour?", "options": ["red", "", "blue"], "answer": 0},
        {"video": "b.mp4", "question": "Which colour?", "options": ["red", "", "blue"]},
        {"video": "gone.mp4", "question": "Which colour?", "options": ["red", "blue"]},
    ]
    Path("mine.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = run("predict", "mine.jsonl", *words, "--output", "out.jsonl", "--json")
    assert result.code == 3
    assert (result.json["failed"], result.json["with_known_answer"], result.json["correct"]) == (1, 1, 1)
    written = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [row["chosen"] for row in written] == [0, 2, None]
    assert written[0]["probabilities"][1] == 0
    assert "gone.mp4" in written[2]["error"]


def test_it_goes_on_where_it_was_interrupted(
    run: Run, words: Any, videos: Path, monkeypatch: pytest.MonkeyPatch, make_video: Callable[..., Path]
) -> None:
    (videos / "bad.mp4").write_text("no video")
    monkeypatch.setattr("temadapter.answering.WINDOW", 1)
    plain, seen = prefetch.read_pieces, []

    def twice(path: Path, *arguments: Any, **options: Any) -> Any:
        seen.append(path.name)
        return plain(path, *arguments, **options)

    monkeypatch.setattr(prefetch, "read_pieces", twice)
    asked = ("predict", videos, *ASKED, *words, "--output", "out.csv")
    from temadapter.predictions import predict as module

    real = module.append_row
    monkeypatch.setattr(
        module, "append_row", lambda path, row: real(path, row) if len(seen) < 3 else _interrupt()
    )
    assert run(*asked).code == 130
    assert not Path("out.csv").exists()
    assert seen == ["a.mp4", "b.mp4", "bad.mp4"]
    monkeypatch.setattr(module, "append_row", real)
    refused = run(*asked)
    assert refused.code == 2
    assert "--resume" in refused.err
    seen.clear()
    result = run(*asked, "--resume", "--json")
    assert (result.code, result.json["reused"], result.json["failed"]) == (3, 2, 1)
    assert seen == ["bad.mp4", "c.mp4"]
    assert [row["video"] for row in table(Path("out.csv"))] == ["a.mp4", "b.mp4", "bad.mp4", "sub/c.mp4"]
    make_video(videos / "bad.mp4", [(5, 5, 250)] * 10)  # mended: only what failed is tried again
    seen.clear()
    result = run(*asked, "--resume", "--json")
    assert (result.code, result.json["reused"], seen) == (0, 3, ["bad.mp4"])
    assert run(*asked).code == 2
    other = run(*asked, "--resume", "--sampler", "uniform(5)")
    assert other.code == 2
    assert "was made by" in other.err
    assert run(*asked, "--overwrite", "--json").json["reused"] == 0


def _interrupt() -> None:
    raise KeyboardInterrupt


def test_what_was_looked_at_survives_though_nothing_was_answered(
    run: Run, words: Any, videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.predictions import predict as module

    plain, seen = prefetch.read_pieces, []

    def counted(path: Path, *arguments: Any, **options: Any) -> Any:
        seen.append(path.name)
        return plain(path, *arguments, **options)

    monkeypatch.setattr(prefetch, "read_pieces", counted)
    asked = ("predict", videos, *ASKED, *words, "--output", "out.csv")
    with monkeypatch.context() as broken:
        broken.setattr(module, "append_row", lambda *_: _interrupt())
        assert run(*asked).code == 130
    assert sorted(seen) == ["a.mp4", "b.mp4", "c.mp4"]
    assert Path("out.csv.partial.features").is_dir()
    assert run(*asked, "--resume", "--json").code == 0
    assert sorted(seen) == ["a.mp4", "b.mp4", "c.mp4"]
    assert sorted(path.name for path in Path().iterdir()) == ["out.csv", "videos"]


def test_answers_come_before_all_videos_are_read(
    run: Run, words: Any, videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.predictions import predict as module

    monkeypatch.setattr("temadapter.answering.WINDOW_VIDEOS", 1)
    plain, events = prefetch.read_pieces, []
    monkeypatch.setattr(
        prefetch, "read_pieces", lambda path, *a, **k: (events.append(path.name), plain(path, *a, **k))[1]
    )
    keep = module.append_row
    monkeypatch.setattr(module, "append_row", lambda path, row: (events.append("answer"), keep(path, row))[1])
    more = ("-q", "Is it red?")
    assert run("predict", videos, *ASKED, *more, *words, "--output", "out.csv").code == 0
    assert events == [word for name in "abc" for word in (f"{name}.mp4", "answer", "answer")]


def test_answers_to_other_questions_are_not_dropped(run: Run, words: Any, videos: Path) -> None:
    asked = ("predict", videos, *words, "--output", "out.csv", "-o", "red", "-o", "blue")
    assert run(*asked, "-q", "Which colour?").code == 0
    before = Path("out.csv").read_bytes()
    refused = run(*asked, "-q", "What colour is it?", "--resume")
    assert refused.code == 2
    assert "out.csv answers 3 questions that are not asked now" in refused.err
    assert Path("out.csv").read_bytes() == before
    more = run(*asked, "-q", "Which colour?", "-q", "Is it red?", "--resume", "--json")
    assert (more.code, more.json["reused"], more.json["questions"]) == (0, 3, 6)


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["videos"], 2, "What do you want to ask about videos?"),
        (["videos/a.mp4"], 2, "What do you want to ask about"),
        (["videos", "-q", "Which?"], 2, "no option (-o)"),
        (["videos", "-q", "Which?", "-o", "red"], 2, "at least two options"),
        (["videos", *ASKED, "-q", "Dark?", "-o", "red"], 2, "The option 'red' is given twice."),
        (["videos", *ASKED, "--output", "out.xls"], 2, ".csv"),
        (["videos", *ASKED, "--resume"], 2, "--output"),
        (["videos/*.mpeg", *ASKED], 1, "There is no video"),
        (["none.csv"], 1, "no dataset at none.csv"),
    ],
)
def test_wrong_calls_are_one_sentence(
    run: Run, words: Any, videos: Path, arguments: list[str], code: int, reason: str
) -> None:
    result = run("predict", *arguments, *words)
    assert (result.code, result.out) == (code, "")
    assert reason in result.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing.mp4", *ASKED), "There is no file nothing.mp4"),
        (("videos", "nothing", *ASKED), "There is no file nothing"),
        (("empty.mp4", *ASKED), "empty.mp4 is empty"),
        (("no*.mp4", *ASKED), "There is no video at no*.mp4"),
        (("videos", "-q", "Which?", "-o", "red"), "at least two options"),
        (("videos", "-q", "Which?", "-o", "red", "-o", " "), "all but one of these are empty"),
        (("videos", "-q", " ", "-o", "red", "-o", "blue"), "has no text"),
        (("videos", "--questions", "nothing.csv"), "There is no file nothing.csv with questions"),
        (("headerless.csv", *ASKED), "names no video: it has no row with a video; its columns are a, b"),
        (("videos", "headerless.csv", *ASKED), "headerless.csv is a table"),
        (("elsewhere.csv",), "None of the 2 videos is there. There is no video x.mp4 in"),
        (("videos", *ASKED, "--output", "there.csv"), "there.csv is there already"),
        (("videos", *ASKED, "--output", "begun.csv"), "begun.csv.partial.jsonl is there already"),
        (
            ("https://me:secret@example.org//a.mp4?key=secret", *ASKED),
            "https://example.org//a.mp4 is an address",
        ),
        (("https://me:secret@example.org/a.csv",), "https://example.org/a.csv is an address, and a dataset"),
    ],
)
def test_what_is_quick_to_tell_comes_before_a_model(
    run: Run, videos: Path, monkeypatch: pytest.MonkeyPatch, words: Any, message: str
) -> None:
    def load(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.chdir(videos.parent)
    monkeypatch.setattr("temadapter.qa.VideoQA.load", load)
    Path("empty.mp4").touch()
    Path("there.csv").touch()
    Path("begun.csv.partial.jsonl").touch()
    Path("headerless.csv").write_text("a,b\n")
    rows = [{"video": f"{name}.mp4", "question": "Which?", "options": "red|blue"} for name in "xy"]
    with Path("elsewhere.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    result = run("predict", *words)
    assert result.code in (1, 2)
    assert message in result.err
    assert "secret" not in result.err
