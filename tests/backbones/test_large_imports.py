from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from temadapter.backbones.large_imports import import_large


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that makes many objects and notes whether the collector may look at them."""
    (tmp_path / "large_module.py").write_text(
        "import gc\nlooked_at = gc.isenabled()\nkept = [[] for _ in range(5000)]\n"
    )
    (tmp_path / "broken_module.py").write_text("raise ValueError('broken')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "large_module", raising=False)
    return "large_module"


def test_nothing_is_collected_while_it_is_imported_and_what_it_brings_is_not_looked_at_later(
    large: str,
) -> None:
    before = gc.get_freeze_count()
    module = import_large(large)
    assert not module.looked_at
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + 5000


def test_what_is_there_already_freezes_nothing(large: str) -> None:
    first = import_large(large)
    before = gc.get_freeze_count()
    assert import_large(large) is first
    assert gc.get_freeze_count() <= before


def test_a_collector_that_is_off_stays_off(large: str) -> None:
    gc.disable()
    try:
        import_large(large)
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.usefixtures("large")
def test_a_failed_import_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError, match="broken"):
        import_large("broken_module")
    assert gc.isenabled()
