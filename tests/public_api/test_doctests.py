"""Every example in a docstring of the public API runs."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

import temadapter

MODULES = sorted(
    {f"temadapter.{home}" for home in temadapter._HOMES.values()} | {"temadapter.config.run_config"}
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    result = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
