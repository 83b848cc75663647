"""R: reverse reasoning. What had happened before?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from temadapter.crossroads.questions.base import (
    Draft,
    Family,
    ask,
    at,
    seen_longest,
    seen_vehicles,
    sentence,
    the,
    the_other,
)
from temadapter.crossroads.simulation.facts import Episode


def before_start(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Where was the red car before the video began? It is seen on one road only, driving in or out."""
    for v in seen_vehicles(episode, 8):
        found = episode.only_on_arm(v)
        if found is None:
            continue
        arm, outward = found
        texts = {True: "in the crossing", False: f"farther away on the {arm} road"}
        wordings = (
            "Where was {name} before the video began?",
            "Where had {name} been just before the video started?",
        )
        yield ask("before-start", rng, wordings, texts[outward], [texts[not outward]], name=the(episode, v))


def had_crossed(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle had already passed the crossing before the video began?"""
    sides: dict[bool, list[int]] = {True: [], False: []}
    for v in seen_vehicles(episode, 8):
        found = episode.only_on_arm(v)
        if found is not None:
            sides[found[1]].append(v)
    if len(sides[True]) == 1 and sides[False]:
        (right,), wrong = sides[True], sides[False]
        wordings = (
            "Which vehicle had already passed the crossing before the video began?",
            "Who had driven through the crossing before the video started?",
        )
        cues = {"seen": seen_longest(episode, [right, *wrong], right)}
        yield ask(
            "had-crossed", rng, wordings, the(episode, right), [the(episode, v) for v in wrong], cues=cues
        )


def aftermath(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """The video begins after an accident: which vehicles had collided?"""
    frame, hit = episode.crash_frame(), episode.collision
    seen = seen_vehicles(episode, 12)
    if frame is None or hit is None or frame >= episode.start or len(seen) < 3:
        return
    right = (hit.first, hit.second)
    if not set(right) <= set(seen):
        return
    texts = {}
    for pair in combinations(seen, 2):
        a, b = (the(episode, pair[i]) for i in rng.permutation(2))
        texts[pair] = sentence(f"{a} and {b} had collided")
    wordings = (
        "What had happened before the video began?",
        "Which vehicles had collided before the video started?",
    )
    yield ask(
        "aftermath", rng, wordings, texts[right], [text for pair, text in texts.items() if pair != right]
    )


def had_left(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """When one vehicle entered the crossing, had the other already left it?"""
    seen = [v for v in seen_vehicles(episode, 8) if episode.enters_here(v)]
    for later in seen:
        for other in seen:
            entry, left = episode.entry(later), episode.leaving(other)
            began = episode.entry(other)
            if other == later or entry is None or began is None or not episode.drives_through(other, 3):
                continue
            if left is None or abs(left - entry) < 4:
                continue
            wordings = (
                "Had {a} already left the crossing when {b} entered it?",
                "When {b} drove into the crossing, had {a} already left it?",
            )
            right = "yes" if left < entry else "no"
            wrong = the_other(right)
            yield ask(
                "had-left",
                rng,
                wordings,
                right,
                wrong,
                moments=at(left, entry),
                a=the(episode, other),
                b=the(episode, later),
            )


def had_waited(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Had the red car been waiting or driving before the video began? Told by how it moves off."""
    for v in seen_vehicles(episode, 12):
        if not episode.in_view[episode.start, v] or any(
            v in (c.first, c.second) for c in episode.trace.collisions
        ):
            continue
        speed = episode.trace.speed[episode.start : episode.stop, v]
        if speed[-1] < 2 or 0.3 < speed[0] < 3:
            continue
        right, wrong = ("waiting", "driving") if speed[0] <= 0.3 else ("driving", "waiting")
        wordings = (
            "What had {name} been doing before the video began?",
            "Had {name} been waiting or driving before the video started?",
        )
        yield ask("had-waited", rng, wordings, right, [wrong], name=the(episode, v))


FAMILIES = (
    Family("before-start", "R", "order", before_start, "moving"),
    Family("had-crossed", "R", "order", had_crossed, "moving"),
    Family("aftermath", "R", "frame", aftermath, "reverse"),
    Family("had-left", "R", "order", had_left, "any"),
    Family("had-waited", "R", "motion", had_waited, "moving"),
)
