"""What a question family is, and the helpers that all families share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from temadapter.crossroads.simulation.facts import Episode

Needs = Literal["frame", "motion", "order"]
Moment = tuple[int, int]
"""First and last simulated frame of an event."""


@dataclass(frozen=True)
class Draft:
    """A question that is true of an episode; balancing decides whether it is kept.

    Attributes:
        cues: Single-frame cues by name, and whether trusting the cue would give the right answer. Balancing
            keeps every cue right as often as chance.
        moments: When what is asked about happens: first and last simulated frame of each event. None of it decides
            which questions are kept; evidence is measured against it.
    """

    family: str
    text: str
    options: tuple[str, ...]
    answer: int
    cues: tuple[tuple[str, bool], ...] = ()
    moments: tuple[Moment, ...] = ()


Writer = Callable[[Episode, np.random.Generator], Iterator[Draft]]


@dataclass(frozen=True)
class Family:
    """A sort of question.

    Attributes:
        type: U, A, I, C, F or R, as in SUTD-TrafficQA.
        needs: What it takes to answer: one "frame", "motion" (what happens), or the "order" of what happens.
        purpose: Which videos it is asked about: "whole", "forecast", "reverse", "moving" (the last two) or "any".
    """

    name: str
    type: str
    needs: Needs
    write: Writer
    purpose: str = "whole"


def ask(
    family: str,
    rng: np.random.Generator,
    wordings: Sequence[str],
    right: str,
    wrong: Sequence[str],
    *,
    cues: Mapping[str, bool] | None = None,
    most: int = 4,
    moments: Sequence[Moment] = (),
    **values: str,
) -> Draft:
    """Word a question, keep at most `most` options, and put them in random order."""
    others = [wrong[i] for i in rng.permutation(len(wrong))[: most - 1]]
    options = [right, *others]
    order = rng.permutation(len(options))
    text = wordings[int(rng.integers(len(wordings)))].format(**values)
    return Draft(
        family=family,
        text=text,
        options=tuple(options[i] for i in order),
        answer=int(np.flatnonzero(order == 0)[0]),
        cues=tuple(sorted((cues or {}).items())),
        moments=tuple(moments),
    )


def at(*frames: int | None) -> tuple[Moment, ...]:
    """Return the moments of events that take one frame each; an event that never happens has none."""
    return tuple((frame, frame) for frame in frames if frame is not None)


def crossed(rng: np.random.Generator, mine: Mapping[str, str], his: Mapping[str, str], why: str) -> list[str]:
    """Return the wrong options of {who, other} x {why, another cause}; the right one is `mine[why]`.

    Every vehicle and every cause stands in two of the four options, so that comparing the options tells nothing.

    Args:
        rng: Draws the other cause.
        mine: Sentence by cause, about the vehicle to blame.
        his: The same about the other vehicle.
        why: The true cause.
    """
    others = sorted(mine.keys() - {why})
    another = others[int(rng.integers(len(others)))]
    return [his[why], mine[another], his[another]]


def the(episode: Episode, vehicle: int) -> str:
    """Name a vehicle: "the red car"."""
    return f"the {episode.vehicles[vehicle].name}"


def the_other(right: str) -> list[str]:
    """Return the wrong options of a question whose right answer is "yes" or "no"."""
    return ["no" if right == "yes" else "yes"]


def sentence(text: str) -> str:
    """Start `text` with a capital."""
    return text[:1].upper() + text[1:]


def seen_vehicles(episode: Episode, least: int = 6) -> list[int]:
    """Return the vehicles that can be seen in at least `least` frames of the video."""
    return [i for i in range(len(episode.vehicles)) if episode.seen(i, least)]


def in_crossing_longest(episode: Episode, vehicles: Sequence[int], answer: int) -> bool:
    """A cue: is `answer` the vehicle that is in the crossing in the most frames?"""
    return max(vehicles, key=lambda v: (episode.dwell(v)["crossing"], v)) == answer


def seen_longest(episode: Episode, vehicles: Sequence[int], answer: int) -> bool:
    """A cue: is `answer` the vehicle that is in view in the most frames?"""
    return (
        max(vehicles, key=lambda v: (int(episode.in_view[episode.start : episode.stop, v].sum()), v))
        == answer
    )
