"""Drive a scenario: where everything is at every moment, and who hit whom.

Deterministic: the same `Scenario` gives the same `Trace`, which is what makes a counterfactual true. Drivers
follow the Intelligent Driver Model (Treiber et al. 2000): they keep a gap to whatever they have to stop for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from temadapter.crossroads.simulation.geometry import (
    BOX,
    LANE,
    PATH_IN_BOX,
    STOP_LINE,
    ZEBRA_FAR,
    Pose,
    axis,
    boxes_touch,
    exit_arm,
    opposite,
    pose_on_path,
)
from temadapter.crossroads.simulation.scene import Lights, Pedestrian, Scenario, Vehicle

FRAME_RATE = 10
STEPS_PER_FRAME = 1
STEP = 1.0 / (FRAME_RATE * STEPS_PER_FRAME)
YELLOW, ALL_RED = 0.8, 0.6

_ACCELERATION, _COMFORT_BRAKE, _HARD_BRAKE = 3.5, 4.0, 9.0
_GAP, _HEADWAY = 1.2, 0.5
_LATERAL_SPEED = 4.0
_STOP_S = -(STOP_LINE - BOX)  # where the front of a waiting vehicle stands
_ROAD_HALF = LANE
_NOTHING = (math.inf, 0.0, 0)  # nothing to stop for
_BRAKING = 2 * math.sqrt(_ACCELERATION * _COMFORT_BRAKE)
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Collision:
    """Vehicles `first` < `second` touched at `time` seconds at `(x, y)` metres."""

    time: float
    first: int
    second: int
    x: float
    y: float


@dataclass(frozen=True)
class Trace:
    """What happened, frame by frame (T frames at `FRAME_RATE`, V vehicles, P pedestrians).

    Attributes:
        poses: (T, V, 3) x, y in metres and heading in radians.
        s: (T, V) metres on the path; `speed`: (T, V) m/s.
        pedestrians: (T, P, 2) x, y; NaN where somebody is not on the road.
        braking: (T, V) why a vehicle brakes: 0 not at all, or a value of `REASONS`.
        collisions: in order of time.
    """

    scenario: Scenario
    poses: NDArray[np.float64]
    s: NDArray[np.float64]
    speed: NDArray[np.float64]
    pedestrians: NDArray[np.float64]
    braking: NDArray[np.int8]
    collisions: tuple[Collision, ...]

    def __len__(self) -> int:
        return len(self.s)


REASONS = {"red light": 1, "vehicle ahead": 2, "pedestrian": 3, "oncoming": 4, "crash": 5}


def light_of(lights: Lights, road: str, time: float) -> str:
    """Return "green", "yellow" or "red": the light of `road` ("ns" or "ew") at `time` seconds."""
    if lights.change is None or time < lights.change:
        return "green" if lights.green == road else "red"
    since = time - lights.change
    if lights.green == road:
        return "yellow" if since < YELLOW else "red"
    return "green" if since >= YELLOW + ALL_RED else "red"


def pedestrian_at(person: Pedestrian, time: float) -> tuple[float, float] | None:
    """Return where a pedestrian is (x, y in metres), or None while not on the road or its pavement."""
    along = -_ROAD_HALF - 1.6 + max(0.0, time - person.start) * person.speed
    if along > _ROAD_HALF + 1.6:
        return None
    across = along * person.side
    distance = (BOX + ZEBRA_FAR + 0.5) / 2
    return {
        "south": (across, -distance),
        "north": (-across, distance),
        "east": (distance, across),
        "west": (-distance, -across),
    }[person.arm]


class _Driver:
    """The changing state of one vehicle, and what about it never changes, worked out once."""

    __slots__ = (
        "crashed",
        "half",
        "leaders",
        "leaves",
        "offset",
        "oncoming",
        "path",
        "place",
        "reason",
        "road",
        "s",
        "size",
        "spin",
        "v",
        "vehicle",
    )

    def __init__(self, vehicle: Vehicle) -> None:
        self.vehicle = vehicle
        self.size = vehicle.size
        self.half = self.size[0] / 2
        self.path = PATH_IN_BOX[vehicle.turn]
        self.road, self.leaves = axis(vehicle.arm), exit_arm(vehicle.arm, vehicle.turn)
        self.s = -vehicle.start
        self.v = 0.0 if vehicle.delay > 0 else vehicle.speed
        self.offset = 0.0
        self.spin = 0.0
        self.crashed = False
        self.reason = 0
        self.leaders: tuple[_Leader, ...] = ()
        self.oncoming: tuple[_Driver, ...] = ()
        self.place = self.pose()

    def meet(self, drivers: list[_Driver]) -> None:
        """Note whom this driver may ever have to follow or to let pass."""
        mine = self.vehicle
        others = [other for other in drivers if other is not self]
        self.leaders = tuple(
            _Leader(
                other,
                (mine.size[0] + other.vehicle.size[0]) / 2,
                same_arm=other.vehicle.arm == mine.arm,
                same_turn=other.vehicle.turn == mine.turn,
                same_exit=other.leaves == self.leaves,
            )
            for other in others
            if other.vehicle.arm == mine.arm or other.leaves == self.leaves
        )
        self.oncoming = tuple(
            other
            for other in others
            if other.vehicle.arm == opposite(mine.arm) and other.vehicle.turn != "left"
        )

    @property
    def front(self) -> float:
        return self.s + self.half

    def pose(self) -> Pose:
        """Work out where the vehicle is; `place` keeps the answer until it moves."""
        x, y, heading = pose_on_path(self.vehicle.arm, self.vehicle.turn, self.s, self.offset)
        return Pose(x, y, heading + self.spin)


class _Leader(NamedTuple):
    """Another driver on the same arm or with the same exit; `reach`: half of both lengths in metres."""

    driver: _Driver
    reach: float
    same_arm: bool
    same_turn: bool
    same_exit: bool


class _Surroundings(NamedTuple):
    """What all drivers see at one moment: the light of each road, the arms somebody walks over, any wreck."""

    lights: dict[str, str]
    walked: frozenset[str]
    wrecks: bool


def simulate(scenario: Scenario, seconds: float) -> Trace:
    """Run `scenario` for `seconds` and record every frame."""
    drivers = [_Driver(vehicle) for vehicle in scenario.vehicles]
    for driver in drivers:
        driver.meet(drivers)
    frames, count = round(seconds * FRAME_RATE), len(drivers)
    walkers = np.full((frames, len(scenario.pedestrians), 2), np.nan)
    poses: list[Pose] = []
    states: list[tuple[float, float, int]] = []
    collisions: list[Collision] = []
    for step in range(frames * STEPS_PER_FRAME):
        time = step * STEP
        if step % STEPS_PER_FRAME == 0:
            poses.extend(driver.place for driver in drivers)
            states.extend((driver.s, driver.v, driver.reason) for driver in drivers)
            for i, person in enumerate(scenario.pedestrians):
                place = pedestrian_at(person, time)
                if place is not None:
                    walkers[step // STEPS_PER_FRAME, i] = place
        _move(scenario, drivers, time, wrecks=bool(collisions))
        collisions.extend(_new_collisions(drivers, time))
    s, speed, braking = np.array(states, np.float64).reshape(frames, count, 3).transpose(2, 0, 1)
    return Trace(
        scenario,
        np.array(poses, np.float64).reshape(frames, count, 3),
        np.ascontiguousarray(s),
        np.ascontiguousarray(speed),
        walkers,
        braking.astype(np.int8),
        tuple(collisions),
    )


def _move(scenario: Scenario, drivers: list[_Driver], time: float, *, wrecks: bool) -> None:
    around = _surroundings(scenario, time, wrecks)
    gaps = [_nearest_stop(drivers, driver, around) for driver in drivers]
    for driver, (gap, closing, reason) in zip(drivers, gaps, strict=True):
        if driver.crashed:
            driver.v = max(0.0, driver.v - 16.0 * STEP)
        elif time < driver.vehicle.delay:
            driver.v = 0.0
        else:
            push = _idm(driver.v, driver.vehicle.speed, gap, closing)
            driver.reason = reason if push < -0.4 or (driver.v < 0.3 and gap < 4) else 0
            driver.v = max(0.0, driver.v + push * STEP)
        driver.s += driver.v * STEP
        if driver.vehicle.overtakes and not driver.crashed:
            _shift_lane(driver, drivers)
    for driver in drivers:
        driver.place = driver.pose()


def _surroundings(scenario: Scenario, time: float, wrecks: bool) -> _Surroundings:
    walked = _NOBODY
    if scenario.pedestrians:
        walked = frozenset(
            person.arm
            for person in scenario.pedestrians
            if time >= person.start - 0.6 and pedestrian_at(person, time) is not None
        )
    lights = {"ns": light_of(scenario.lights, "ns", time), "ew": light_of(scenario.lights, "ew", time)}
    return _Surroundings(lights, walked, wrecks)


def _idm(v: float, wanted: float, gap: float, closing: float) -> float:
    free = 1 - (v / wanted) ** 4
    desired = _GAP + max(0.0, v * _HEADWAY + v * closing / _BRAKING)
    return max(-_HARD_BRAKE, _ACCELERATION * (free - (desired / max(gap, 0.1)) ** 2))


def _nearest_stop(drivers: list[_Driver], me: _Driver, around: _Surroundings) -> tuple[float, float, int]:
    """Return the gap in metres to the nearest thing to stop for, the closing speed, and the reason."""
    if me.crashed:
        return _NOTHING  # it only rolls to a stop
    vehicle, front = me.vehicle, me.front
    stops = [_NOTHING]
    if front < _STOP_S + 0.6:
        to_line = _STOP_S - front + _GAP
        light = around.lights[me.road]
        can_stop = me.v**2 / (2 * 6.0) < max(0.0, to_line)
        if not vehicle.runs_red and (light == "red" or (light == "yellow" and can_stop)):
            stops.append((to_line, me.v, REASONS["red light"]))
        if vehicle.arm in around.walked:
            stops.append((to_line, me.v, REASONS["pedestrian"]))
        blocked = around.wrecks and any(
            other.crashed and other is not me and abs(other.s) < 12 for other in drivers
        )
        if blocked and not vehicle.runs_red and not vehicle.tailgates and can_stop:
            stops.append((to_line, me.v, REASONS["crash"]))
    if around.walked and me.leaves in around.walked:
        to_exit = me.path - 0.2 - front
        if to_exit > -0.5 and front > _STOP_S:
            stops.append((to_exit + _GAP, me.v, REASONS["pedestrian"]))
    if vehicle.turn == "left" and not vehicle.cuts_in and me.s < 1.0 and _oncoming(me):
        stops.append((0.4 - front + me.size[0] * 0.25 + _GAP, me.v, REASONS["oncoming"]))
    if not vehicle.tailgates:
        stops.extend(_leaders(me))
    return min(stops)


def _oncoming(me: _Driver) -> bool:
    for other in me.oncoming:
        arrives = -other.front / max(other.v, 0.5)
        if not other.crashed and arrives < 2.4 and other.s - other.half < 6.5:
            return True
    return False


def _leaders(me: _Driver) -> list[tuple[float, float, int]]:
    """Gaps to the vehicles ahead in the same lane; a vehicle that is being overtaken is no leader."""
    found = []
    for other, reach, same_arm, same_turn, same_exit in me.leaders:
        same_entry = same_arm and (me.s < 0 or same_turn)
        my_out, his_out = me.s - me.path, other.s - other.path
        ahead = other.s - me.s if same_entry else his_out - my_out
        if not (same_entry or (same_exit and his_out > -2)) or ahead <= 0:
            continue
        if not (me.vehicle.overtakes and same_entry):
            found.append((max(ahead - reach, 0.1), me.v - other.v, REASONS["vehicle ahead"]))
    return found


def _shift_lane(driver: _Driver, drivers: list[_Driver]) -> None:
    wanted = 0.0
    for other in drivers:
        if other is driver or other.vehicle.arm != driver.vehicle.arm:
            continue
        ahead = other.s - driver.s
        reach = (other.size[0] + driver.size[0]) / 2
        if -reach - 1.0 < ahead < reach + 6.5:
            wanted = LANE * 0.92
    change = max(-_LATERAL_SPEED * STEP, min(_LATERAL_SPEED * STEP, wanted - driver.offset))
    driver.offset += change
    driver.spin = math.atan2(change / STEP, max(driver.v, 2.0)) * 0.8


def _new_collisions(drivers: list[_Driver], time: float) -> list[Collision]:
    found: list[Collision] = []
    near = [i for i, driver in enumerate(drivers) if abs(driver.place.x) <= 24 and abs(driver.place.y) <= 24]
    for number, i in enumerate(near):
        a = drivers[i]
        for j in near[number + 1 :]:
            b = drivers[j]
            if a.crashed and b.crashed:
                continue
            if boxes_touch(a.place, a.size, b.place, b.size):
                x, y = (a.place.x + b.place.x) / 2, (a.place.y + b.place.y) / 2
                found.append(Collision(time, i, j, x, y))
                for driver, sign in ((a, 1), (b, -1)):
                    driver.spin += 0.0 if driver.crashed else sign * 0.12
                    driver.crashed, driver.reason = True, REASONS["crash"]
                    driver.v *= 0.45
                    driver.place = driver.pose()
    return found
