from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.data.dataset import Dataset
from temadapter.data.load import load_dataset
from temadapter.data.question import RowError
from temadapter.data.readers.cells import index_of, label_of, option_of, seconds_of, text_of, video_of
from temadapter.data.readers.option_lists import answer_of, options_of
from temadapter.errors import DataError

NAN = float("nan")


def stale_warning(read: Callable[[], object]) -> str:
    try:
        read()
    except RowError as error:
        return str(error)
    return ""


def lines(path: Path, *rows: object) -> Dataset:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return load_dataset(path)


@pytest.mark.parametrize("nothing", [None, NAN, "", " ", "nan", "NaN", "<NA>", "NaT"])
def test_nothing_is_nothing_in_every_cell(nothing: object) -> None:
    row = {"x": nothing}
    assert text_of(row, "x") == option_of(nothing) == video_of(row, "x", ".mp4") == ""
    assert (label_of(row, "x"), index_of(nothing), seconds_of(row, "x")) == (None, None, None)
    assert answer_of(nothing, ("a", "b")) is None


@pytest.mark.parametrize("word", ["None", "null", "N/A"])
def test_a_word_for_nothing_may_be_an_option_but_is_no_label(word: str) -> None:
    assert option_of(word) == word
    assert label_of({"x": word}, "x") is None
    assert answer_of(word, ("a", word)) == 1
    assert answer_of(word, ("a", "b")) is None


@pytest.mark.parametrize("two", [2, 2.0, "2", "2.0", " 2 ", "2.", "2,0"])
def test_a_whole_number_is_one_however_it_is_written(two: object) -> None:
    assert index_of(two) == answer_of(two, ("a", "b", "c")) == 2


@pytest.mark.parametrize("odd", [2.5, "2.5", True, [2], {"a": 2}, float("inf"), "two"])
def test_what_is_no_whole_number_is_no_answer(odd: object) -> None:
    with pytest.raises(RowError) as raised:
        index_of(odd)
    assert raised.value.kind == "answer"
    with pytest.raises(RowError):
        answer_of(odd, ("a", "b", "c"))


def test_numbers_have_no_decimals_that_pandas_gave_them() -> None:
    assert [option_of(value) for value in (1.0, 2, 2.5, "2.0", 1e300)] == ["1", "2", "2.5", "2.0", "1e+300"]
    assert text_of({"id": 7.0}, "id") == "7"


def test_a_label_is_one_line() -> None:
    assert label_of({"type": " U \n"}, "type") == "U"
    assert label_of({"type": "line\nbreak"}, "type") == "line break"
    assert label_of({"type": 3.0}, "type") == "3"


@pytest.mark.parametrize(("answer", "index"), [("red", 1), ("Red", 0), ("RED", None), ("blue  SKY", 2)])
def test_letter_case_does_not_matter_where_one_option_can_be_meant(answer: str, index: int | None) -> None:
    options = ("Red", "red", "Blue sky")
    if index is None:
        with pytest.raises(RowError, match="may be option 0 or 1: write it as it stands there"):
            answer_of(answer, options)
    else:
        assert answer_of(answer, options) == index


def test_a_number_that_is_the_text_of_another_option_is_refused() -> None:
    for text in ("2", "2.0"):
        with pytest.raises(RowError, match="may be option 1 or option number 2"):
            answer_of(text, ("1", "2", "3"))
    assert answer_of(2.0, ("1", "2", "3")) == 2


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("[white] van|[grey] van", ("[white] van", "[grey] van")),
        ("van [white]|[grey]", ("van [white]", "[grey]")),
        ('["white", "grey|blue"]', ("white", "grey|blue")),
        ('["white", NaN]', ("white", "")),
        ("white | grey|", ("white", "grey", "")),
    ],
)
def test_options_in_one_cell(text: str, options: tuple[str, ...]) -> None:
    assert options_of(text) == options


