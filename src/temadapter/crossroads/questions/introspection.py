"""I: introspection. What should have been done?"""

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
    seen_longest,
    sentence,
    the,
    the_other,
)
from temadapter.crossroads.simulation.facts import Episode


def remedies(episode: Episode, who: int, other: int) -> dict[str, str]:
    """Return what `who` can be told to do so that it does not hit `other`."""
    a, b = the(episode, who), the(episode, other)
    return {
        "red light": sentence(f"{a} should have stopped at the red light"),
        "distance": sentence(f"{a} should have kept more distance to {b}"),
        "left turn": sentence(f"{a} should have let {b} pass before the left turn"),
    }


def remedy(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """How could the accident have been prevented?"""
    found = episode.culprit()
    if found is not None and episode.crash_shown:
        who, other, why = found
        mine, his = remedies(episode, who, other), remedies(episode, other, who)
        wordings = (
            "How could the accident have been prevented?",
            "What should have been done to avoid the accident?",
            "What would have avoided this accident?",
        )
        when = at(episode.crash_frame())
        yield ask("remedy", rng, wordings, mine[why], crossed(rng, mine, his, why), moments=when)


def should_wait(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle should have waited?"""
    found = episode.culprit()
    if found is not None and episode.crash_shown:
        who, other, _ = found
        cues = {
            "crossing": in_crossing_longest(episode, (who, other), who),
            "seen": seen_longest(episode, (who, other), who),
        }
        wordings = (
            "Which vehicle should have waited?",
            "Who should have slowed down to avoid the accident?",
            "Which driver is responsible for the accident?",
        )
        when, wrong = at(episode.crash_frame()), [the(episode, other)]
        yield ask("should-wait", rng, wordings, the(episode, who), wrong, cues=cues, moments=when)


def could_prevent(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Could the red car have prevented the accident by obeying its light?"""
    found = episode.culprit()
    if found is not None and episode.crash_shown and found[2] == "red light":
        wordings = (
            "Could {name} have prevented the accident by obeying the traffic light?",
            "Would the accident have been avoided if {name} had respected its traffic light?",
        )
        for v, right in ((found[0], "yes"), (found[1], "no")):
            wrong = the_other(right)
            when = at(episode.crash_frame())
            yield ask("could-prevent", rng, wordings, right, wrong, moments=when, name=the(episode, v))


def careful(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Did the red car have to wait at the crossing? Judged by the light it met."""
    for v in range(len(episode.vehicles)):
        frame = episode.ran_red(v)
        if not episode.enters_here(v):
            continue
        wordings = (
            "Should {name} have stopped before the crossing?",
            "Was {name} wrong to enter the crossing?",
        )
        right = "yes" if frame is not None else "no"
        when = at(episode.entry(v) if frame is None else frame)
        wrong = the_other(right)
        yield ask("should-stop", rng, wordings, right, wrong, moments=when, name=the(episode, v))


FAMILIES = (
    Family("remedy", "I", "motion", remedy),
    Family("should-wait", "I", "order", should_wait),
    Family("could-prevent", "I", "order", could_prevent),
    Family("should-stop", "I", "order", careful),
)
