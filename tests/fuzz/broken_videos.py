"""Broken videos: whatever a file holds, its frames come with true times, or a sentence says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from fuzz.byte_mutations import mutated
from fuzz.engine import Case, Verdict
from fuzz.outcomes import Outcome
from toy_backbone import ToyBackbone
from video_files import write_video

KIND = "broken videos"
SAMPLERS = ("uniform(4)", "clips(2,4)", "fps(2)")
MOST_FRAMES = 10_000
_FORMATS: dict[str, dict[str, object]] = {
    "plain.mp4": {},
    "fragments.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "sound.mp4": {"sound": True},
    "stream.ts": {},
    "matroska.mkv": {"stamps": [100 * n + n % 7 for n in range(30)]},
    "web.webm": {"codec": "libvpx"},
    "old.avi": {"codec": "mpeg4", "options": {}},
    "moving.gif": {"codec": "gif", "pixels": "rgb8", "frames": 8},
    "quicktime.mov": {"gop": 4},
}


def whole_videos(folder: Path) -> list[Path]:
    """Write one small video in each format; no picture of them is black."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_video(folder / name, **how) for name, how in _FORMATS.items()]  # type: ignore[arg-type]


def cases(videos: Sequence[Path], count: int, seed: int, first: int = 0) -> list[Case]:
    """Return `count` broken videos, each from a whole one; `first` and the seed give any of them again."""
    contents = [(video.suffix, video.read_bytes()) for video in videos]

    def case(number: int) -> Case:
        random = Random(f"{seed} {KIND} {number}")
        suffix, data = random.choice(contents)
        broken, sampler = mutated(data, random), random.choice(SAMPLERS)
        return Case(KIND, number, lambda folder: _look(folder / f"broken{suffix}", broken, sampler))

    return [case(number) for number in range(first, first + count)]


def _look(path: Path, content: bytes, sampler: str) -> Verdict:
    from temadapter.features.encode_videos import encode_video
    from temadapter.video.sampling import get_sampler

    path.write_bytes(content)
    seen = encode_video(path, ToyBackbone(), get_sampler(sampler))
    features, times = seen.features.numpy(), seen.times.numpy()
    assert 0 < len(features) == len(times) <= MOST_FRAMES, f"{len(features)} frames, {len(times)} times"
    assert np.isfinite(features).all(), "features that are not finite"
    assert np.isfinite(times).all(), f"times {times}"
    assert times.min() >= 0, f"times {times}"
    if not sampler.startswith("clips"):  # the clips of a short video overlap
        assert (np.diff(times) >= 0).all(), f"times {times}"
    if not features.any(axis=1).all() and not seen.damage:
        return Outcome.ZEROS, f"{path}: black frames and no word of damage"
    return Outcome.FINE, ""
