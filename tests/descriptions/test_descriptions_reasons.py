from __future__ import annotations

import pytest

from temadapter.descriptions.english.reasons import reason


@pytest.mark.parametrize(
    ("option", "subject", "auxiliary", "expected"),
    [
        ("play", "the boy", "did", "to play"),
        ("excited", "the boy in red", "did", "because he was excited"),
        ("excited", "the two dogs", "do", "because they are excited"),
        ("want food", "the cat", "does", "because it wants food"),
        ("wants food", "the baby", "did", "because the baby wants food"),
        ("it rained", "the man", "did", "because it rained"),
        ("pushed by the man", "the lady", "is", "because she is pushed by the man"),
        ("strong wind", "the car", "is", "because of strong wind"),
        ("for fun", "the man", "did", "for fun"),
        ("Others", "the man", "did", "because of something else"),
        # a verb that is as often a noun, and one that must agree with its subject
        ("looks nice", "the girl", "does", "because she looks nice"),
        ("picks up the coat", "the child", "does", "because the child picks up the coat"),
        ("wants to sleep", "the animals", "did", "because they want to sleep"),
        ("witnesses a crash", "the people", "do", "because they witness a crash"),
        ("like the tune", "the lady", "does", "because she likes the tune"),
        ("waves at the shore", "the boat", "does", "because of waves at the shore"),
        ("do not need it", "the lady", "does", "because she does not need it"),
        ("do not need it", "the boys", "did", "because they did not need it"),
        # what is done to the subject
        ("tied to a pole", "the dog", "is", "because it is tied to a pole"),
        ("attracted towards the light", "the lady", "did", "because she was attracted towards the light"),
        ("trained to behave", "the dogs", "do", "because they are trained to behave"),
        ("dropped her bag", "the lady", "did", "because she dropped her bag"),
        ("finished eating", "the lady", "did", "because she finished eating"),
        ("scared the glass will fall", "the boy", "is", "because he is scared the glass will fall"),
        # states with what belongs to them
        ("busy playing", "the man", "does", "because he is busy playing"),
        ("more comfortable at home", "the cat", "did", "because it was more comfortable at home"),
        ("not used to water", "the cat", "did", "because it was not used to water"),
        ("too tired", "the men", "are", "because they are too tired"),
        # acts
        ("not to fall down", "the man", "does", "not to fall down"),
        ("not wake the baby", "the man", "does", "not to wake the baby"),
        ("signal boy to stop", "the man", "does", "to signal boy to stop"),
        ("better see the ball", "the man", "does", "to better see the ball"),
        # clauses, with their verb or without it
        ("it's sunny", "the man", "is", "because it's sunny"),
        ("hand was dirty", "the man", "did", "because hand was dirty"),
        ("snow too thick", "the man", "did", "because snow was too thick"),
        ("part of the show", "the men", "are", "because it is part of the show"),
        ("easier to hold", "the men", "did", "because it was easier to hold"),
        # things stay things
        ("better grip", "the rider", "is", "because of better grip"),
        ("broken lights", "the car", "did", "because of broken lights"),
        ("baby's tail", "the car", "did", "because of baby's tail"),
    ],
)
def test_reasons(option: str, subject: str, auxiliary: str, expected: str) -> None:
    assert reason(option, subject, auxiliary) == expected
