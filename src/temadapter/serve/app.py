"""The server's parts put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from temadapter.serve.access import Access, AccessMiddleware
from temadapter.serve.api import Api
from temadapter.serve.display import Displays
from temadapter.serve.library import Library
from temadapter.serve.problems import RequestError
from temadapter.serve.question_queue import Jobs
from temadapter.serve.settings import Settings

if TYPE_CHECKING:
    from temadapter.qa import VideoQA

PAGE = Path(__file__).parent / "page"


def create_app(model: VideoQA, library: Library, settings: Settings, *, name: str) -> Starlette:
    """Return the app that serves the page and the API.

    Args:
        model: Answers.
        library: The videos; uploads go to its folder.
        settings: The limits.
        name: What the run is called.
    """
    access = Access(settings)
    jobs = Jobs(model, library, queue=settings.queue, kept=settings.kept_jobs)
    displays = Displays(library, queue=settings.queue)
    api = Api(model, name, settings, access, library, displays, jobs, asyncio.Semaphore(settings.queue))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        displays.close()
        jobs.close()

    return Starlette(
        routes=[
            *api.routes(),
            Route("/", _index),
            Mount("/page", StaticFiles(directory=PAGE)),
        ],
        middleware=[Middleware(AccessMiddleware, access=access)],
        exception_handlers={RequestError: _problem, HTTPException: _http_error, Exception: _mistake},
        lifespan=lifespan,
    )


async def _index(_: Request) -> Response:
    return Response((PAGE / "index.html").read_bytes(), media_type="text/html")


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return JSONResponse({"error": error.message, "code": error.code}, error.status, error.headers)


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": f"{error.detail}.", "code": "http"}, error.status_code, error.headers)


async def _mistake(_request: Request, _error: Exception) -> Response:
    message = "Something went wrong in the server; its log says what."
    return JSONResponse({"error": message, "code": "server_error"}, 500)
