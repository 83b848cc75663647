"""Every program in benchmarks/ can be started: what it imports is there, and it explains itself."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
if not FOLDER.is_dir():
    pytest.skip("the benchmarks are not here", allow_module_level=True)
PROGRAMS = [file.stem for file in sorted(FOLDER.glob("*.py")) if "__main__" in file.read_text("utf-8")]


def test_the_programs_are_found() -> None:
    assert {"adapter_step", "finished_extract", "starts", "training_epoch"} <= {*PROGRAMS}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_explains_itself(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, program)  # where its dataclasses look for it
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--help"])
    spec.loader.exec_module(program)
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: {name}.py")
    assert len(shown) > 200, "it says what it measures"
