from __future__ import annotations

import pytest

from temadapter.descriptions.faithfulness import keeps, keeps_denial


@pytest.mark.parametrize(
    ("option", "description", "kept"),
    [
        ("wag tail", "The dog wags its tail.", True),
        ("wag tail", "The dog is happy.", False),
        ("not sure", "It is unknown whether it rains.", True),
        ("maybe", "It is unknown.", False),
        ("unknown vehicle", "It is unknown whether it rains.", False),
    ],
)
def test_the_words_of_an_option(option: str, description: str, kept: bool) -> None:
    assert keeps(option, description) is kept


@pytest.mark.parametrize(
    ("question", "option", "description", "kept"),
    [
        ("what never stops?", "the car", "The car never stops.", True),
        ("what never stops?", "the car", "The car stops.", False),
        ("who did not fall?", "the man", "The man did not fall.", True),
        ("who did not fall?", "not the man", "The man did not fall.", False),
        ("who fell?", "the man", "The man fell.", True),
    ],
)
def test_the_denial_of_a_question(question: str, option: str, description: str, kept: bool) -> None:
    assert keeps_denial(question, option, description) is kept
