"""The whole campaign in one call."""

from __future__ import annotations

import itertools
import multiprocessing  # noqa: F401 (loaded before the first fork)
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fuzz import attacks, broken_annotations, broken_videos, cut_off
from fuzz.commands import prepare
from fuzz.engine import run_cases
from fuzz.outcomes import Result
from fuzz.small_world import make_world

PARTS = ("videos", "annotations", "kills", "full", "attacks")


@dataclass(frozen=True)
class Size:
    """How many cases of each kind, and from which number on."""

    videos: int = 1000
    annotations: int = 400
    kills: int = 100
    full: int = 40
    attacks: int = len(attacks.ATTACKS)
    first: int = 0


def campaign(folder: Path, size: Size, seed: int = 0) -> Iterator[Result]:
    """Yield the result of every case; the same seed gives the same cases.

    Args:
        folder: Where files are made; those of bad cases stay.
        size: How many.
        seed: Of everything random.
    """
    prepare()
    if size.videos:
        whole = broken_videos.whole_videos(folder / "whole")
        yield from run_cases(broken_videos.cases(whole, size.videos, seed, size.first), folder)
    if size.annotations:
        yield from run_cases(broken_annotations.cases(size.annotations, seed, size.first), folder)
    if size.kills or size.full:
        most = max(size.kills, size.full)
        commands = make_world(folder / "world", trained=most > 2)
        needed = list(commands)[:most]
        known = cut_off.undisturbed({name: commands[name] for name in needed}, folder / "undisturbed")
        rest = itertools.chain(
            cut_off.kills(known, size.kills, seed, size.first),
            cut_off.full_disks(known, size.full, seed, size.first),
        )
        yield from run_cases(list(rest), folder)
    if size.attacks:
        yield from run_cases(list(attacks.cases())[: size.attacks], folder)
