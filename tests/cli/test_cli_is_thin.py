"""Every command is one public call, and the command line does nothing itself: it reads options, calls, prints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import temadapter
from temadapter.cli import app as module

CALLS = {
    "ask": ("ask",),
    "compare": ("compare", "plan_comparison", "report_comparison"),
    "convert authors": ("convert_authors",),
    "convert checkpoint": ("convert_checkpoint",),
    "convert features": ("convert_features",),
    "crossroads audit": ("audit_crossroads",),
    "crossroads generate": ("generate_crossroads",),
    "crossroads pretrain": ("pretrain_mini",),
    "data check": ("check_dataset",),
    "data export": ("export_dataset",),
    "demo": ("demo",),
    "describe": ("describe", "describe_dataset"),
    "evaluate": ("evaluate",),
    "extract": ("extract", "plan_extraction"),
    "info": ("info",),
    "ls": ("list_available",),
    "predict": ("predict",),
    "push": ("push",),
    "reproduce": ("reproduce", "plan_reproduction"),
    "train": ("train", "plan_training"),
    "watch": ("watch",),
}
"""What each command calls of the public API; `serve` calls `temadapter.serve.run_server`, which needs an extra."""

FOLDER = Path(module.__file__).parent
SHARED = ("app", "options", "output", "exit_codes", "__init__")
ALLOWED = re.compile(r"temadapter\.(cli|api|errors|serve)\b")
"""What a command may import when it runs. `serve` is a room above `api`; an error is no work."""


def commands(app: typer.Typer, before: str = "") -> Iterator[str]:
    for command in app.registered_commands:
        yield f"{before}{command.name}"
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{group.name} ")


def imports(file: Path) -> set[str]:
    """Return what a file imports when it runs: not for its annotations alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    found |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return {name for name in found if name.split(".")[0] == "temadapter"}


def test_every_command_has_a_public_call() -> None:
    assert set(commands(module.app)) == {*CALLS, "serve"}
    assert {name for names in CALLS.values() for name in names} <= set(temadapter.__all__)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_commands_import_the_public_calls_and_nothing_below(file: Path) -> None:
    if file.stem not in SHARED:
        assert [name for name in imports(file) if not ALLOWED.match(name)] == []


@pytest.mark.parametrize("command", CALLS)
def test_the_file_of_a_command_names_its_calls(command: str) -> None:
    text = (FOLDER / f"{command.split(maxsplit=1)[0]}.py").read_text(encoding="utf-8")
    homes = {temadapter._HOMES[name] for name in CALLS[command]}
    assert all(f"from temadapter.{home} import" in text for home in homes)


def test_the_checks_above_can_fail(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        "if TYPE_CHECKING:\n    from temadapter.qa import A\ndef f():\n    from temadapter.runs.train import b\n"
    )
    assert imports(file) == {"temadapter.runs.train"}
    assert not ALLOWED.match("temadapter.runs.train")
