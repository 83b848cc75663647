"""The demo trains in several processes where there are many videos."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from temadapter.runs import several
from temadapter.workflows import demo


@pytest.mark.parametrize(("many", "processes"), [(4, 2), (5, 1)])
def test_processes_of_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, processes: int
) -> None:
    monkeypatch.setattr(several, "cores", lambda: 2)
    monkeypatch.setattr(demo, "MANY_VIDEOS", many)
    sets = ("training.epochs=1", "training.batch_size=2", "data.validation_fraction=0.5")
    demo.run_demo(tmp_path, sizes=(3, 1), sets=sets, device="cpu", workers=2)
    results = json.loads((tmp_path / "runs" / "plus" / "results.json").read_text())
    assert results["train"]["processes"] == processes
