from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Collect what would be served, and serve nothing."""
    from temadapter.serve import run as module

    calls: list[tuple[Any, ...]] = []

    def serve(app: Any, settings: Any, *, ready: Callable[[str], None]) -> None:
        calls.append((app, settings))
        ready("http://127.0.0.1:1234")

    monkeypatch.setattr(module, "serve", serve)
    return calls


def test_serve_says_where_it_can_be_reached(
    run: Callable[..., Any], toy_backbone: str, served: list[tuple[Any, ...]]
) -> None:
    result = run("serve", "--backbone", toy_backbone, "--max-upload", "1M", "--queue", "3")
    assert result.code == 0
    assert result.out == ""
    assert result.err == "clip-template answers at http://127.0.0.1:1234 (Ctrl+C ends it).\n"
    settings = served[0][1]
    assert (settings.max_upload, settings.queue, settings.token) == (1_000_000, 3, None)


def test_a_server_that_others_reach_gets_a_token(
    run: Callable[..., Any], toy_backbone: str, served: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    result = run("serve", "--backbone", toy_backbone, "--host", "0.0.0.0")
    assert f"/#token={served[0][1].token} " in result.err
    assert len(served[0][1].token) > 30
    path = tmp_path / "token"
    result = run("serve", "--backbone", toy_backbone, "--token-file", path)
    assert f"Wrote a new token to {path}." in result.err
    assert served[1][1].token == path.read_text().strip()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--max-upload", "much"], "'much' is not a size"),
        (["--queue", "0"], "--queue must be at least 1"),
        (["--port", "70000"], "--port must be from 0 to 65535"),
        (["--run", "nothing"], "There is no run at nothing"),
        (["--token-file", "."], "The token file . cannot be used"),
    ],
)
def test_wrong_settings_are_one_sentence(
    run: Callable[..., Any], toy_backbone: str, served: list[Any], words: list[str], reason: str
) -> None:
    result = run("serve", "--backbone", toy_backbone, *words)
    assert (result.code, result.out, served) == (2, "", [])
    assert reason in result.err


def test_without_the_extra_one_sentence_says_how_to_get_it(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "uvicorn":
            raise ImportError("No module named 'uvicorn'", name="uvicorn")
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    result = run("serve")
    assert result.code == 2
    assert result.err == 'Error: `temadapter serve` needs uvicorn: pip install "temadapter[serve]".\n'


def test_the_help_names_the_extra(run: Callable[..., Any]) -> None:
    assert 'pip install "temadapter[serve]"' in run("serve", "--help").out


def test_a_taken_port_is_told(run: Callable[..., Any], toy_backbone: str) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--backbone", toy_backbone, "--port", taken.getsockname()[1])
    assert result.code == 2
    assert "choose another --port" in result.err
