"""From scenarios to episodes: what part of a simulation a video shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from temadapter.crossroads.questions.registry import FAMILY
from temadapter.crossroads.simulation.facts import Episode, Purpose, run
from temadapter.crossroads.simulation.geometry import PATH_IN_BOX
from temadapter.crossroads.simulation.scenarios import sample_scenario
from temadapter.crossroads.simulation.simulator import FRAME_RATE, Trace

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
WHOLE_SECONDS = 6.0
PURPOSE_WEIGHTS = (0.42, 0.32, 0.26)
_CRASHES = ("runner", "runner", "rear_end", "left_turn")


@dataclass(frozen=True)
class Target:
    """What a video is looked for: a question family with a right answer that starts so, in scenarios of some sorts."""

    family: str
    answer: str
    sorts: tuple[str, ...]


# Targets are drawn evenly, so that rare events are as frequent as common ones.
TARGETS: dict[Purpose, tuple[Target, ...]] = {
    "whole": (
        Target("accident-type", "a side", ("runner",)),
        Target("accident-type", "a side", ("runner",)),
        Target("accident-type", "a rear", ("rear_end",)),
        Target("accident-type", "a left", ("left_turn",)),
        Target("accident-type", "no", (*_CRASHES, "flow")),
        Target("ran-red", "", ("runner",)),
        Target("why-stopped", "because of a pedestrian", ("pedestrian",)),
        Target("why-stopped", "because of the vehicle", ("flow", "rear_end")),
        Target("why-stopped", "to let", ("left_turn",)),
        Target("had-run", "yes", ("flow", "pedestrian", "stream")),
        Target("overtaking", "", ("overtake",)),
        Target("overtaking", "", ("overtake",)),
        Target("first-in", "", ("flow", "stream", "runner")),
        Target("turn", "", ("flow", "stream")),
        Target("order-in", "", ("flow", "stream", "runner", "left_turn")),
        Target("came-from", "", ("flow", "stream")),
    ),
    "forecast": (
        Target("will-crash", "yes", _CRASHES),
        Target("who-crashes", "The", _CRASHES),
        Target("who-crashes", "The", _CRASHES),
        Target("will-crash", "no", (*_CRASHES, "flow")),
        Target("next-in", "", ("flow", "stream")),
        Target("next-in", "", ("flow", "stream")),
        Target("will-stop", "yes", ("flow", "stream", "pedestrian")),
        Target("will-stop", "no", ("flow", "stream", "runner")),
        Target("where-next", "in", ("flow", "stream", "runner")),
        Target("where-next", "farther", ("flow", "stream")),
    ),
    "reverse": (
        Target("before-start", "farther", ("flow", "stream")),
        Target("had-crossed", "", ("stream",)),
        Target("had-crossed", "", ("stream",)),
        Target("aftermath", "", _CRASHES),
        Target("aftermath", "", _CRASHES),
        Target("had-waited", "waiting", ("flow", "stream")),
        Target("had-left", "yes", ("flow", "stream")),
        Target("had-left", "no", ("flow", "stream")),
    ),
}
_TRIES = 25


def sample_episode(rng: np.random.Generator, purpose: Purpose) -> Episode:
    """Return a random episode of a purpose, one about which a randomly chosen target question can be asked."""
    targets = TARGETS[purpose]
    target = targets[int(rng.integers(len(targets)))]
    for _ in range(_TRIES):
        episode = any_episode(rng, purpose, target.sorts)
        for draft in FAMILY[target.family].write(episode, rng):
            if draft.options[draft.answer].startswith(target.answer):
                return episode
    return episode


def any_episode(rng: np.random.Generator, purpose: Purpose, sorts: tuple[str, ...]) -> Episode:
    """Return a random episode: a scenario, simulated, and the window a video of that purpose shows.

    "whole": the first six seconds. "forecast": ends before an accident or at a random moment. "reverse": begins
    after an accident, or when the light has changed or a vehicle has just left.
    """
    while True:
        trace = run(sample_scenario(rng, sorts[int(rng.integers(len(sorts)))]))
        crash = round(trace.collisions[0].time * FRAME_RATE) if trace.collisions else None
        if purpose == "whole":
            start, stop = 0, round(WHOLE_SECONDS * FRAME_RATE)
        elif purpose == "forecast":
            start, stop = (
                _passing(rng, trace) if crash is None and rng.random() < 0.45 else _before(rng, crash)
            )
        else:
            start, stop = _after(rng, crash) if crash is not None else _passing(rng, trace)
        if min(stop, len(trace)) - start >= 16:
            return Episode(trace, start, min(stop, len(trace)), purpose)


def _before(rng: np.random.Generator, crash: int | None) -> tuple[int, int]:
    if crash is None:
        start = int(rng.integers(0, 24))
        return start, start + int(rng.integers(17, 30))
    return 0, min(crash - int(rng.integers(5, 13)), 40)


def _after(rng: np.random.Generator, crash: int) -> tuple[int, int]:
    start = crash + int(rng.integers(6, 16))
    return start, start + int(rng.integers(24, 36))


def _passing(rng: np.random.Generator, trace: Trace) -> tuple[int, int]:
    """A window that begins when the light has changed, when a vehicle has just left, or at a random moment."""
    start = int(rng.integers(0, 40))
    paths = np.array([PATH_IN_BOX[vehicle.turn] for vehicle in trace.scenario.vehicles])
    outside = (trace.s > paths + 2.4) & (trace.s < paths + 5)
    change = trace.scenario.lights.change
    if change is not None and rng.random() < 0.6:
        start = round(change * FRAME_RATE) + int(rng.integers(6, 15))
    elif rng.random() < 0.7 and outside.any():
        v = int(rng.choice(np.flatnonzero(outside.any(0))))
        start = int(np.argmax(outside[:, v]))
    return start, min(start + int(rng.integers(20, 34)), len(trace))
