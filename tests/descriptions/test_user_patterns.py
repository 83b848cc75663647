from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.descriptions import user_patterns
from temadapter.descriptions.banks import load_bank
from temadapter.descriptions.user_patterns import UserPattern
from temadapter.errors import ConfigError

CATASTROPHIC = (r"(a|aa)+$", r"(?:a{1,1000}){1,1000}b", r"(a)\1*\1*\1*\1*\1*\1*\1*b")
PATTERNS = (
    r"(\w+ )+",
    r"^is (?P<x>.+) or (?P<y>.+)\?$",
    r"(?:\w+, )*\w+",
    r"a|ab",
    r"\bb*",
    r"(?:)",
    r"^(\w+\s?)+$",
)


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_a_search_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    monkeypatch.setattr(user_patterns, "LIMIT", 0.05)
    slow = UserPattern("mine.yaml, rule 3, question", pattern)
    assert slow.search("b") is None or pattern.endswith("$")
    for text in ("a" * 300 + "!", "b"):  # the second time without another try
        with pytest.raises(ConfigError, match="takes longer than") as error:
            slow.search(text)
        assert str(error.value).startswith("mine.yaml, rule 3, question: searching 'a")
        assert repr(pattern)[1:-1] in str(error.value)


@given(st.sampled_from(PATTERNS), st.text("ab ,?is or", max_size=30))
def test_what_is_found_is_what_python_finds(pattern: str, text: str) -> None:
    own, python = UserPattern("here", pattern), re.compile(pattern, re.IGNORECASE)
    found = [(match.span(), match.groupdict()) for match in own.finditer(text)]
    assert found == [(match.span(), match.groupdict()) for match in python.finditer(text)]
    assert own.replaced(text, r"<\g<0>>") == python.sub(r"<\g<0>>", text)
    assert (own.search(text) is None) == (python.search(text) is None)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "is not a regular expression"),
        ("a)|(b", "is not a regular expression"),
        ("x{99999999999999999999}", "too large"),
        ("(?R)", "is not a regular expression"),
        ("(" * 5000 + ")" * 5000, "is not a regular expression"),
        ("(((a{100}){100}){100}){100}", "too large"),
        ("a" * 20_000, "too large"),
        ("(?P<x>a)(?P<x>b)", "is not a regular expression"),
    ],
)
def test_what_is_no_pattern_is_refused_when_it_is_read(pattern: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"^here.*{reason}") as error:
        UserPattern("here", pattern, whole_words=True)
    assert len(str(error.value)) < 300


def test_whole_words_and_letter_case() -> None:
    cars = UserPattern("here", "car|bus", whole_words=True)
    assert [match.group() for match in cars.finditer("A Car, a BUS, a carpet and a scar")] == ["Car", "BUS"]
    assert UserPattern("here", "(?P<a>x)(?P<b>y)?").groups == {"a", "b"}


def test_patterns_travel_to_other_processes() -> None:
    bank = load_bank("traffic")
    assert pickle.loads(pickle.dumps(bank)) == bank
