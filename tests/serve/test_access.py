from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from temadapter.errors import ConfigError
from temadapter.serve.settings import Settings, new_token, parse_size, read_token

MakeClient = Callable[..., TestClient]
TOKEN = "correct-horse-battery-staple"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_every_path_of_the_api_wants_the_token(make_client: MakeClient) -> None:
    client = make_client(token=TOKEN)
    routes = [
        route for route in client.app.routes if isinstance(route, Route) and route.path.startswith("/api")
    ]  # type: ignore[attr-defined]
    assert len(routes) > 10
    for route in routes:
        for method in route.methods or ():
            path = route.path.replace("{id}", "x")
            for headers in (
                {},
                bearer("wrong"),
                bearer(TOKEN[:-1]),
                {"Authorization": f"Basic {TOKEN}"},
                bearer("ü"),
            ):
                raw = {name: value.encode("latin-1") for name, value in headers.items()}
                response = client.request(method, path, headers=raw)
                assert response.status_code == 401, (method, path)
    assert client.get("/api/info", headers=bearer(TOKEN)).status_code == 200
    assert client.get("/api/nothing", headers={}).status_code == 401
    assert client.get("/").status_code == 200


def test_the_page_gets_a_session_for_the_token(make_client: MakeClient) -> None:
    client = make_client(token=TOKEN)
    assert client.post("/api/session", headers=bearer("wrong")).status_code == 401
    response = client.post("/api/session", headers=bearer(TOKEN))
    assert response.status_code == 204
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/api/info").status_code == 200


def test_another_site_cannot_use_the_server(client: TestClient) -> None:
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert client.post("/api/ask", json={}, headers=headers).status_code == 403
    assert client.post("/api/ask", json={}, headers={"Origin": "http://127.0.0.1:8000"}).status_code == 400


def test_a_name_that_was_bent_to_this_computer_is_refused(client: TestClient) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:8000"):
        assert client.get("/api/info", headers={"Host": host}).status_code == 421
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert client.get("/api/info", headers={"Host": host}).status_code == 200


def test_the_page_is_told_to_load_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/page/main.js", "/api/info", "/nothing"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert client.get(path).headers["x-content-type-options"] == "nosniff"
    assert client.get("/page/../api.py").status_code == 404
    assert client.get("/page/%2e%2e/api.py").status_code == 404


def test_settings_are_checked() -> None:
    with pytest.raises(ConfigError, match=r"other computers can reach 0\.0\.0\.0"):
        Settings(host="0.0.0.0")
    with pytest.raises(ConfigError, match="at least 16"):
        Settings(token="short")
    with pytest.raises(ConfigError, match=r"--queue must be at least 1(.|\n)*--max-upload"):
        Settings(queue=0, max_upload=1)
    assert Settings(host="0.0.0.0", token=new_token()).local is False
    assert Settings(host="::1").local is True
    assert parse_size("1.5G") == 1_500_000_000
    for text in ("", "much", "-1M", "1T", "1e9"):
        with pytest.raises(ConfigError, match="200M"):
            parse_size(text)


def test_a_token_file_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "token"
    token, new = read_token(path)
    assert new
    assert len(token) > 30
    assert os.stat(path).st_mode & 0o077 == 0
    assert read_token(path) == (token, False)
    for content in (b"", b"short", b"\xff" * 40, b"two words that are long enough"):
        path.write_bytes(content)
        with pytest.raises(ConfigError, match="holds no token"):
            read_token(path)
    with pytest.raises(ConfigError, match="cannot be used"):
        read_token(tmp_path)
