"""F: event forecasting. The video stops before the event."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from temadapter.crossroads.questions.base import (
    Draft,
    Family,
    ask,
    seen_longest,
    seen_vehicles,
    sentence,
    the,
    the_other,
)
from temadapter.crossroads.simulation.facts import Episode
from temadapter.crossroads.simulation.simulator import FRAME_RATE


def collide(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Will there be an accident?"""
    frame = episode.crash_frame()
    if frame is not None and not episode.stop + 2 <= frame < episode.stop + 2 * FRAME_RATE:
        return
    if frame is None and len(seen_vehicles(episode, 10)) < 2:
        return
    right = "no" if frame is None else "yes"
    wordings = (
        "Will there be an accident?",
        "Is an accident about to happen?",
        "Will two of the vehicles collide after the end of the video?",
    )
    yield ask("will-crash", rng, wordings, right, the_other(right))


def who_collides(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicles will collide?"""
    seen = seen_vehicles(episode, 8)
    frame, hit = episode.crash_frame(), episode.collision
    pairs = list(combinations(seen, 2))
    if len(pairs) < 2:
        return
    texts = {pair: _pair_text(episode, pair, rng) for pair in pairs}
    wordings = (
        "What will happen next?",
        "Which vehicles will collide?",
        "What will happen after the video ends?",
    )
    if frame is None:
        yield ask("who-crashes", rng, wordings[::2], "No vehicles will collide", list(texts.values()))
    elif hit is not None and episode.stop + 2 <= frame < episode.stop + 2 * FRAME_RATE:
        right = (hit.first, hit.second)
        if right in texts:
            wrong = [text for pair, text in texts.items() if pair != right]
            yield ask("who-crashes", rng, wordings, texts[right], [*wrong, "No vehicles will collide"])


def _pair_text(episode: Episode, pair: tuple[int, int], rng: np.random.Generator) -> str:
    a, b = (the(episode, pair[i]) for i in rng.permutation(2))
    return sentence(f"{a} and {b} will collide")


def next_in(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle will enter the crossing next?"""
    waiting = []
    for v in seen_vehicles(episode, 8):
        frame = episode.entry(v)
        if frame is not None and frame < episode.stop + 1:
            continue
        if episode.in_view[episode.stop - 1, v]:
            waiting.append((frame if frame is not None else 10_000, v))
    waiting.sort()
    if len(waiting) < 2 or waiting[0][0] == 10_000 or waiting[1][0] - waiting[0][0] < 6:
        return
    order = [v for _, v in waiting]
    wordings = (
        "Which vehicle will enter the crossing next?",
        "Which vehicle will be the next in the crossing?",
        "Who will drive into the crossing next?",
    )
    cues = {"seen": seen_longest(episode, order, order[0])}
    yield ask(
        "next-in", rng, wordings, the(episode, order[0]), [the(episode, v) for v in order[1:]], cues=cues
    )


def will_stop(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Will the red car stop before the crossing?"""
    for v in seen_vehicles(episode, 8):
        last = episode.stop - 1
        entry = episode.entry(v)
        if (
            not episode.in_view[last, v]
            or (entry is not None and entry <= last)
            or episode.trace.speed[last, v] < 2
        ):
            continue
        until = entry if entry is not None else len(episode.trace)
        stands = bool((episode.trace.speed[last:until, v] < 0.3).any())
        wordings = (
            "Will {name} stop before the crossing?",
            "Is {name} going to stop in front of the crossing?",
        )
        right = "yes" if stands else "no"
        yield ask("will-stop", rng, wordings, right, the_other(right), name=the(episode, v))


def where_next(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Where will the red car be next? It is seen on one road only, driving in or out."""
    for v in seen_vehicles(episode, 8):
        found = episode.only_on_arm(v)
        if (
            found is None
            or not episode.in_view[max(episode.start, episode.stop - 12) : episode.stop, v].any()
        ):
            continue
        arm, outward = found
        entry = episode.entry(v)
        if not outward and (entry is None or entry > episode.stop + 25):
            continue
        texts = {False: "in the crossing", True: f"farther away on the {arm} road"}
        wordings = ("Where will {name} be next?", "Where is {name} going to be after the video ends?")
        yield ask("where-next", rng, wordings, texts[outward], [texts[not outward]], name=the(episode, v))


FAMILIES = (
    Family("will-crash", "F", "motion", collide, "forecast"),
    Family("who-crashes", "F", "motion", who_collides, "forecast"),
    Family("next-in", "F", "motion", next_in, "forecast"),
    Family("will-stop", "F", "motion", will_stop, "forecast"),
    Family("where-next", "F", "order", where_next, "moving"),
)
