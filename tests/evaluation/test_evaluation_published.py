from __future__ import annotations

import pytest

from temadapter.errors import ConfigError
from temadapter.evaluation.published import Published, published, published_names

METHOD_SECTION_7 = {
    "sutd-trafficqa": "25.00 29.91 33.21 33.68 35.16 36.49 37.05 38.58 46.0 48.5to48.9 95.43",
    "msrvtt-mc": "74.1 93.2 94.3",
}


@pytest.mark.parametrize("name", METHOD_SECTION_7)
def test_the_numbers_are_those_that_were_published(name: str) -> None:
    said = [row.in_percent().replace(" ", "") for row in published(name).rows]
    assert said == METHOD_SECTION_7[name].split()


@pytest.mark.parametrize("name", published_names())
def test_every_number_has_its_source_and_stands_in_rising_order(name: str) -> None:
    table = published(name)
    assert all(row.source and row.method and 0 < row.accuracy < 100 for row in table.rows)
    assert [row.accuracy for row in table.rows] == sorted(row.accuracy for row in table.rows)
    assert len({row.method for row in table.rows}) == len(table.rows)


def test_what_must_be_known_before_comparing_is_said() -> None:
    rows = {row.method: row for row in published("sutd-trafficqa").rows}
    assert rows["FIQ"].remark == "selected on the test set"
    assert "preset official" in rows["Tem-Adapter"].remark
    assert {row.method: row.source for row in published("msrvtt-mc").rows}[
        "Tem-Adapter"
    ] == "secondary source"


def test_json_and_an_unknown_benchmark() -> None:
    assert Published("a", 1.0, "b").to_json()["accuracy"] == 1.0
    with pytest.raises(ConfigError, match="Did you mean 'nextqa'"):
        published("nextq")
