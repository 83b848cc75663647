"""A: attribution. What caused what happened?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from temadapter.crossroads.questions.base import (
    Draft,
    Family,
    ask,
    at,
    crossed,
    in_crossing_longest,
    seen_vehicles,
    sentence,
    the,
)
from temadapter.crossroads.simulation.facts import Episode


def causes(episode: Episode, who: int, other: int) -> dict[str, str]:
    """Return the causes an accident of two vehicles can have, `who` being the one to blame."""
    a, b = the(episode, who), the(episode, other)
    return {
        "red light": sentence(f"{a} ran the red light"),
        "distance": sentence(f"{a} followed {b} too closely"),
        "left turn": sentence(f"{a} turned left in front of {b}"),
    }


def cause(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """What caused the accident?"""
    found = episode.culprit()
    if found is not None and episode.crash_shown:
        who, other, why = found
        mine, his = causes(episode, who, other), causes(episode, other, who)
        wordings = (
            "What caused the accident?",
            "What might be the reason for this accident?",
            "Why did the accident happen?",
        )
        when = at(episode.crash_frame())
        yield ask("cause", rng, wordings, mine[why], crossed(rng, mine, his, why), moments=when)


def ran_red(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle ran the red light?"""
    runners = [
        v for v in seen_vehicles(episode) if (f := episode.ran_red(v)) is not None and f in episode.frames
    ]
    others = [v for v in seen_vehicles(episode, 10) if episode.ran_red(v) is None and episode.enters_here(v)]
    if len(runners) == 1 and others:
        cues = {"crossing": in_crossing_longest(episode, [*runners, *others], runners[0])}
        wordings = (
            "Which vehicle ran the red light?",
            "Who drove into the crossing although the light was red?",
            "Which driver ignored the red light?",
        )
        wrong = [the(episode, v) for v in others]
        when = at(episode.ran_red(runners[0]))
        yield ask("ran-red", rng, wordings, the(episode, runners[0]), wrong, cues=cues, moments=when)


REASON_TEXTS = {
    "red light": "because of the red light",
    "pedestrian": "because of a pedestrian",
    "vehicle ahead": "because of the vehicle ahead",
    "oncoming": "to let oncoming traffic pass",
}


def why_stopped(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Why did the red car stop?"""
    for v in seen_vehicles(episode, 15):
        why = episode.stop_reason(v)
        if why in REASON_TEXTS:
            wrong = [text for name, text in REASON_TEXTS.items() if name != why]
            wordings = (
                "Why did {name} stop?",
                "What made {name} wait?",
                "What is the reason that {name} stood still?",
            )
            yield ask(
                "why-stopped",
                rng,
                wordings,
                REASON_TEXTS[why],
                wrong,
                moments=episode.standstills(v),
                name=the(episode, v),
            )


ACCIDENTS = {
    "red light": "a side collision",
    "distance": "a rear-end collision",
    "left turn": "a left-turn collision",
}


def accident_type(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """What type of accident was it?"""
    found = episode.culprit()
    wordings = (
        "What type of accident happened in the video?",
        "Which kind of accident can be seen?",
        "How would you classify the accident?",
    )
    if found is not None and episode.crash_shown:
        right = ACCIDENTS[found[2]]
        wrong = [text for text in ACCIDENTS.values() if text != right]
        when = at(episode.crash_frame())
        yield ask("accident-type", rng, wordings[:2], right, [*wrong, "no accident"], moments=when)
    elif not episode.trace.collisions:
        yield ask("accident-type", rng, wordings[:2], "no accident", list(ACCIDENTS.values()))


FAMILIES = (
    Family("cause", "A", "motion", cause),
    Family("ran-red", "A", "order", ran_red),
    Family("why-stopped", "A", "frame", why_stopped, "any"),
    Family("accident-type", "A", "frame", accident_type),
)
