"""An app with the toy model, reached in-process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

for _module in ("starlette", "uvicorn", "python_multipart", "httpx2"):
    pytest.importorskip(_module, reason="the extra `serve` is not installed")

from starlette.testclient import TestClient  # noqa: E402
from toy_server import SlowModel  # noqa: E402

from temadapter import VideoQA  # noqa: E402
from temadapter.serve.app import create_app  # noqa: E402
from temadapter.serve.library import Library  # noqa: E402
from temadapter.serve.settings import Settings  # noqa: E402


@pytest.fixture
def model(toy_backbone: str) -> SlowModel:
    return SlowModel(VideoQA.load(backbone=toy_backbone, sampler="uniform(8)"))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "private folder"
    folder.mkdir()
    return Library(folder, kept=4)


MakeClient = Callable[..., TestClient]


@pytest.fixture
def make_client(model: SlowModel, library: Library) -> Iterator[MakeClient]:
    """Return a function that starts an app and a client of it."""
    opened: list[TestClient] = []

    def make(**settings: Any) -> TestClient:
        app = create_app(model, library, Settings(**settings), name="toy run")  # type: ignore[arg-type]
        client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    model.gate.set()
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    return make_client()
