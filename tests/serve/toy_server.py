"""A server with the toy model: a gate before its looks, a real port, an example of the run's data."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch  # noqa: F401 - on a busy machine this takes longer than a test waits for an answer
import uvicorn

from temadapter import VideoQA
from temadapter.serve import server as serving
from temadapter.serve.app import create_app
from temadapter.serve.library import Example, Library
from temadapter.serve.settings import Settings

QUESTION = {"question": "What colour is the light?", "option": ["green", "blue", "red and blue"]}


class SlowModel:
    """The toy model with two gates: it looks at nothing, or answers nothing, while they are closed.

    `none_fits` and `cautions` are what its answers say of these.
    """

    def __init__(self, model: VideoQA) -> None:
        self._model, self.gate, self.second_gate = model, threading.Event(), threading.Event()
        self.none_fits: float | None = None
        self.cautions: tuple[str, ...] = ()
        self.gate.set()
        self.second_gate.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def ask(self, video: Any, question: str, options: Any, *, progress: Any, cancelled: Any) -> Any:
        progress("answering", 0.0)
        self.second_gate.wait()
        answer = self._model.ask(video, question, options, progress=progress, cancelled=cancelled)
        return replace(answer, none_fits=self.none_fits, cautions=self.cautions)

    def look(self, video: Any, *, progress: Any, cancelled: Any) -> Any:
        progress("reading", 0.0)
        while not self.gate.wait(0.01):
            if cancelled():
                from temadapter.errors import CancelledError

                raise CancelledError("Cancelled.")
        return self._model.look(video, progress=progress, cancelled=cancelled)


@contextmanager
def running_server(model: Any, library: Library, **settings: Any) -> Iterator[str]:
    """Serve on a free port in a thread; yield the address."""
    options = Settings(port=0, **settings)
    app = create_app(model, library, options, name="toy run")
    listening = serving._listen(options)
    config = uvicorn.Config(app, http=serving._Protocol, ws="none", log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


def add_example(library: Library, path: Path) -> str:
    """Put a video into the run's data."""
    example = Example("What colour comes first?", ("red", "blue"), 0)
    return library.add_data(path, "crossing.mp4", [example]).id