@pytest.mark.parametrize(
    "text",
    [
        "['white', 'grey']",
        "['white' 'grey']",
        "['a|b', 'c']",
        "('white', 'grey')",
        "array(['white', 'grey'], dtype=object)",
        "white",
        "[" * 5000,
    ],
)
def test_a_list_of_another_language_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(RowError, match=r'write \["one", "two"\], or one\|two') as raised:
        options_of(text)
    assert len(str(raised.value)) < 300


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_no_cell_fails_otherwise_or_is_quoted_at_length(value: object) -> None:
    row = {"x": value}
    for read in (
        lambda: text_of(row, "x"),
        lambda: label_of(row, "x"),
        lambda: video_of(row, "x", ".mp4"),
        lambda: option_of(value),
        lambda: options_of(value),
        lambda: index_of(value),
        lambda: seconds_of(row, "x"),
        lambda: answer_of(value, ("a", "b")),
    ):
        assert len(stale_warning(read)) < 300


def test_nan_is_missing_in_every_field_of_ones_own_questions(tmp_path: Path) -> None:
    row = {"video": "a", "question": "What?", "options": ["x", "y"], "answer": 0}
    data = lines(
        tmp_path / "q.jsonl",
        {**row, "options": ["x", "y", NAN, NAN]},
        {**row, "answer": NAN, "type": NAN, "split": NAN, "id": NAN, "group": NAN, "start": NAN, "end": NAN},
        {**row, "question": NAN},
        {**row, "video": NAN},
        {
            "video": "a",
            "question": "Does it rain?",
            "option0": "yes",
            "option1": "no",
            "option2": NAN,
            "answer": 1,
        },
    )
    first, second, last = data.questions
    assert first.options == ("x", "y", "", "")
    assert (second.answer, second.type, second.split, second.id, second.group, second.span) == (
        *(None,) * 3,
        "2",
        None,
        None,
    )
    assert (last.options, last.answer) == (("yes", "no", ""), 1)
    assert [problem.line for problem in data.problems] == [3, 4]


def test_nan_floats_and_blanks_in_sutd_trafficqa(tmp_path: Path) -> None:
    file = tmp_path / "R2_train.jsonl"
    data = lines(
        file,
        [1, 1.0, "v1.mp4 ", 0, "Is it day?", "U ", "Yes", "No", NAN, NAN, 1.0],
        [2, NAN, "v1.mp4", 0, "Is it day?", NAN, 1.0, 2.0, "", None, NAN],
        [3, 1, "v1.mp4", 0, NAN, "U", "Yes", "No", "", "", 0],
    )
    first, second = data.questions
    assert (first.video, first.video_id, first.type, first.options, first.answer) == (
        "v1.mp4",
        "1",
        "U",
        ("Yes", "No", "", ""),
        1,
    )
    assert (second.video_id, second.type, second.options, second.answer) == (
        None,
        None,
        ("1", "2", "", ""),
        None,
    )
    assert len(data.problems) == 1


def test_endings_in_msrvtt_and_floats_in_nextqa_and_tgif(tmp_path: Path) -> None:
    captions = ["a man", "a dog", "a car", "a cat", "a hat"]
    data = lines(
        tmp_path / "msrvtt_mc_test.jsonl",
        {"qid": "1", "clip_name": "v1", "options": captions, "answer": 4},
        {"qid": "2", "clip_name": "v2.mp4 ", "options": captions, "answer": "0.0"},
    )
    assert [(q.video, q.answer) for q in data.questions] == [("v1.mp4", 4), ("v2.mp4", 0)]

    (tmp_path / "mc.csv").write_text(
        "video,question,answer,qid,type,a0,a1,a2,a3,a4\n"
        '1,why,2,0,CW,tired,,hungry,None,"rest, then go"\n3.0,why,4.0,0.0,nan,a,b,c,nan,e\n5.mp4,why,,1,CW,a,b,c,d,e\n'
    )
    first, second, third = load_dataset(tmp_path / "mc.csv").questions
    assert first.options == ("tired", "", "hungry", "None", "rest, then go")
    assert (second.video, second.answer, second.type, second.options[3]) == ("3.mp4", 4, None, "")
    assert (third.video, third.answer, third.id) == ("5.mp4", None, "5_1")

    (tmp_path / "x.csv").write_text(
        "gif_name\tquestion\ta1\ta2\ta3\ta4\ta5\tanswer\tvid_id\n"
        "g1\twhat\ta\tb\tc\td\te\t2.0\tACTION1\ng2.gif\twhat\ta\tb\tc\td\tnan\t\tTRANS1\n"
    )
    one, two = load_dataset(tmp_path / "x.csv").questions
    assert [(q.video, q.answer, q.type) for q in (one, two)] == [
        ("g1.gif", 2, "action"),
        ("g2.gif", None, "transition"),
    ]
    assert two.options[4] == ""


