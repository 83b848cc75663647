"""What docs/own_videos.md tells to type can be typed."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import typer

from temadapter.cli.app import app
from temadapter.data.load import load_dataset

PAGE = Path(__file__).resolve().parents[2] / "docs" / "own_videos.md"
if not PAGE.is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)
LINES = PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("temadapter ")])
def test_every_command_is_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("My videos").mkdir()
    words = shlex.split(line)[1:]
    command = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context("temadapter", words)  # raises for an unknown option


def test_the_row_that_is_shown_is_read(tmp_path: Path) -> None:
    (row,) = [line for line in LINES if line.startswith("{")]
    (tmp_path / "questions.jsonl").write_text(row)
    (question,) = load_dataset(tmp_path / "questions.jsonl").questions
    told = json.loads(row)
    assert (question.id, question.video, question.answer) == (told["id"], told["video"], told["answer"])
