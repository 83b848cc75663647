"""What docs/methods.md says is what the code does."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from temadapter.methods.registry import get_method, list_methods

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "methods.md"
if not PAGE.is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_holds_every_method_in_order() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| ([^|]+) \| (features|frames) \| (raw|event) \|", TEXT, re.MULTILINE
    )
    assert tuple(row[0] for row in rows) == list_methods()
    for name, summary, needs, text in rows:
        spec = get_method(name)
        assert (spec.needs, spec.text) == (needs, text)
        assert summary in (spec.summary, "nothing")


def test_the_options_and_their_defaults_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (`[^|]+) \| ((?:`\w+=\S+` ?)+) \|", TEXT, re.MULTILINE)
    assert len(rows) == 7
    for names, options in rows:
        said = {pair.split("=")[0]: pair.split("=")[1] for pair in re.findall(r"`(\S+)`", options)}
        for name in re.findall(r"`([a-z-]+)`", names):
            own = asdict(get_method(name).options())
            assert said == {
                key: "null" if v is None else f"{v:g}" if isinstance(v, float) else str(v)
                for key, v in own.items()
            }


def test_the_example_is_the_one_that_is_tested() -> None:
    source = (ROOT / "tests" / "third_party_method.py").read_text(encoding="utf-8")
    assert source[source.index("from dataclasses") :] in TEXT
