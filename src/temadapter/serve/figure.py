"""An answer as a picture."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import TemAdapterError
from temadapter.serve.library import Library, Video
from temadapter.serve.problems import RequestError, without_paths

if TYPE_CHECKING:
    from temadapter.answer import Answer

_DRAWING = threading.Lock()  # matplotlib draws one picture at a time


def figure_bytes(answer: Answer, video: Video, library: Library) -> bytes:
    """Return an answer as a PNG: its frames and each option's probability over time.

    Raises:
        RequestError: The video is no longer here.
    """
    if library.is_gone(video):
        raise RequestError(
            404, "no_video", "The video is no longer here: upload it again to draw its answers."
        )
    with _DRAWING, library.using(video), tempfile.TemporaryDirectory(dir=library.folder) as folder:
        path = Path(folder) / "answer.png"
        try:
            answer.save_figure(path)
        except TemAdapterError as error:
            message = without_paths(str(error), {video.path: video.name})
            raise RequestError(422, "not_a_video", message) from None
        return path.read_bytes()
