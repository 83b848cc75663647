from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from temadapter.data.question import Question
from temadapter.errors import DataError
from temadapter.evaluation.accuracy_table import accuracy_table, compare_predictions, type_of_key
from temadapter.evaluation.prediction import Prediction

QUESTIONS = [
    Question(
        f"{number}-{kind}",
        f"{number}.mp4",
        "What?",
        ("a", "b", "c", "d" if kind != "C" else ""),
        0,
        type=kind,
    )
    for number in range(10)
    for kind in ("F", "U", "C", "odd")
]
ALWAYS = {question.id: 1.0 for question in QUESTIONS}
HALF = {question.id: float(int(question.id.split("-")[0]) < 5) for question in QUESTIONS}


def test_table_has_types_in_the_benchmarks_order_and_then_others() -> None:
    table = accuracy_table({"all right": [ALWAYS]}, QUESTIONS)
    assert table.types == ("U", "C", "F", "odd")
    assert table.counts == {"U": 10, "C": 10, "F": 10, "odd": 10, "": 40}


def test_chance_is_the_mean_over_the_real_options() -> None:
    table = accuracy_table({"all right": [ALWAYS]}, QUESTIONS)
    assert table.chance["C"] == pytest.approx(1 / 3)
    assert table.chance["U"] == 0.25
    assert table.chance[""] == pytest.approx((30 * 0.25 + 10 / 3) / 40)


def test_interval_is_clustered_by_video() -> None:
    (row,) = accuracy_table({"half": [HALF]}, QUESTIONS).rows
    assert row.overall.value == 0.5
    assert row.overall.videos == 10
    assert row.overall.low == pytest.approx(
        row.types["U"].low
    )  # four questions of a video say as much as one


def test_json_is_json_and_says_how_intervals_were_made() -> None:
    data = json.loads(json.dumps(accuracy_table({"half": [HALF]}, QUESTIONS).to_json()))
    assert "clustered" in data["interval"] or "cluster" in data["interval"]
    assert data["rows"][0]["overall"]["questions"] == 40
    assert data["chance"]["overall"] == pytest.approx(0.2708, abs=1e-3)


def test_markdown_has_one_row_a_method_and_random_choice() -> None:
    lines = accuracy_table({"half": [HALF], "all": [ALWAYS]}, QUESTIONS).to_markdown().splitlines()
    assert lines[0].startswith("| method | Basic understanding (10) | Counterfactual (10) |")
    assert lines[2].startswith("| random choice | 25.0 | 33.3 |")
    assert [line.split("|")[1].strip() for line in lines[3:5]] == ["half", "all"]
    assert len({line.count("|") for line in lines[:5]}) == 1


def test_terminal_table_fits_80_columns_with_all_six_types() -> None:
    questions = [
        Question(f"{n}{k}", f"{n}.mp4", "?", ("a", "b"), 0, type=k) for n in range(900) for k in "UAICFR"
    ]
    table = accuracy_table(
        {"Tem-Adapter, shuffled frames": [{q.id: float(len(q.id) % 2) for q in questions}]}, questions
    )
    out = StringIO()
    Console(file=out, width=80).print(table.to_rich())
    text = out.getvalue()
    for whole in ("standing", "factual", "reasoning", "casting", "900", "5,400", "random choice"):
        assert whole in text
    assert max(map(len, text.splitlines())) <= 80


def test_methods_must_have_answered_every_question() -> None:
    with pytest.raises(DataError, match=r"lazy left 39 questions"):
        accuracy_table({"lazy": [{QUESTIONS[0].id: 1.0}]}, QUESTIONS)


def test_questions_without_a_known_answer_do_not_count() -> None:
    unknown = Question("x", "x.mp4", "What?", ("a", "b"), None)
    table = accuracy_table({"all right": [ALWAYS]}, [*QUESTIONS, unknown])
    assert table.counts[""] == 40
    with pytest.raises(DataError, match="no question with a known answer"):
        accuracy_table({"all right": [ALWAYS]}, [unknown])


def answers(right: dict[str, float]) -> list[Prediction]:
    return [
        Prediction(q.id, q.video, q.type, 0, 0, bool(right[q.id]), (1.0,)) for q in QUESTIONS if q.id in right
    ]


def test_two_prediction_files_are_compared_overall_and_per_type() -> None:
    found = compare_predictions(answers(ALWAYS), answers(HALF))
    assert list(found) == [None, "C", "F", "U", "odd"]
    assert found[None].value == found["U"].value == 0.5
    assert found[None].videos == 10
    assert 0 < found[None].low < 0.5 < found[None].high < 1
    back = compare_predictions(answers(HALF), answers(ALWAYS))
    assert back["F"].value == -0.5


def test_predictions_of_other_questions_are_not_compared() -> None:
    fewer = {key: value for key, value in HALF.items() if not key.startswith("3-")}
    with pytest.raises(DataError, match="4 only in the first"):
        compare_predictions(answers(ALWAYS), answers(fewer))


def test_types_of_ones_own_break_no_table() -> None:
    names = ("a|b", "[bold]", "*strong*", "line break", "x" * 64, "method", "All")
    questions = [Question(f"{n}{k}", f"{n}.mp4", "?", ("a", "b"), 0, type=k) for n in range(2) for k in names]
    table = accuracy_table({"mine | yours": [{q.id: 1.0 for q in questions}]}, questions)
    lines = table.to_markdown().splitlines()
    borders = {line.replace(r"\|", "").count("|") for line in lines[:4]}
    assert borders == {len(names) + 3}
    assert r"a\|b (2)" in lines[0]
    assert r"\*strong\*" in lines[0]
    assert lines[3].startswith(r"| mine \| yours |")
    shown = StringIO()
    Console(file=shown, width=300).print(table.to_rich())
    assert "[bold]" in shown.getvalue()


def test_a_type_called_overall_is_not_taken_for_all_questions() -> None:
    names = ("overall", "type overall", "all", "U")
    questions = [Question(f"{n}{k}", f"{n}.mp4", "?", ("a", "b"), 0, type=k) for n in range(2) for k in names]
    table = accuracy_table({"mine": [{q.id: float(q.type == "U") for q in questions}]}, questions)
    data = table.to_json()
    assert data["questions"] == {
        "U": 2, "all": 2, "type overall": 2, "type type overall": 2, "overall": 8}  # fmt: skip
    assert {type_of_key(key) for key in data["questions"]} == {"", *names}
    heads = [cell.strip() for cell in table.to_markdown().splitlines()[0].split("|")[2:-1]]
    assert len({head.casefold() for head in heads}) == 5
    assert heads[-1] == "All (8)"


@pytest.mark.parametrize(
    "name", ["a\x1b[2Jb", "line\nbreak", "a\u2028b", "\u202eright", "x" * 300, "[x](http://e.org)"]
)
def test_a_name_stays_one_harmless_cell(name: str) -> None:
    questions = [Question(str(n), f"{n}.mp4", "?", ("a", "b"), 0, type=name) for n in range(2)]
    text = accuracy_table({name: [{q.id: 1.0 for q in questions}]}, questions).to_markdown()
    head, row = text.splitlines()[0], text.splitlines()[3]
    assert head.replace(r"\|", "").count("|") == row.replace(r"\|", "").count("|") == 4
    assert (head + row).isprintable()
    assert "](" not in text
    assert len(head) < 80