def test_options_of_msrvtt_may_be_numbers_as_everywhere(tmp_path: Path) -> None:
    data = lines(
        tmp_path / "msrvtt_mc_test.jsonl",
        {"qid": "1", "clip_name": "v1", "options": [1.0, 2, "three", NAN], "answer": 2.0},
    )
    assert [(q.options, q.answer) for q in data.questions] == [(("1", "2", "three", ""), 2)]


def test_a_question_that_is_a_word_for_nothing_is_none(tmp_path: Path) -> None:
    good = {"video": "a", "question": "What?", "options": ["x", "y"]}
    data = lines(tmp_path / "q.jsonl", good, *({**good, "question": word} for word in ("None", "N/A", "nan")))
    assert ([q.text for q in data.questions], [p.line for p in data.problems]) == (["What?"], [2, 3, 4])


@pytest.mark.parametrize("number", ["2.0", 2.0, 2, "2"])
def test_the_number_of_a_video_has_no_decimals(tmp_path: Path, number: object) -> None:
    row = {"video": "a", "question": "What?", "options": ["x", "y"], "video_id": number}
    assert lines(tmp_path / "q.jsonl", row).questions[0].video_id == "2"
    sutd = lines(tmp_path / "R2_test.jsonl", ["1", number, "a.mp4", 0, "What?", "U", "x", "y", "", "", 0])
    assert sutd.questions[0].video_id == "2"


@pytest.mark.parametrize(("number", "name"), [("0.0", "3_0"), ("7", "3_7"), ("q1", "3_q1")])
def test_the_number_of_a_nextqa_question_has_no_decimals(tmp_path: Path, number: str, name: str) -> None:
    head = "video,question,answer,qid,type,a0,a1,a2,a3,a4\n"
    (tmp_path / "mc.csv").write_text(f"{head}3,why,0,{number},CW,a,b,c,d,e\n3,why,0,nan,CW,a,b,c,d,e\n")
    data = load_dataset(tmp_path / "mc.csv")
    assert [q.id for q in data.questions] == [name]
    assert [(p.line, p.reason) for p in data.problems] == [(3, "the question has no id")]


@pytest.mark.parametrize("nothing", ["None", "null", NAN, None, ""])
def test_a_split_that_says_nothing_in_every_row_is_no_split(tmp_path: Path, nothing: object) -> None:
    row = {"video": "a", "question": "What?", "options": ["x", "y"], "split": nothing}
    data = lines(tmp_path / "q.jsonl", row, row)
    assert ([q.split for q in data.questions], data.problems) == ([None, None], ())
    data = lines(tmp_path / "q.jsonl", row, {**row, "split": "test"})
    assert ([q.split for q in data.questions], data.problems[0].kind) == (["test"], "split")


@pytest.mark.parametrize("split", [NAN, None, "", "None"])
def test_a_clip_of_msrvtt_without_a_split_beside_others_with_one_is_not_trained_on(
    tmp_path: Path, split: object
) -> None:
    test = {"qid": "1", "clip_name": "v9", "options": ["a", "b", "c", "d", "e"], "answer": 0}
    (tmp_path / "msrvtt_mc_test.jsonl").write_text(json.dumps(test))
    videos = [{"video_id": f"v{number}", "split": split} for number in range(6)]
    sentences = [{"sen_id": n, "video_id": f"v{n}", "caption": f"caption {n}"} for n in range(6)]
    captions = tmp_path / "train_val_videodatainfo.json"
    captions.write_text(json.dumps({"videos": videos, "sentences": sentences}))
    assert {q.split for q in load_dataset(tmp_path).questions} == {"train", "test"}
    videos[0]["split"] = "train"
    captions.write_text(json.dumps({"videos": videos, "sentences": sentences}))
    with pytest.raises(DataError, match="the clip 'v1' has no split, but others have one"):
        load_dataset(tmp_path)
