"""What docs/benchmarks.md tells to type can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from temadapter.cli.app import app
from temadapter.data.readers import get_reader, reader_names
from temadapter.evaluation.published import published_names
from temadapter.workflows.reproduce import benchmark_names

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
if not PAGE.is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = [line.split("  #")[0] for line in TEXT.splitlines() if line.startswith("temadapter ")]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    command = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context("temadapter", words)  # raises for an unknown option


def test_there_is_one_command_for_each_benchmark() -> None:
    for name in benchmark_names():
        assert f"temadapter reproduce {name} --root " in TEXT
    assert benchmark_names() == published_names()


def test_every_reader_that_is_named_exists() -> None:
    specs = set(re.findall(r"--reader ([\w:=,.-]+)", TEXT))
    assert len(specs) >= 4
    for spec in specs:
        assert get_reader(spec).name in reader_names()


def test_the_layouts_are_those_that_the_readers_expect() -> None:
    for name in reader_names()[:-1]:
        for file in re.findall(r"[\w/]+\.(?:jsonl|tsv|csv|json)\b", get_reader(name).layout):
            assert file.rpartition("/")[2] in TEXT
