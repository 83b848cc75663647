"""Write Crossroads: videos as H.264 files and annotations in the layout of SUTD-TrafficQA.

OUT/videos/*.mp4                      192x192, 10 frames a second
OUT/annotations/R2_train.jsonl        the questions, one JSON list a line, as the benchmark has them
OUT/annotations/R2_test.jsonl
OUT/annotations/families.jsonl        record_id -> question family, what it needs, its single-frame cues
OUT/annotations/moments.jsonl         record_id -> family, and when in the video what it asks about happens
OUT/crossroads.json                   seed, sizes, versions
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temadapter.crossroads.questions.balance import balanced
from temadapter.crossroads.questions.base import Draft
from temadapter.crossroads.questions.registry import FAMILIES, FAMILY, drafts
from temadapter.crossroads.rendering.renderer import draw, moment_of
from temadapter.crossroads.simulation.episodes import PURPOSE_WEIGHTS, PURPOSES, sample_episode
from temadapter.crossroads.simulation.facts import Episode
from temadapter.crossroads.simulation.simulator import FRAME_RATE
from temadapter.devices import cores
from temadapter.errors import ConfigError
from temadapter.files import atomic_path, write_text_atomic
from temadapter.memory import keep_memory
from temadapter.progress import Bar, bar, track

VERSION = 2
SPLITS = ("train", "test")
DEFAULT_SIZES = (3000, 520)  # videos for training and for testing: what the demo uses
HEADER = (
    "record_id",
    "vid_id",
    "vid_filename",
    "perspective",
    "q_body",
    "q_type",
    "option0",
    "option1",
    "option2",
    "option3",
    "answer",
)
_EASY_CAP = (
    0.12  # questions that one frame answers without thinking are no more than this share of the videos
)
_CAP = 0.35


@dataclass(frozen=True, repr=False)
class Crossroads:
    """What was written: counts of videos and questions by split."""

    folder: Path
    videos: dict[str, int]
    questions: dict[str, int]

    def __repr__(self) -> str:
        return f"Crossroads({str(self.folder)!r}, videos={self.videos}, questions={self.questions})"

    def to_dict(self) -> dict[str, Any]:
        """Return folder and counts for JSON."""
        return {"folder": str(self.folder), "videos": self.videos, "questions": self.questions}


def generate(
    output: Path, *, sizes: Sequence[int] = DEFAULT_SIZES, seed: int = 0, workers: int | None = None
) -> Crossroads:
    """Write the benchmark into `output`; a second call with the same settings writes only what is missing.

    The same seed gives the same annotations, byte for byte, and the same pixels before encoding.

    Args:
        output: Folder to write to.
        sizes: Number of training and of test videos.
        seed: Decides everything.
        workers: Processes that simulate and draw; one per core when None.

    Raises:
        ConfigError: `sizes` are not two positive numbers, or `output` holds Crossroads of other settings.
    """
    if len(sizes) != len(SPLITS) or min(sizes) < 1:
        raise ConfigError(f"Crossroads needs two split sizes of at least 1 (train,test), not {tuple(sizes)}.")
    settings = {"version": VERSION, "seed": seed, "sizes": list(sizes), "frame_rate": FRAME_RATE}
    marker = output / "crossroads.json"
    if marker.exists():
        found = json.loads(marker.read_text())
        if {key: found.get(key) for key in settings} != settings:
            raise ConfigError(
                f"{output} holds Crossroads made with other settings (seed {found.get('seed')}, sizes "
                f"{found.get('sizes')}, version {found.get('version')}). Choose another folder or remove it."
            )
        if all((output / "videos" / name).exists() for name in found["videos"]):
            return Crossroads(output, found["video_counts"], found["question_counts"])
    with ProcessPoolExecutor(workers or cores(), initializer=keep_memory) as pool:
        names = [(split, index) for split, size in zip(SPLITS, sizes, strict=True) for index in range(size)]
        jobs = [(seed, SPLITS.index(split), index) for split, index in names]
        made = list(track(pool.map(_episode, jobs, chunksize=4), "Simulating traffic", total=len(jobs)))
        with bar("Choosing questions", len(SPLITS) * len(FAMILIES)) as running:
            rows = list(_rows(names, made, seed, running))
        _write_annotations(output, rows)
        needed = sorted({row.video for row in rows})
        work = [(made[i][0], output / "videos" / _filename(*names[i])) for i in needed]
        missing = [job for job in work if not job[1].exists()]
        for _ in track(pool.map(_render, missing, chunksize=4), "Drawing videos", total=len(missing)):
            pass
    videos = {split: len({row.video for row in rows if row.split == split}) for split in SPLITS}
    questions = {split: sum(row.split == split for row in rows) for split in SPLITS}
    listed = sorted({row.name for row in rows})
    counts = {"video_counts": videos, "question_counts": questions, "videos": listed}
    write_text_atomic(marker, json.dumps({**settings, **counts}) + "\n")  # last: it says that all is there
    return Crossroads(output, videos, questions)


def _episode(job: tuple[int, int, int]) -> tuple[Episode, list[Draft]]:
    rng = np.random.default_rng(job)
    purpose = PURPOSES[int(rng.choice(len(PURPOSES), p=PURPOSE_WEIGHTS))]
    episode = sample_episode(rng, purpose)
    return episode, list(drafts(episode, rng))


def _filename(split: str, index: int) -> str:
    return f"{split}_{index:05d}.mp4"


@dataclass(frozen=True)
class _Row:
    video: int
    split: str
    name: str
    draft: Draft
    shown: range  # simulated frames that the video shows


def _rows(
    names: list[tuple[str, int]], made: Sequence[tuple[Episode, list[Draft]]], seed: int, running: Bar
) -> Iterator[_Row]:
    """Choose the questions, family by family and split by split, so that text alone tells nothing."""
    for split in SPLITS:
        pools: dict[str, list[tuple[int, Draft]]] = defaultdict(list)
        members = [i for i, name in enumerate(names) if name[0] == split]
        for i in members:
            for draft in made[i][1]:
                pools[draft.family].append((i, draft))
        chosen: list[_Row] = []
        for number, family in enumerate(FAMILIES):
            share = _EASY_CAP if family.needs == "frame" and family.type == "U" else _CAP
            most = max(4, round(share * len(members)))
            rng = np.random.default_rng([seed, 11, SPLITS.index(split), number])
            for i, draft in balanced(pools[family.name], most, rng):
                chosen.append(_Row(i, split, _filename(*names[i]), draft, made[i][0].frames))
            running.advance()
        yield from sorted(chosen, key=lambda row: (row.name, row.draft.family, row.draft.text))


def _write_annotations(output: Path, rows: Sequence[_Row]) -> None:
    files = {split: [json.dumps(HEADER)] for split in SPLITS}
    families, moments = [], []
    for record, row in enumerate(rows):
        options, answer = _padded(row.draft, record)
        family = FAMILY[row.draft.family]
        line = [record, row.video, row.name, 3, row.draft.text, family.type, *options, answer]
        files[row.split].append(json.dumps(line))
        entry = {
            "record_id": record,
            "family": family.name,
            "needs": family.needs,
            "cues": dict(row.draft.cues),
        }
        families.append(json.dumps(entry))
        if spans := _seconds(row):
            when = {"record_id": record, "video": row.name, "family": family.name, "moments": spans}
            moments.append(json.dumps(when))
    for split, lines in files.items():
        write_text_atomic(output / "annotations" / f"R2_{split}.jsonl", "\n".join(lines))
    write_text_atomic(output / "annotations" / "families.jsonl", "\n".join(families) + "\n")
    write_text_atomic(output / "annotations" / "moments.jsonl", "\n".join(moments) + "\n")


def _seconds(row: _Row) -> list[tuple[float, float]]:
    """Return start and end of what a question asks about, in seconds of its video, as far as the video shows it."""
    first, last = row.shown.start, row.shown.stop - 1
    spans = [(max(begin, first), min(end, last)) for begin, end in row.draft.moments]
    return [((a - first) / FRAME_RATE, (b - first) / FRAME_RATE) for a, b in spans if a <= b]


def _padded(draft: Draft, record: int) -> tuple[list[str], int]:
    """Spread the options over four places; places left over are empty, also in the middle, as in the benchmark."""
    rng = np.random.default_rng([record, 13])
    places = sorted(rng.permutation(4)[: len(draft.options)].tolist())
    options = [""] * 4
    for place, option in zip(places, draft.options, strict=True):
        options[place] = option
    return options, places[draft.answer]


def frames_of(episode: Episode) -> NDArray[np.uint8]:
    """Draw the frames that the video of an episode shows: (T, 192, 192, 3) uint8."""
    return np.stack(list(_drawn(episode)))


def _drawn(episode: Episode) -> Iterator[NDArray[np.uint8]]:
    return (draw(moment_of(episode.trace, frame)) for frame in episode.frames)


def _render(job: tuple[Episode, Path]) -> None:
    episode, path = job
    write_video(_drawn(episode), path)


def write_video(frames: Iterable[NDArray[np.uint8]], path: Path, *, frame_rate: int = FRAME_RATE) -> None:
    """Encode frames (H, W, 3) uint8 RGB as an H.264 file, in one step: no half file is ever seen."""
    import av

    with atomic_path(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=frame_rate)
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "20", "preset": "ultrafast", "threads": "1"}
        for number, picture in enumerate(frames):
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
