"""C: counterfactual inference. The scenario is simulated again without the cause; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from temadapter.crossroads.questions.base import (
    Draft,
    Family,
    ask,
    at,
    in_crossing_longest,
    seen_vehicles,
    the,
    the_other,
)
from temadapter.crossroads.questions.basic import entering
from temadapter.crossroads.simulation.facts import Episode, whole
from temadapter.crossroads.simulation.simulator import FRAME_RATE


def accident_without(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Would the accident have happened if the red car had not been there?"""
    if not episode.crash_shown:
        return
    wordings = (
        "Would the accident still have happened if {name} had not been there?",
        "Without {name}, would there have been an accident?",
        "If {name} had taken another road, would there have been an accident?",
    )
    for v in seen_vehicles(episode, 10):
        counterfactual = whole(episode.scenario.without_vehicle(v))
        right = "yes" if counterfactual.trace.collisions else "no"
        yield ask(
            "accident-without",
            rng,
            wordings,
            right,
            the_other(right),
            moments=at(episode.crash_frame()),
            name=the(episode, v),
        )


def first_without(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Which vehicle would have entered the crossing first if the first one had not been there?"""
    order = entering(episode)
    if len(order) < 3:
        return
    gone = order[0]
    counterfactual = whole(episode.scenario.without_vehicle(gone))
    rest = [v for v in order if v != gone]
    entries = {v: counterfactual.entry(v - (v > gone)) for v in rest}
    if any(frame is None for frame in entries.values()):
        return
    ranked = sorted(rest, key=lambda v: entries[v] or 0)
    if (entries[ranked[1]] or 0) - (entries[ranked[0]] or 0) < 5:
        return
    wordings = (
        "Which vehicle would have entered the crossing first if {name} had not been there?",
        "Without {name}, which vehicle would have been first in the crossing?",
    )
    cues = {"crossing": in_crossing_longest(episode, rest, ranked[0])}
    wrong = [the(episode, v) for v in ranked[1:]]
    yield ask(
        "first-without",
        rng,
        wordings,
        the(episode, ranked[0]),
        wrong,
        cues=cues,
        moments=at(*map(episode.entry, order)),
        name=the(episode, gone),
    )


def stop_without(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Would the red car have stopped if nobody had walked over the road / if the other had not been there?"""
    for v in seen_vehicles(episode, 15):
        if not episode.stands(v) or any(v in (c.first, c.second) for c in episode.trace.collisions):
            continue
        if episode.scenario.pedestrians:
            counterfactual = whole(episode.scenario.without_pedestrians())
            yield _stop_draft(rng, episode, counterfactual, v, v, "the pedestrian")
        for other in seen_vehicles(episode, 15):
            if other != v and rng.random() < 0.5:
                counterfactual = whole(episode.scenario.without_vehicle(other))
                yield _stop_draft(rng, episode, counterfactual, v, v - (v > other), the(episode, other))


def _stop_draft(
    rng: np.random.Generator, episode: Episode, counterfactual: Episode, v: int, index: int, gone: str
) -> Draft:
    window = slice(episode.start, episode.stop)
    still = (counterfactual.trace.speed[window, index] < 0.3) & counterfactual.in_view[window, index]
    right = "yes" if int(still.sum()) >= FRAME_RATE // 2 else "no"
    wordings = (
        "Would {name} still have stopped if {gone} had not been there?",
        "Without {gone}, would {name} have had to stop?",
    )
    wrong = the_other(right)
    when = episode.standstills(v)
    return ask("stop-without", rng, wordings, right, wrong, moments=when, name=the(episode, v), gone=gone)


def had_run(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """The red car waited at its light. If it had driven on, would there have been an accident?"""
    if episode.trace.collisions:
        return
    for v in seen_vehicles(episode, 15):
        if episode.stop_reason(v) == "red light" and not episode.scenario.pedestrians:
            counterfactual = whole(episode.scenario.with_vehicle(v, runs_red=True))
            hit = any(v in (c.first, c.second) for c in counterfactual.trace.collisions)
            right = "yes" if hit else "no"
            wordings = (
                "If {name} had ignored the red light, would there have been an accident?",
                "Would {name} have caused an accident by running the red light?",
            )
            wrong = the_other(right)
            when = episode.standstills(v)
            yield ask("had-run", rng, wordings, right, wrong, moments=when, name=the(episode, v))


def had_stopped(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """If the one that ran the red light had stopped, would the accident have happened?"""
    if not episode.crash_shown:
        return
    for v in seen_vehicles(episode, 10):
        me = episode.vehicles[v]
        careful = episode.scenario.with_vehicle(v, runs_red=False, tailgates=False, cuts_in=False)
        counterfactual = whole(careful)
        right = "yes" if counterfactual.trace.collisions else "no"
        changed = me.runs_red or me.tailgates or me.cuts_in
        if changed == (right == "yes"):
            continue  # the two readings of the question would disagree
        wordings = (
            "Would the accident still have happened if {name} had followed all the rules?",
            "If {name} had driven more carefully, would there have been an accident?",
        )
        wrong = the_other(right)
        when = at(episode.crash_frame())
        yield ask("had-obeyed", rng, wordings, right, wrong, moments=when, name=the(episode, v))


FAMILIES = (
    Family("accident-without", "C", "frame", accident_without),
    Family("first-without", "C", "order", first_without),
    Family("stop-without", "C", "motion", stop_without),
    Family("had-run", "C", "motion", had_run),
    Family("had-obeyed", "C", "order", had_stopped),
)
