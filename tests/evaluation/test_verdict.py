"""Accuracy in words: better than chance, or not."""

from __future__ import annotations

import pytest

from temadapter.data.question import Question
from temadapter.evaluation.accuracy_table import accuracy_table, compare_predictions
from temadapter.evaluation.prediction import Prediction
from temadapter.evaluation.statistics import Estimate, clusters_of
from temadapter.evaluation.verdict import stored_verdict, verdict


@pytest.mark.parametrize(
    ("estimate", "chance", "majority", "words"),
    [
        (Estimate(0.7, 0.6, 0.8, 90, 90), 0.5, 0.55, ""),
        (
            Estimate(0.53, 0.45, 0.61, 143, 143),
            0.5,
            0.5,
            "no better than chance: a random choice gets 50.0 %",
        ),
        (Estimate(0.7, 0.65, 0.75, 400, 400), 0.5, 0.69, "no better than the majority answer"),
        (Estimate(0.2, 0.1, 0.3, 90, 90), 0.5, 0.5, "worse than chance"),
        (Estimate(0.6, 0.3, 0.85, 12, 12), 0.5, 0.5, "12 questions are few"),
        (Estimate(0.9, 0.0, 1.0, 12, 1), 0.5, 0.5, "one video or source"),
    ],
)
def test_what_an_accuracy_means(estimate: Estimate, chance: float, majority: float, words: str) -> None:
    said = verdict(estimate, chance=chance, majority=majority)
    assert words in said
    assert bool(said) == bool(words)


def questions(rights: list[int], *, sources: int = 0) -> list[Question]:
    return [
        Question(
            str(n), f"{n}.mp4", "Is it?", ("yes", "no"), right, group=f"s{n % sources}" if sources else None
        )
        for n, right in enumerate(rights)
    ]


def test_who_always_says_the_most_frequent_answer_is_told_so() -> None:
    asked = questions([0] * 70 + [1] * 30)
    always_yes = {q.id: float(q.answer == 0) for q in asked}
    table = accuracy_table({"yes": [always_yes], "right": [{q.id: 1.0 for q in asked}]}, asked)
    assert table.majority == pytest.approx(0.7)
    assert "no better than the majority answer" in table.verdict(table.rows[0])
    assert table.verdict(table.rows[1]) == ""
    block = table.to_json()
    assert block["rows"][0]["verdict"] == stored_verdict(block) == table.verdict(table.rows[0])


def test_the_place_of_the_answer_counts_as_majority_too() -> None:
    asked = [Question(str(n), f"{n}.mp4", "Which?", (f"a{n}", f"b{n}"), int(n % 10 == 0)) for n in range(60)]
    assert accuracy_table({"any": [{q.id: 1.0 for q in asked}]}, asked).majority == pytest.approx(0.9)


def test_results_of_an_earlier_version_have_a_verdict_too() -> None:
    asked = questions([0, 1] * 20)
    block = accuracy_table({"half": [{q.id: float(int(q.id) < 20) for q in asked}]}, asked).to_json()
    del block["majority"], block["rows"][0]["verdict"]
    assert "no better than chance" in stored_verdict(block)
    assert stored_verdict(None) == ""


def answered(asked: list[Question]) -> list[Prediction]:
    return [Prediction(q.id, q.video, None, 0, 0, int(q.id) % 3 == 0, (1.0,), q.group) for q in asked]


def test_videos_of_one_source_are_one_cluster_unless_there_is_one_source_only() -> None:
    asked = questions([0, 1] * 15, sources=3)
    assert set(clusters_of(asked).values()) == {"s0", "s1", "s2"}
    right = {q.id: float(q.group == "s0") for q in asked}
    (row,) = accuracy_table({"one source": [right]}, asked).rows
    assert (row.overall.videos, row.overall.questions) == (3, 30)
    assert row.overall.high - row.overall.low > 0.7  # ten videos of a source say no more than one
    assert compare_predictions(answered(asked), answered(asked))[None].videos == 3
    alone = questions([0, 1] * 15, sources=1)
    assert len(set(clusters_of(alone).values())) == 30
