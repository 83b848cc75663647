"""The paths of the API."""

from __future__ import annotations

import asyncio
import math
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

import temadapter
from temadapter.serve.access import SESSION, Access
from temadapter.serve.display import PICTURE_WIDTHS, READY, Displays
from temadapter.serve.figure import figure_bytes
from temadapter.serve.form import Form, read_form
from temadapter.serve.library import Library, Video
from temadapter.serve.problems import RequestError, busy, without_paths
from temadapter.serve.question_queue import DONE, Jobs
from temadapter.serve.settings import Settings

if TYPE_CHECKING:
    from temadapter.qa import VideoQA

LONGEST_WAIT = 30.0
"""Seconds that `GET /api/jobs/ID?wait=` waits at most."""

_ROOM = 200_000_000  # bytes that an upload leaves free on the disk


@dataclass(frozen=True)
class Api:
    """Everything that the paths need.

    Args:
        model: Answers.
        name: What the run is called.
        settings: The server's.
        access: Knows the token.
        library: The videos.
        displays: Shows them.
        jobs: Answers.
        uploads: One permit for each upload that may run at once.
    """

    model: VideoQA
    name: str
    settings: Settings
    access: Access
    library: Library
    displays: Displays
    jobs: Jobs
    uploads: asyncio.Semaphore

    def routes(self) -> list[Route]:
        """Return the paths."""
        return [
            Route(SESSION, self.session, methods=["POST"]),
            Route("/api/info", self.info),
            Route("/api/ask", self.ask, methods=["POST"]),
            Route("/api/jobs/{id}", self.job, methods=["GET"]),
            Route("/api/jobs/{id}", self.cancel, methods=["DELETE"]),
            Route("/api/jobs/{id}/figure.png", self.figure),
            Route("/api/videos", self.videos, methods=["GET"]),
            Route("/api/videos", self.upload, methods=["POST"]),
            Route("/api/videos/{id}", self.video, methods=["GET"]),
            Route("/api/videos/{id}", self.remove, methods=["DELETE"]),
            Route("/api/videos/{id}/convert", self.convert, methods=["POST"]),
            Route("/api/videos/{id}/file", self.file),
            Route("/api/videos/{id}/frame", self.frame),
        ]

    async def session(self, request: Request) -> Response:
        """Give the page its session for the token."""
        if not self.access.knows_token(request.headers):
            raise RequestError(401, "no_token", "This is not the server's token.")
        return Response(status_code=204, headers={"Set-Cookie": self.access.cookie()})

    async def info(self, _: Request) -> Response:
        """Tell what answers here, and within which limits."""
        backbone = self.model.backbone
        return JSONResponse(
            {
                "version": temadapter.__version__,
                "run": self.name,
                "method": self.model.method.name,
                "backbone": without_paths(backbone.name),
                "note": without_paths(backbone.note),
                "sampler": self.model.sampler.name,
                "limits": {
                    "upload": self.settings.max_upload,
                    "queue": self.settings.queue,
                },
                "load": self.jobs.load,
                "data_videos": self.library.data_count,
            }
        )

    async def ask(self, request: Request) -> Response:
        """Queue a question about an uploaded video, or one that is here."""
        self.jobs.check_room()  # before the body is read
        form = await self._form(request)
        video = await self._video_of(form)
        options = tuple(form.fields.get("option", [])) + tuple(form.fields.get("options", []))
        job = self.jobs.submit(video, form.text("question"), options)
        url = f"/api/jobs/{job.id}"
        return JSONResponse(job.to_dict(self.jobs.position(job)), 202, {"Location": url})

    async def job(self, request: Request) -> Response:
        """Tell how a question fares; `?wait=` waits until it has ended, so many seconds at most."""
        job = self.jobs.get(request.path_params["id"])
        wait = min(_number(request, "wait", 0.0), LONGEST_WAIT)
        pause = 0.02
        while wait > 0 and not job.ended.is_set():
            await asyncio.sleep(min(pause, wait))
            wait, pause = wait - pause, min(0.2, pause * 1.5)
        return JSONResponse(job.to_dict(self.jobs.position(job)))

    async def cancel(self, request: Request) -> Response:
        """Give a question up."""
        job = self.jobs.get(request.path_params["id"])
        self.jobs.cancel(job)
        return JSONResponse(job.to_dict(self.jobs.position(job)))

    async def figure(self, request: Request) -> Response:
        """Draw an answer: its frames and each option's probability over time."""
        job = self.jobs.get(request.path_params["id"])
        if job.state != DONE or job.answer is None:
            raise RequestError(409, "not_done", "There is no answer to draw (yet).")
        picture = await asyncio.to_thread(figure_bytes, job.answer, job.video, self.library)
        return Response(picture, media_type="image/png")

    async def videos(self, request: Request) -> Response:
        """List the videos of the run's data; `?search=` filters, `?limit=` and `?offset=` page."""
        limit, offset = int(_number(request, "limit", 24)), int(_number(request, "offset", 0))
        words = request.query_params.get("search", "")[:200]
        found, total = self.library.search(words, limit=min(limit, 200), offset=offset)
        listed = [{"id": v.id, "name": v.name, "examples": [e.to_dict() for e in v.examples]} for v in found]
        return JSONResponse({"total": total, "videos": listed})

    async def upload(self, request: Request) -> Response:
        """Take a video, to ask about it later."""
        form = await self._form(request)
        if form.file is None:
            raise RequestError(400, "no_file", "Send the video as the field `video`.")
        video = await self._video_of(form)
        return JSONResponse(await self._seen(video), 201, {"Location": f"/api/videos/{video.id}"})

    async def video(self, request: Request) -> Response:
        """Tell about a video, and whether it can be played yet."""
        return JSONResponse(await self._seen(self._get(request)))

    async def remove(self, request: Request) -> Response:
        """Forget an upload."""
        self.library.remove(request.path_params["id"])
        return Response(status_code=204)

    async def convert(self, request: Request) -> Response:
        """Make a copy that every browser plays."""
        video = self._get(request)
        await asyncio.to_thread(self.displays.convert, video)
        return JSONResponse(await self._seen(video), 202)

    async def file(self, request: Request) -> Response:
        """Send what the player plays; ranges are answered."""
        video = self._get(request)
        display = await asyncio.to_thread(self.displays.of, video)
        if display.state != READY:
            raise RequestError(409, "not_ready", display.error or "The video is still being converted.")
        path = video.copy or video.path
        if not path.is_file():
            raise RequestError(404, "no_video", "The file is no longer here.")
        return FileResponse(
            path, media_type=display.media, headers={"Cache-Control": "private, max-age=3600"}
        )

    async def frame(self, request: Request) -> Response:
        """Send the frame that is shown at `?t=` seconds as a JPEG."""
        video, time = self._get(request), _number(request, "t", 0.0)
        width = int(_number(request, "width", PICTURE_WIDTHS[1]))
        width = min(PICTURE_WIDTHS, key=lambda known: abs(known - width))
        data = await asyncio.to_thread(self.displays.picture, video, time, width)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})

    def _get(self, request: Request) -> Video:
        return self.library.get(request.path_params["id"])

    async def _seen(self, video: Video) -> dict[str, Any]:
        display = await asyncio.to_thread(self.displays.of, video)
        examples = [example.to_dict() for example in video.examples]
        return {"id": video.id, "name": video.name, "examples": examples, "display": display.to_dict()}

    async def _form(self, request: Request) -> Form:
        if self.uploads.locked():
            raise busy("Many videos are being uploaded.", seconds=2)
        async with self.uploads:
            if shutil.disk_usage(self.library.folder).free < _ROOM + self.settings.max_upload:
                raise RequestError(507, "disk_full", "The server's disk is full.")
            return await read_form(
                request,
                limit=self.settings.max_upload,
                new_path=self.library.new_path,
                patience=self.settings.patience,
            )

    async def _video_of(self, form: Form) -> Video:
        """Return the video that a form brought or named; a file that is no video is not kept."""
        if form.file is None:
            if not form.text("video"):
                raise RequestError(400, "no_video", "Name the video: the field `video` is a file or an id.")
            return self.library.get(form.text("video"))
        video = self.library.add_upload(form.file, form.file_name)
        try:
            await asyncio.to_thread(self.displays.of, video)
        except RequestError:
            self.library.remove(video.id)
            raise
        return video


def _number(request: Request, name: str, default: float) -> float:
    text = request.query_params.get(name, "")
    try:
        number = float(text) if text else default
    except ValueError:
        number = math.nan
    if not 0 <= number < 1e9:
        raise RequestError(400, "bad_number", f"`{name}` must be a number from 0.")
    return number
