"""Every fault can be put in, its test is there, and what becomes of it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants.__main__ import tell
from mutants.faults import ROOT, Fault, faults
from mutants.sources import Outcome, Trial, run_test, try_fault

ROOMS = sorted(
    entry.stem for entry in (ROOT / "src/temadapter").iterdir() if (entry / "__init__.py").is_file()
)


def of(fault: Fault) -> str:
    return f"{fault.file}: {fault.in_words()}"


@pytest.mark.parametrize("fault", faults(), ids=of)
def test_a_fault_has_its_place(fault: Fault) -> None:
    assert (ROOT / "src/temadapter" / fault.file).read_text(encoding="utf-8").count(fault.text) == 1
    assert fault.text != fault.fault
    assert (ROOT / fault.test.partition("::")[0]).exists()


def test_every_room_has_faults() -> None:
    assert len(faults()) == len(set(faults()))
    assert set(ROOMS) <= {fault.file.partition("/")[0] for fault in faults()}


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    package = tmp_path / "clean" / "temadapter"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "half.py").write_text("def half(x):\n    return x / 2\n")
    return package.parent


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("assert half(2) == 1", Outcome.FAILED),
        ("assert half(0) == 0", Outcome.PASSED),
        ("import time\n    while half(2) != 1: time.sleep(0.1)", Outcome.TIMED_OUT),
    ],
)
def test_what_becomes_of_a_fault(clean: Path, tmp_path: Path, body: str, outcome: Outcome) -> None:
    test = tmp_path / "test_half.py"
    test.write_text(f"from temadapter.half import half\ndef test_half():\n    {body}\n")
    fault = Fault("half.py", "x / 2", "x * 2", str(test))
    assert run_test(fault.test, clean).outcome is Outcome.PASSED
    limit = 3 if outcome is Outcome.TIMED_OUT else 300
    assert try_fault(fault, clean, tmp_path / "copy", limit=limit).outcome is outcome
    assert not (tmp_path / "copy").exists()


def test_a_test_that_is_not_there_did_not_run(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "test_half.py").write_text("")
    assert run_test(str(tmp_path / "test_half.py"), clean).outcome is Outcome.DID_NOT_RUN
    assert run_test(str(tmp_path / "test_no.py"), clean).outcome is Outcome.DID_NOT_RUN


def test_survivors_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    all_of_them = [Fault("a.py", outcome.value, "", "tests") for outcome in Outcome]
    alive = tell(all_of_them, (Trial(outcome, "", 1.0) for outcome in Outcome))
    assert [fault.text for fault in alive] == ["survived", "did not run"]
    assert capsys.readouterr().out.count("killed by timeout") == 2
