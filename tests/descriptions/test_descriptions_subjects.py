from __future__ import annotations

import pytest

from temadapter.descriptions.english.clauses import clause
from temadapter.descriptions.english.subjects import agreeing_auxiliary


@pytest.mark.parametrize(
    ("auxiliary", "rest", "statement"),
    [
        # a relative clause belongs to the subject that it follows
        ("are", "the people who were standing hurt", "the people who were standing are hurt"),
        ("is", "the car that is hit by the bus red", "the car that is hit by the bus is red"),
        ("is", "the man who is running tired", "the man who is running is tired"),
        ("is", "the girl who is wearing a red hat sitting", "the girl who is wearing a red hat is sitting"),
        ("is", "the boy who has fallen crying in the rain", "the boy who has fallen is crying in the rain"),
        ("is", "the girl hitting a box that she holds", "the girl is hitting a box that she holds"),
        # so does a participle with its agent, if an adjective follows
        ("was", "the ball thrown by the boy red", "the ball thrown by the boy was red"),
        ("was", "the wall painted red", "the wall was painted red"),
        ("is", "the man dressed in red", "the man is dressed in red"),
        ("was", "the ball thrown by the boy", "the ball was thrown by the boy"),
        # two noun phrases side by side
        ("is", "the lady in black the only one standing up", "the lady in black is the only one standing up"),
        ("is", "the man at the door a guard", "the man at the door is a guard"),
        ("is", "the cat on the table", "the cat is on the table"),
        ("is", "the mood of this talk", None),
        # never goes with the verb
        ("does", "the man never fall", "the man never falls"),
        ("did", "the man above hold onto a rope", "the man above held onto a rope"),
    ],
)  # fmt: skip
def test_where_subjects_end(auxiliary: str, rest: str, statement: str | None) -> None:
    assert clause(auxiliary, rest) == statement


def test_a_relative_clause_without_a_predicate_is_no_statement() -> None:
    assert clause("is", "the man who is running") is None


@pytest.mark.parametrize(
    ("auxiliary", "subject", "expected"),
    [
        ("is", "the three men", "are"),
        ("does", "the two dogs", "do"),
        ("was", "the children", "were"),
        ("is", "the white dog and grey spots", "are"),
        ("has", "the man and the boy", "have"),
        ("is", "the man in black and white", "is"),
        ("is", "the black and white dog", "is"),
        ("is", "the two-wheeled cart", "is"),
        ("is", "the man with a cup and a bowl", "is"),
        ("did", "the two dogs", "did"),
    ],
)
def test_a_surely_plural_subject_gets_a_plural_verb(auxiliary: str, subject: str, expected: str) -> None:
    assert agreeing_auxiliary(auxiliary, subject) == expected
