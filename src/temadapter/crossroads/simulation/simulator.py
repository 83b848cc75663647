"""Drive a scenario: where everything is at every moment, and who hit whom.

Deterministic: the same `Scenario` gives the same `Trace`, which is what makes a counterfactual true. Drivers
follow the Intelligent Driver Model (Treiber et al. 2000): they keep a gap to whatever they have to stop for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    """The changing state of one vehicle."""

    def __init__(self, vehicle: Vehicle) -> None:
        self.vehicle = vehicle
        self.s = -vehicle.start
        self.v = 0.0 if vehicle.delay > 0 else vehicle.speed
        self.offset = 0.0
        self.spin = 0.0
        self.crashed = False
        self.reason = 0

    @property
    def front(self) -> float:
        return self.s + self.vehicle.size[0] / 2

    def pose(self) -> Pose:
        base = pose_on_path(self.vehicle.arm, self.vehicle.turn, self.s, self.offset)
        return Pose(base.x, base.y, base.heading + self.spin)


def simulate(scenario: Scenario, seconds: float) -> Trace:
    """Run `scenario` for `seconds` and record every frame."""
    drivers = [_Driver(vehicle) for vehicle in scenario.vehicles]
    frames = round(seconds * FRAME_RATE)
    count, people = len(drivers), len(scenario.pedestrians)
    poses = np.zeros((frames, count, 3))
    s, speed = np.zeros((frames, count)), np.zeros((frames, count))
    walkers = np.full((frames, people, 2), np.nan)
    braking = np.zeros((frames, count), dtype=np.int8)
    collisions: list[Collision] = []
    for step in range(frames * STEPS_PER_FRAME):
        time = step * STEP
        if step % STEPS_PER_FRAME == 0:
            frame = step // STEPS_PER_FRAME
            for i, driver in enumerate(drivers):
                poses[frame, i] = driver.pose()
                s[frame, i], speed[frame, i], braking[frame, i] = driver.s, driver.v, driver.reason
            for i, person in enumerate(scenario.pedestrians):
                place = pedestrian_at(person, time)
                if place is not None:
                    walkers[frame, i] = place
        _move(scenario, drivers, time)
        collisions.extend(_new_collisions(drivers, time))
    return Trace(scenario, poses, s, speed, walkers, braking, tuple(collisions))


def _move(scenario: Scenario, drivers: list[_Driver], time: float) -> None:
    gaps = [_nearest_stop(scenario, drivers, i, time) for i in range(len(drivers))]
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
        _shift_lane(driver, drivers)


def _idm(v: float, wanted: float, gap: float, closing: float) -> float:
    free = 1 - (v / wanted) ** 4
    desired = _GAP + max(0.0, v * _HEADWAY + v * closing / (2 * math.sqrt(_ACCELERATION * _COMFORT_BRAKE)))
    return max(-_HARD_BRAKE, _ACCELERATION * (free - (desired / max(gap, 0.1)) ** 2))


def _nearest_stop(
    scenario: Scenario, drivers: list[_Driver], index: int, time: float
) -> tuple[float, float, int]:
    """Return the gap in metres to the nearest thing to stop for, the closing speed, and the reason."""
    me = drivers[index]
    vehicle = me.vehicle
    stops: list[tuple[float, float, int]] = [(math.inf, 0.0, 0)]
    to_line = _STOP_S - me.front + _GAP
    before_line = me.front < _STOP_S + 0.6
    if before_line:
        light = light_of(scenario.lights, axis(vehicle.arm), time)
        can_stop = me.v**2 / (2 * 6.0) < max(0.0, to_line)
        if not vehicle.runs_red and (light == "red" or (light == "yellow" and can_stop)):
            stops.append((to_line, me.v, REASONS["red light"]))
        if _somebody_walks(scenario, vehicle.arm, time):
            stops.append((to_line, me.v, REASONS["pedestrian"]))
        blocked = any(other.crashed and other is not me and abs(other.s) < 12 for other in drivers)
        if blocked and not vehicle.runs_red and not vehicle.tailgates and can_stop:
            stops.append((to_line, me.v, REASONS["crash"]))
    leaves = exit_arm(vehicle.arm, vehicle.turn)
    to_exit = PATH_IN_BOX[vehicle.turn] - 0.2 - me.front
    if to_exit > -0.5 and me.front > _STOP_S and _somebody_walks(scenario, leaves, time):
        stops.append((to_exit + _GAP, me.v, REASONS["pedestrian"]))
    if vehicle.turn == "left" and not vehicle.cuts_in and me.s < 1.0 and _oncoming(drivers, me):
        stops.append((0.4 - me.front + vehicle.size[0] * 0.25 + _GAP, me.v, REASONS["oncoming"]))
    if not vehicle.tailgates:
        stops.extend(_leaders(drivers, me))
    return min(stops)


def _somebody_walks(scenario: Scenario, arm: str, time: float) -> bool:
    for person in scenario.pedestrians:
        if person.arm == arm and time >= person.start - 0.6 and pedestrian_at(person, time) is not None:
            return True
    return False


def _oncoming(drivers: list[_Driver], me: _Driver) -> bool:
    for other in drivers:
        if other is me or other.vehicle.arm != opposite(me.vehicle.arm) or other.vehicle.turn == "left":
            continue
        arrives = -other.front / max(other.v, 0.5)
        if not other.crashed and arrives < 2.4 and other.s - other.vehicle.size[0] / 2 < 6.5:
            return True
    return False


def _leaders(drivers: list[_Driver], me: _Driver) -> list[tuple[float, float, int]]:
    """Gaps to the vehicles ahead in the same lane; a vehicle that is being overtaken is no leader."""
    found = []
    mine = me.vehicle
    for other in drivers:
        if other is me:
            continue
        his = other.vehicle
        same_entry = his.arm == mine.arm and (me.s < 0 or his.turn == mine.turn)
        my_out, his_out = me.s - PATH_IN_BOX[mine.turn], other.s - PATH_IN_BOX[his.turn]
        same_exit = exit_arm(his.arm, his.turn) == exit_arm(mine.arm, mine.turn) and his_out > -2
        ahead = other.s - me.s if same_entry else his_out - my_out
        if not (same_entry or same_exit) or ahead <= 0 or (mine.overtakes and same_entry):
            continue
        gap = ahead - (mine.size[0] + his.size[0]) / 2
        found.append((max(gap, 0.1), me.v - other.v, REASONS["vehicle ahead"]))
    return found


def _shift_lane(driver: _Driver, drivers: list[_Driver]) -> None:
    if not driver.vehicle.overtakes or driver.crashed:
        return
    wanted = 0.0
    for other in drivers:
        if other is driver or other.vehicle.arm != driver.vehicle.arm:
            continue
        ahead = other.s - driver.s
        reach = (other.vehicle.size[0] + driver.vehicle.size[0]) / 2
        if -reach - 1.0 < ahead < reach + 6.5:
            wanted = LANE * 0.92
    change = max(-_LATERAL_SPEED * STEP, min(_LATERAL_SPEED * STEP, wanted - driver.offset))
    driver.offset += change
    driver.spin = math.atan2(change / STEP, max(driver.v, 2.0)) * 0.8


def _new_collisions(drivers: list[_Driver], time: float) -> list[Collision]:
    found = []
    for i, a in enumerate(drivers):
        for j in range(i + 1, len(drivers)):
            b = drivers[j]
            if a.crashed and b.crashed:
                continue
            pose_a, pose_b = a.pose(), b.pose()
            if max(abs(pose_a.x), abs(pose_a.y), abs(pose_b.x), abs(pose_b.y)) > 24:
                continue
            if boxes_touch(pose_a, a.vehicle.size, pose_b, b.vehicle.size):
                found.append(Collision(time, i, j, (pose_a.x + pose_b.x) / 2, (pose_a.y + pose_b.y) / 2))
                for driver, sign in ((a, 1), (b, -1)):
                    driver.spin += 0.0 if driver.crashed else sign * 0.12
                    driver.crashed, driver.reason = True, REASONS["crash"]
                    driver.v *= 0.45
    return found
