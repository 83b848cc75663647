"""Random scenarios of every sort: plain traffic, red lights run, rear-end and turning accidents, overtaking, people.

Colours, kinds, arms, weather and time of day are drawn independently of what happens, so that none of them
tells what will happen.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from temadapter.crossroads.pretraining.stills import COATS
from temadapter.crossroads.simulation.geometry import ARMS, Arm, Turn, axis, exit_arm, opposite
from temadapter.crossroads.simulation.scene import (
    COLOURS,
    DAYTIMES,
    KINDS,
    SIZES,
    WEATHERS,
    Lights,
    Pedestrian,
    Scenario,
    Vehicle,
)

SORTS = ("flow", "stream", "runner", "rear_end", "left_turn", "overtake", "pedestrian")
_TURNS: tuple[Turn, ...] = get_args(Turn)


def sample_scenario(rng: np.random.Generator, sort: str) -> Scenario:
    """Return a random scenario; `sort` is one of `SORTS`."""
    paint = [COLOURS[i] for i in rng.permutation(len(COLOURS))]
    kinds = [KINDS[i] for i in rng.integers(len(KINDS), size=4)]
    maker = {
        "flow": _flow,
        "stream": _stream,
        "runner": _runner,
        "rear_end": _rear_end,
        "left_turn": _left_turn,
        "overtake": _overtake,
        "pedestrian": _pedestrian,
    }[sort]
    drafts, people, lights = maker(rng, kinds)
    order = rng.permutation(len(drafts))  # no meaning in the order of the vehicles
    vehicles = tuple(Vehicle(colour=paint[k], **drafts[i]) for k, i in enumerate(order))
    return Scenario(
        kind=sort,
        vehicles=vehicles,
        pedestrians=tuple(people),
        lights=lights,
        weather=WEATHERS[int(rng.integers(4))],
        daytime=DAYTIMES[int(rng.integers(2))],
        look=int(rng.integers(1 << 30)),
    )


Draft = dict[str, object]
Made = tuple[list[Draft], list[Pedestrian], Lights]


def _draft(rng: np.random.Generator, kind: str, arm: Arm, turn: Turn, start: float, **more: object) -> Draft:
    speed = float(more.pop("speed", rng.uniform(5.5, 9.5)))  # type: ignore[arg-type]
    return {"kind": kind, "arm": arm, "turn": turn, "start": float(start), "speed": speed, **more}


def _turn(rng: np.random.Generator) -> Turn:
    return _TURNS[int(rng.choice(3, p=(0.4, 0.3, 0.3)))]


def _lights(rng: np.random.Generator, *, change: tuple[float, float] | None = None) -> Lights:
    green = ("ns", "ew")[int(rng.integers(2))]
    return Lights(green, None if change is None else float(rng.uniform(*change)))  # type: ignore[arg-type]


def _bystander(rng: np.random.Generator, kind: str, taken: list[Draft]) -> list[Draft]:
    """Another vehicle on an arm that is free, or none."""
    free = [arm for arm in ARMS if arm not in [draft["arm"] for draft in taken]]
    if not free or rng.random() < 0.15:
        return []
    arm = free[int(rng.integers(len(free)))]
    return [_draft(rng, kind, arm, _turn(rng), rng.uniform(6, 22))]


def _flow(rng: np.random.Generator, kinds: list[str]) -> Made:
    """Two to four vehicles, some of which have green; the light may change."""
    lights = _lights(rng, change=(0.3, 3.5) if rng.random() < 0.5 else None)
    arms = [ARMS[i] for i in rng.permutation(4)[: int(rng.integers(2, 5))]]
    drafts = [_draft(rng, kinds[i], arm, _turn(rng), rng.uniform(7, 25)) for i, arm in enumerate(arms)]
    if len(drafts) < 4 and rng.random() < 0.35:
        first = drafts[0]
        back = float(first["start"]) + rng.uniform(10, 14)  # type: ignore[arg-type]
        drafts.append(_draft(rng, kinds[len(drafts)], first["arm"], _turn(rng), back))  # type: ignore[arg-type]
    people = []
    if rng.random() < 0.3:
        people = [_walker(rng, ARMS[int(rng.integers(4))], float(rng.uniform(0, 3)))]
    return drafts, people, lights


def _stream(rng: np.random.Generator, kinds: list[str]) -> Made:
    """Three or four vehicles one after the other, spread over ten seconds; most of them have green."""
    lights = _lights(rng, change=(2.0, 6.0) if rng.random() < 0.4 else None)
    drafts: list[Draft] = []
    for i in range(int(rng.integers(3, 5))):
        arm = ARMS[int(rng.integers(4))]
        if axis(arm) != lights.green and rng.random() < 0.6:
            arm = exit_arm(arm, "left")
        start = rng.uniform(5, 45)
        while any(abs(start - float(d["start"])) < 13 for d in drafts if d["arm"] == arm):  # type: ignore[arg-type]
            start += 13
        drafts.append(_draft(rng, kinds[i], arm, _turn(rng), start, speed=float(rng.uniform(4.5, 8))))
    return drafts, [], lights


def _walker(rng: np.random.Generator, arm: Arm, start: float) -> Pedestrian:
    side: Literal[-1, 1] = -1 if rng.random() < 0.5 else 1
    coat = COATS[int(rng.integers(len(COATS)))]
    return Pedestrian(arm, start, side, speed=float(rng.uniform(1.5, 2.4)), coat=coat)


def _runner(rng: np.random.Generator, kinds: list[str]) -> Made:
    """One vehicle runs the red light, another has green: a collision, a near miss, or nothing."""
    lights = _lights(rng)
    green = [arm for arm in ARMS if axis(arm) == lights.green]
    red = [arm for arm in ARMS if axis(arm) != lights.green]
    runner = _draft(
        rng, kinds[0], red[int(rng.integers(2))], _straight_mostly(rng), rng.uniform(12, 22), runs_red=True
    )
    spread = rng.normal(0, 0.45) if rng.random() < 0.75 else rng.uniform(1.2, 2.5) * rng.choice((-1, 1))
    victim_speed = rng.uniform(5.5, 9.5)
    arrival = (float(runner["start"]) + 4.0) / float(runner["speed"]) + spread  # type: ignore[arg-type]
    start = float(np.clip(arrival * victim_speed - 4.0, 5, 26))
    victim = _draft(
        rng, kinds[1], green[int(rng.integers(2))], _straight_mostly(rng), start, speed=float(victim_speed)
    )
    drafts = [runner, victim]
    return drafts + _bystander(rng, kinds[2], drafts), [], lights


def _straight_mostly(rng: np.random.Generator) -> Turn:
    return "straight" if rng.random() < 0.7 else ("left", "right")[int(rng.integers(2))]


def _rear_end(rng: np.random.Generator, kinds: list[str]) -> Made:
    """A driver who does not watch follows one who has to stop (or not)."""
    arm = ARMS[int(rng.integers(4))]
    stops = rng.random() < 0.7
    green = axis(arm) if not stops else ("ew" if axis(arm) == "ns" else "ns")
    lights = Lights(green)
    lead = _draft(rng, kinds[0], arm, _turn(rng), rng.uniform(7, 12))
    gap = (SIZES[kinds[0]][0] + SIZES[kinds[1]][0]) / 2 + rng.uniform(2.5, 6)  # type: ignore[index]
    tail = _draft(
        rng,
        kinds[1],
        arm,
        _turn(rng),
        float(lead["start"]) + gap,  # type: ignore[arg-type]
        tailgates=rng.random() < 0.75,
        speed=float(rng.uniform(7, 9.5)),
    )
    drafts = [lead, tail]
    return drafts + _bystander(rng, kinds[2], drafts), [], lights


def _left_turn(rng: np.random.Generator, kinds: list[str]) -> Made:
    """A vehicle turns left in front of oncoming traffic, with or without waiting."""
    arm = ARMS[int(rng.integers(4))]
    lights = Lights(axis(arm))
    turner = _draft(rng, kinds[0], arm, "left", rng.uniform(8, 18), cuts_in=rng.random() < 0.7)
    speed = float(rng.uniform(6, 9.5))
    arrival = (float(turner["start"]) + 4.5) / float(turner["speed"]) + rng.normal(0.1, 0.6)  # type: ignore[arg-type]
    start = float(np.clip(arrival * speed - 4.0, 6, 26))
    oncoming = _draft(rng, kinds[1], opposite(arm), "straight", start, speed=speed)
    drafts = [turner, oncoming]
    return drafts + _bystander(rng, kinds[2], drafts), [], lights


def _overtake(rng: np.random.Generator, kinds: list[str]) -> Made:
    """Two vehicles in one lane with green: the faster one behind overtakes, or follows."""
    arm = ARMS[int(rng.integers(4))]
    lights = Lights(axis(arm))
    start = rng.uniform(4, 9)
    slow = _draft(rng, kinds[0], arm, "straight", start, speed=float(rng.uniform(2.6, 3.6)))
    gap = (SIZES[kinds[0]][0] + SIZES[kinds[1]][0]) / 2 + rng.uniform(2.0, 5.0)  # type: ignore[index]
    passes = rng.random() < 0.75
    fast = _draft(
        rng, kinds[1], arm, "straight", start + gap, speed=float(rng.uniform(8.5, 10.5)), overtakes=passes
    )
    drafts = [slow, fast]
    others = [a for a in ARMS if axis(a) != axis(arm)]
    if rng.random() < 0.6:
        drafts.append(_draft(rng, kinds[2], others[int(rng.integers(2))], "straight", rng.uniform(8, 18)))
    return drafts, [], lights


def _pedestrian(rng: np.random.Generator, kinds: list[str]) -> Made:
    """Somebody walks over a zebra crossing that a vehicle with green wants to pass."""
    arm = ARMS[int(rng.integers(4))]
    lights = Lights(axis(arm)) if rng.random() < 0.75 else _lights(rng, change=(1.0, 3.0))
    turn = _turn(rng)
    vehicle = _draft(rng, kinds[0], arm, turn, rng.uniform(8, 16))
    where = arm if rng.random() < 0.7 else exit_arm(arm, turn)
    people = [_walker(rng, where, float(rng.uniform(-0.5, 2.0)))]
    drafts = [vehicle]
    drafts += _bystander(rng, kinds[1], drafts)
    drafts += _bystander(rng, kinds[2], drafts)
    return drafts, people, lights
