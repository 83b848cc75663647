from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.errors import ConfigError, DataError
from temadapter.predictions.answer_tables import check_format, read_table, write_table
from temadapter.predictions.rows import COLUMNS

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), min_size=1, max_size=20)
OPTIONAL = st.none() | TEXT
ROWS = st.fixed_dictionaries(
    {
        "id": TEXT,
        "video": TEXT,
        "start": st.none() | st.floats(0, 1e6),
        "end": st.none() | st.floats(0, 1e6),
        "type": OPTIONAL,
        "split": OPTIONAL,
        "question": TEXT,
        "options": st.lists(TEXT | st.just(""), min_size=2, max_size=4),
        "answer": st.none() | st.integers(0, 3),
        "chosen": st.none() | st.integers(0, 3),
        "chosen_option": OPTIONAL,
        "correct": st.none() | st.booleans(),
        "probabilities": st.none() | st.lists(st.floats(0, 1), max_size=4),
        "evidence": st.none() | st.lists(st.floats(0, 1e6), max_size=3),
        "event_descriptions": st.none() | st.lists(TEXT, max_size=4),
        "damage": st.none() | st.lists(TEXT, max_size=2),
        "error": OPTIONAL,
        "model": TEXT,
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, suffix: str) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is an extra")
    path = tmp_path_factory.mktemp("tables") / f"out{suffix}"

    @given(st.lists(ROWS, max_size=3))
    def check(rows: list[dict[str, Any]]) -> None:
        write_table(path, rows)
        assert read_table(path) == rows

    check()


def test_other_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.csv, \.tsv, \.jsonl"):
        check_format(tmp_path / "out.txt")
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="not a table of predictions"):
        read_table(tmp_path / "mine.csv")
    assert len(COLUMNS) == len(set(COLUMNS))
