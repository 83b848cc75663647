"""The numbers in the pages are those of the result files."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "update_numbers.py"
if not SCRIPT.is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_numbers", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_marked_number_is_the_one_of_its_file(script: ModuleType) -> None:
    stale = [page.name for page in script.pages() if script.updated(page.read_text()) != page.read_text()]
    assert not stale, f"run `python docs/update_numbers.py`: {stale} are out of date"


def test_there_are_marked_numbers(script: ModuleType) -> None:
    assert sum(len(script.MARKER.findall(page.read_text())) for page in script.pages()) >= 10


def test_a_number_that_no_file_has_is_an_error(script: ModuleType) -> None:
    with pytest.raises(LookupError, match="no row nothing"):
        script.updated("<!-- methods/nothing -->53.2")
    with pytest.raises(LookupError, match="there is no"):
        script.updated("<!-- elsewhere/tem-adapter -->53.2")


def test_a_wrong_number_is_put_right(script: ModuleType) -> None:
    right = script.number("methods/tem-adapter")
    assert (
        script.updated("reaches <!-- methods/tem-adapter -->12.3 %")
        == f"reaches <!-- methods/tem-adapter -->{right} %"
    )
