from __future__ import annotations

from pathlib import Path

import pytest

from temadapter.data.load import load_dataset
from temadapter.data.readers import find_reader
from temadapter.errors import ConfigError, DataError

HEADER = ["gif_name", "question", "a1", "a2", "a3", "a4", "a5", "answer", "vid_id", "key"]
ACTION = [
    "tumblr_a_250",
    "What does the cat do 3 times ?",
    "run",
    'say "hi"',
    "sit",
    "jump",
    "eat, slowly",
    "4",
]
ACTION += ["ACTION4", "26"]
TRANSITION = ["tumblr_b_400", "What does he do before bow ?", "sit", "walk", "smile", "nod", "wave", "1"]
ROWS = [ACTION, [*TRANSITION, "TRANS23", "23"], [*TRANSITION, "TRANS24", "23"]]


def write(path: Path, *rows: list[str], end: str = "\r\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(end.join("\t".join(row) for row in (HEADER, *rows)).encode())
    return path


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("name", ["Test_action_question.csv", "anything.tsv"])
def test_a_file_is_tab_separated_whatever_it_is_called(tmp_path: Path, end: str, name: str) -> None:
    file = write(tmp_path / name, *ROWS, end=end)
    assert find_reader(file).name == "tgif-qa"
    first, *others = load_dataset(file).questions
    assert (first.id, first.video, first.type) == ("ACTION4", "tumblr_a_250.gif", "action")
    assert first.options == ("run", 'say "hi"', "sit", "jump", "eat, slowly")
    assert first.answer == 4
    assert [(q.id, q.type) for q in others] == [("TRANS23", "transition"), ("TRANS24", "transition")]


@pytest.mark.parametrize("place", ["dataset", "annotations", ""])
def test_a_folder_with_both_tasks(tmp_path: Path, place: str) -> None:
    write(tmp_path / place / "Train_action_question.csv", ROWS[0])
    write(tmp_path / place / "Test_transition_question.csv", ROWS[1])
    (tmp_path / place / "Test_count_question.csv").write_text("gif_name\tquestion\tanswer\tvid_id\tkey\r\n")
    (tmp_path / "gifs").mkdir()
    (tmp_path / "gifs" / "tumblr_a_250.gif").touch()
    dataset = load_dataset(tmp_path)
    assert [(q.type, q.split) for q in dataset.questions] == [("action", "train"), ("transition", "test")]
    assert dataset.video_path("tumblr_a_250.gif").is_file()


def test_tasks_without_options_are_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "Test_count_question.csv"
    file.write_text("gif_name\tquestion\tanswer\tvid_id\tkey\r\na\tHow many times ?\t3\tCOUNT1\t1\r\n")
    with pytest.raises(DataError, match="no column a1, a2, a3, a4, a5"):
        load_dataset(file, reader="tgif-qa")
    with pytest.raises(DataError, match=r"no Train_action_question.csv"):
        load_dataset(tmp_path, reader="tgif-qa")
    with pytest.raises(ConfigError, match="takes no options"):
        load_dataset(file, reader="tgif-qa:x=1")


def test_bad_rows_are_reported(tmp_path: Path) -> None:
    bad = [["", *ROWS[1][1:]], [*ROWS[1][:7], "5", "TRANS30", "1"], ROWS[1][:5], ROWS[0]]
    dataset = load_dataset(write(tmp_path / "x.tsv", ROWS[0], *bad))
    assert [(problem.line, problem.kind) for problem in dataset.problems] == [
        (3, "row"),
        (4, "answer"),
        (5, "row"),
        (6, "duplicate id"),
    ]
