"""What a command tells people to type next must work where they are."""

import sys

import pytest

from temadapter.cli.output import program


@pytest.fixture
def installed(tmp_path, monkeypatch):
    script = tmp_path / ".venv" / "bin" / "temadapter"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script), "demo"])
    return script


def test_the_path_where_the_shell_would_not_find_the_name(installed, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == ".venv/bin/temadapter"


def test_the_name_where_the_environment_is_active(installed, monkeypatch):
    monkeypatch.setenv("PATH", str(installed.parent))
    assert program() == "temadapter"


def test_the_name_where_it_was_started_as_a_module(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/lib/python/temadapter/__main__.py"])
    assert program() == "temadapter"
