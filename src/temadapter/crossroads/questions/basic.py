"""U: basic understanding. What is there, and what does it do?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from temadapter.crossroads.questions.base import (
    Draft,
    Family,
    ask,
    at,
    in_crossing_longest,
    seen_longest,
    seen_vehicles,
    sentence,
    the,
)
from temadapter.crossroads.simulation.facts import Episode
from temadapter.crossroads.simulation.geometry import exit_arm
from temadapter.crossroads.simulation.scene import COLOURS, DAYTIMES, KINDS, WEATHERS


def colour_of(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """What colour is the bus?"""
    present = [v for v in range(len(episode.vehicles)) if episode.seen(v, 1)]
    kinds = Counter(episode.vehicles[v].kind for v in present)
    for v in seen_vehicles(episode, 20):
        me = episode.vehicles[v]
        if kinds[me.kind] == 1:
            wrong = [colour for colour in COLOURS if colour != me.colour]
            wordings = (
                "What colour is the {kind}?",
                "Which colour does the {kind} have?",
                "The {kind} in the video: what colour is it?",
            )
            yield ask("colour", rng, wordings, me.colour, wrong, kind=me.kind)


def kind_of(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """What kind of vehicle is the red one?"""
    for v in seen_vehicles(episode, 20):
        me = episode.vehicles[v]
        wrong = [f"a {kind}" for kind in KINDS if kind != me.kind]
        wordings = (
            "What kind of vehicle is the {colour} one?",
            "The {colour} vehicle: what is it?",
            "Which type of vehicle is {colour}?",
        )
        yield ask("object", rng, wordings, f"a {me.kind}", wrong, colour=me.colour)


def weather(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """What is the weather like?"""
    right = episode.scenario.weather
    wordings = (
        "What is the weather like?",
        "How is the weather in this video?",
        "Which weather does the video show?",
    )
    yield ask("weather", rng, wordings, right, [w for w in WEATHERS if w != right])


def daytime(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Is it day or night?"""
    right = episode.scenario.daytime
    wordings = ("Is it day or night?", "At what time of day was this recorded?")
    yield ask("daytime", rng, wordings, right, [d for d in DAYTIMES if d != right])


def _longer(one: int, other: int, rng: np.random.Generator) -> bool:
    return one > other or (one == other and bool(rng.random() < 0.5))


def came_from(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Where did the red car come from? Both roads are seen; only the order tells."""
    wordings = (
        "Where did {name} come from?",
        "From which road did {name} come?",
        "Which road did {name} come from before it reached the crossing?",
    )
    yield from _passage(episode, rng, "came-from", wordings, "from")


def went_to(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Where did the red car go? Both roads are seen; only the order tells."""
    wordings = (
        "Where did {name} go?",
        "On which road did {name} leave the crossing?",
        "Towards which road did {name} drive?",
    )
    yield from _passage(episode, rng, "went-to", wordings, "to")


def _passage(
    episode: Episode, rng: np.random.Generator, family: str, wordings: tuple[str, ...], preposition: str
) -> Iterator[Draft]:
    for v in seen_vehicles(episode):
        if episode.drives_through(v):
            me = episode.vehicles[v]
            right, wrong = me.arm, exit_arm(me.arm, me.turn)
            if preposition == "to":
                right, wrong = wrong, right
            dwell = episode.dwell(v)
            cues = {"dwell": _longer(dwell[right], dwell[wrong], rng)}
            options = (f"{preposition} the {right}", [f"{preposition} the {wrong}"])
            entry, leaving = episode.entry(v), episode.leaving(v)
            assert entry is not None  # it drives through
            assert leaving is not None
            when = (episode.start, entry) if preposition == "from" else (leaving, episode.stop - 1)
            yield ask(family, rng, wordings, *options, cues=cues, moments=[when], name=the(episode, v))


def turned(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Did the red car turn left or right? The same two roads are seen either way."""
    for v in seen_vehicles(episode):
        me = episode.vehicles[v]
        if me.turn != "straight" and episode.drives_through(v):
            dwell = episode.dwell(v)
            cues = {"dwell": (dwell[me.arm] > dwell[exit_arm(me.arm, me.turn)]) == (me.turn == "left")}
            wordings = (
                "Which way did {name} turn?",
                "In which direction did {name} turn at the crossing?",
                "Did {name} turn left or right?",
            )
            wrong = ["right" if me.turn == "left" else "left"]
            entry, leaving = episode.entry(v), episode.leaving(v)
            assert entry is not None  # it drives through
            assert leaving is not None
            when = [(entry, leaving)]
            yield ask("turn", rng, wordings, me.turn, wrong, cues=cues, moments=when, name=the(episode, v))


def entering(episode: Episode, apart: int = 5) -> list[int]:
    """Return the vehicles that are shown to enter the crossing, in order, each `apart` frames after the last."""
    found = sorted((episode.entry(v), v) for v in seen_vehicles(episode) if episode.enters_here(v))
    spaced: list[tuple[int, int]] = []
    for frame, v in found:
        assert frame is not None
        if not spaced or frame - spaced[-1][0] >= apart:
            spaced.append((frame, v))
    return [v for _, v in spaced]


def first_in(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle entered the crossing first?"""
    order = entering(episode)
    if len(order) >= 2:
        wordings = (
            "Which vehicle entered the crossing first?",
            "Which of the vehicles was first in the crossing?",
            "Who drove into the crossing first?",
        )
        cues = {
            "crossing": in_crossing_longest(episode, order, order[0]),
            "seen": seen_longest(episode, order, order[0]),
        }
        wrong = [the(episode, v) for v in order[1:]]
        when = at(episode.entry(order[0]))
        yield ask("first-in", rng, wordings, the(episode, order[0]), wrong, cues=cues, moments=when)


def order_in(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """In which order did the vehicles enter the crossing?"""
    order = entering(episode)[:3]
    if len(order) >= 2:
        names = [the(episode, v) for v in order]
        right = " before ".join(names)
        swapped = {" before ".join(names[i] for i in rng.permutation(len(names))) for _ in range(12)} - {
            right
        }
        wordings = (
            "In which order did the vehicles enter the crossing?",
            "How did the vehicles drive into the crossing, one after the other?",
        )
        when = at(*map(episode.entry, order))
        yield ask("order-in", rng, wordings, right, sorted(swapped), moments=when)


def overtook(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle overtook the other?"""
    pair = episode.overtaking()
    if pair is not None:
        who, other = the(episode, pair[0]), the(episode, pair[1])
        wordings = (
            "Which vehicle overtook the other?",
            "Who overtook whom?",
            "What happened between {a} and {b}?",
        )
        names = sorted((who, other))
        yield ask(
            "overtaking",
            rng,
            wordings,
            sentence(f"{who} overtook {other}"),
            [sentence(f"{other} overtook {who}")],
            moments=at(episode.passed(*pair)),
            a=names[0],
            b=names[1],
        )


FAMILIES = (
    Family("colour", "U", "frame", colour_of, "any"),
    Family("object", "U", "frame", kind_of, "any"),
    Family("weather", "U", "frame", weather, "any"),
    Family("daytime", "U", "frame", daytime, "any"),
    Family("came-from", "U", "order", came_from),
    Family("went-to", "U", "order", went_to),
    Family("turn", "U", "order", turned),
    Family("first-in", "U", "order", first_in),
    Family("order-in", "U", "order", order_in),
    Family("overtaking", "U", "order", overtook),
)
