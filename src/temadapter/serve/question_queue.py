"""Questions that wait, one that is being answered, and answers that can be fetched."""

from __future__ import annotations

import math
import secrets
import sys
import threading
import time
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from temadapter.errors import CancelledError, ConfigError, TemAdapterError
from temadapter.serve.library import Library, Video
from temadapter.serve.problems import RequestError, busy, without_paths

if TYPE_CHECKING:
    from temadapter.answer import Answer
    from temadapter.qa import SeenVideo, VideoQA

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
SEEN_VIDEOS = 16
"""Of so many videos the features are kept, so that a second question is answered at once."""


@dataclass(eq=False)
class Job:
    """One question about one video.

    Args:
        id: What the API calls it.
        video: The video.
        question: The question.
        options: Its options.
        state: `waiting`, `running`, `done`, `failed` or `cancelled`.
        phase: What is going on: `reading`, `decoding`, `looking`, `answering`.
        fraction: How much of the phase is done, 0 to 1.
        answer: The answer, once it is there.
        error: What went wrong, in a sentence, where something did.
        code: The same as a word.
    """

    id: str
    video: Video
    question: str
    options: tuple[str, ...]
    state: str = WAITING
    phase: str = ""
    fraction: float = 0.0
    answer: Answer | None = None
    error: str | None = None
    code: str | None = None
    stop: threading.Event = field(default_factory=threading.Event, repr=False)
    ended: threading.Event = field(default_factory=threading.Event, repr=False)

    def to_dict(self, position: int) -> dict[str, Any]:
        """Return what a client sees.

        Args:
            position: How many jobs are before it.
        """
        return {
            "id": self.id,
            "state": self.state,
            "position": position,
            "phase": self.phase,
            "fraction": round(self.fraction, 3),
            "video": {"id": self.video.id, "name": self.video.name},
            "question": self.question,
            "options": list(self.options),
            "answer": None if self.answer is None else public_answer(self.answer, self.video),
            "error": self.error,
            "code": self.code,
        }


def public_answer(answer: Answer, video: Video) -> dict[str, Any]:
    """Return an answer as `temadapter ask --json` prints it, without a path of this machine."""
    known = {video.path: video.name}
    data = answer.to_dict()
    data["video"] = video.name
    data["backbone"] = without_paths(data["backbone"])
    data["note"] = without_paths(data["note"])
    data["damage"] = [without_paths(sentence, known) for sentence in data["damage"]]
    return data


class Jobs:
    """Answers one question after the other, in a thread of its own.

    Args:
        model: Answers.
        library: The videos.
        queue: How many may wait.
        kept: How many that have ended can still be fetched.
    """

    def __init__(self, model: VideoQA, library: Library, *, queue: int, kept: int) -> None:
        self._model, self._library, self._limit, self._kept = model, library, queue, kept
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._seen: OrderedDict[str, SeenVideo] = OrderedDict()
        self._change = threading.Condition()
        self._closed = False
        self._typical = 2.0  # seconds that an answer takes, as lately
        self._thread = threading.Thread(target=self._work, name="answers", daemon=True)
        self._thread.start()

    def check_room(self) -> None:
        """Make sure that another job would be taken.

        Raises:
            RequestError: The queue is full.
        """
        if len(self._waiting) >= self._limit:
            seconds = max(1, math.ceil(self._typical * 2))
            raise busy(f"{len(self._waiting)} questions are waiting already.", seconds=seconds)

    def submit(self, video: Video, question: str, options: tuple[str, ...]) -> Job:
        """Queue a question.

        Raises:
            RequestError: The queue is full, or the question cannot be asked as it is.
        """
        from temadapter.asked import check_question

        try:
            options = check_question(question, options)
        except ConfigError as error:
            raise RequestError(422, "bad_question", str(error)) from None
        with self._change:
            self.check_room()
            job = Job(secrets.token_urlsafe(12), video, question.strip(), options)
            self._jobs[job.id] = job
            self._waiting.append(job)
            self._forget_some()
            self._change.notify()
        return job

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            RequestError: There is none of that id (any more).
        """
        with self._change:
            if job_id in self._jobs:
                return self._jobs[job_id]
        raise RequestError(404, "no_job", "There is no such question, or no longer: ask again.")

    def cancel(self, job: Job) -> None:
        """Give a job up: at once where it waits, at the next frame where it runs. One that has ended stays."""
        with self._change:
            job.stop.set()
            if job in self._waiting:
                self._waiting.remove(job)
                job.state = CANCELLED
                job.ended.set()

    def position(self, job: Job) -> int:
        """Return how many jobs are before this one."""
        with self._change:
            if job not in self._waiting:
                return 0
            return self._waiting.index(job) + (self._running is not None)

    @property
    def load(self) -> int:
        """How many jobs wait or run."""
        return len(self._waiting) + (self._running is not None)

    def close(self) -> None:
        """Cancel everything and end the thread."""
        with self._change:
            self._closed = True
            waiting, running = list(self._waiting), self._running
            self._change.notify()
        for job in (*waiting, *([running] if running else [])):
            self.cancel(job)
        self._thread.join(timeout=10)

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                job = self._running = self._waiting.popleft()
                job.state = RUNNING
            began = time.monotonic()
            self._attempt(job)
            self._typical += 0.3 * (time.monotonic() - began - self._typical)
            with self._change:
                self._running = None
                job.ended.set()

    def _attempt(self, job: Job) -> None:
        known = {job.video.path: job.video.name}
        try:
            with self._library.using(job.video):
                job.answer = self._answer(job)
            job.fraction, job.state = 1.0, DONE
        except CancelledError:
            job.state = CANCELLED
        except TemAdapterError as error:
            job.error, job.code, job.state = without_paths(str(error), known), "cannot_answer", FAILED
        except Exception:  # a mistake of ours must not end the thread, nor hide
            traceback.print_exc(file=sys.stderr)
            job.error = "Something went wrong in the server; its log says what."
            job.code, job.state = "server_error", FAILED

    def _answer(self, job: Job) -> Answer:
        def progress(phase: str, fraction: float) -> None:
            job.phase, job.fraction = phase, fraction

        hooks: dict[str, Callable[..., Any]] = {"progress": progress, "cancelled": job.stop.is_set}
        seen = self._seen.get(job.video.id)
        if seen is None:
            seen = self._seen[job.video.id] = self._model.look(job.video.path, **hooks)
            if len(self._seen) > SEEN_VIDEOS:
                self._seen.popitem(last=False)
        self._seen.move_to_end(job.video.id)
        return self._model.ask(seen, job.question, job.options, **hooks)

    def _forget_some(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.ended.is_set()]
        for job_id in ended[: max(0, len(self._jobs) - self._kept)]:
            del self._jobs[job_id]
