"""Every public name has an example, and every example runs, in a folder with a small Crossroads and a run on it."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import temadapter
from temadapter.backbones import registry as backbones
from temadapter.crossroads.generate import generate
from temadapter.methods import registry as methods

PUBLIC = sorted(set(temadapter.__all__) - {"__version__"})
OTHERS = ("temadapter.config.run_config", "temadapter.files", "temadapter.cli.output")
MODULES = sorted({f"temadapter.{home}" for home in temadapter._HOMES.values()} | set(OTHERS))
FINDER = doctest.DocTestFinder()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the examples find where they run: crossroads/ with nine videos, and runs/a."""
    folder = tmp_path_factory.mktemp("examples")
    generate(folder / "crossroads", sizes=(6, 3), seed=0, workers=1)
    temadapter.train(
        folder / "crossroads",
        output=folder / "runs" / "a",
        settings={
            "method": "clip-adapter",
            "features.sampler": "uniform(16)",
            "features.store": folder / "features",
            "training.epochs": 1,
        },
    )
    return folder


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    # What an example registers is gone after it.
    monkeypatch.setattr(methods, "_METHODS", dict(methods._METHODS))
    monkeypatch.setattr(backbones, "_registered", dict(backbones._registered))
    result = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_an_example_that_runs(name: str) -> None:
    module = import_module(f"temadapter.{temadapter._HOMES[name]}")
    found = FINDER.find(getattr(temadapter, name), name, module=module)
    examples = [example for test in found for example in test.examples]
    assert examples
    assert not [example.source for example in examples if example.options.get(doctest.SKIP)]
