"""The crossing in metres: arms, lanes and the closed-form path of every manoeuvre.

The origin is the middle of the crossing, x points east and y north. Traffic keeps to the right. A vehicle's
place on its path is one number `s`: metres travelled since its centre passed the edge of the box (negative
before the box).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

Arm = Literal["north", "east", "south", "west"]
Turn = Literal["straight", "left", "right"]

ARMS: tuple[Arm, ...] = ("north", "east", "south", "west")
TURNS: tuple[Turn, ...] = ("straight", "left", "right")

HALF_VIEW = 16.0  # the picture shows 32 m x 32 m
LANE = 3.8  # width of a lane
LANE_CENTRE = LANE / 2
BOX = 4.2  # half side of the box where the two roads meet
ZEBRA_NEAR, ZEBRA_FAR = BOX + 0.5, BOX + 2.5  # distance of the zebra crossing from the middle
STOP_LINE = BOX + 3.0

_RIGHT_RADIUS = BOX - LANE_CENTRE
_LEFT_RADIUS = BOX + LANE_CENTRE
PATH_IN_BOX: dict[Turn, float] = {
    "straight": 2 * BOX,
    "right": math.pi / 2 * _RIGHT_RADIUS,
    "left": math.pi / 2 * _LEFT_RADIUS,
}
# Quarter turns (anticlockwise) that carry the path of a vehicle from the south onto each arm.
_QUARTERS: dict[Arm, int] = {"south": 0, "east": 1, "north": 2, "west": 3}
_CLOCKWISE: tuple[Arm, ...] = ("north", "east", "south", "west")


class Pose(NamedTuple):
    """Where something is (metres) and where it points (radians, anticlockwise from east)."""

    x: float
    y: float
    heading: float


def exit_arm(arm: Arm, turn: Turn) -> Arm:
    """Return the arm on which a vehicle that comes from `arm` leaves."""
    steps = {"straight": 2, "right": 3, "left": 1}[turn]
    return _CLOCKWISE[(_CLOCKWISE.index(arm) + steps) % 4]


def turn_between(arm: Arm, leaves: Arm) -> Turn:
    """Return the manoeuvre that leads from `arm` to `leaves`."""
    return next(turn for turn in TURNS if exit_arm(arm, turn) == leaves)


def opposite(arm: Arm) -> Arm:
    """Return the arm across the crossing."""
    return exit_arm(arm, "straight")


def axis(arm: Arm) -> Literal["ns", "ew"]:
    """Return which of the two roads `arm` belongs to."""
    return "ns" if arm in ("north", "south") else "ew"


def pose_on_path(arm: Arm, turn: Turn, s: float, offset: float = 0.0) -> Pose:
    """Return the pose at `s` metres on a path, shifted `offset` metres to the left of the driving direction."""
    x, y, heading = _from_south(turn, s)
    if offset:
        x, y = x - offset * math.sin(heading), y + offset * math.cos(heading)
    quarter = _QUARTERS[arm]
    if quarter == 0:
        return Pose(x, y, heading)
    if quarter == 1:
        return Pose(-y, x, heading + math.pi / 2)
    if quarter == 2:
        return Pose(-x, -y, heading + math.pi)
    return Pose(y, -x, heading + 3 * math.pi / 2)


def _from_south(turn: Turn, s: float) -> tuple[float, float, float]:
    if s <= 0 or turn == "straight":
        return LANE_CENTRE, -BOX + s, math.pi / 2
    length = PATH_IN_BOX[turn]
    inside, beyond = min(s, length), max(0.0, s - length)
    if turn == "right":
        angle = inside / _RIGHT_RADIUS
        x, y = BOX - _RIGHT_RADIUS * math.cos(angle), -BOX + _RIGHT_RADIUS * math.sin(angle)
        return x + beyond, y, math.pi / 2 - angle
    angle = inside / _LEFT_RADIUS
    x, y = -BOX + _LEFT_RADIUS * math.cos(angle), -BOX + _LEFT_RADIUS * math.sin(angle)
    return x - beyond, y, math.pi / 2 + angle


def boxes_touch(a: Pose, size_a: tuple[float, float], b: Pose, size_b: tuple[float, float]) -> bool:
    """Tell whether two oriented rectangles (length, width in metres) overlap: the separating axis test."""
    dx, dy = b.x - a.x, b.y - a.y
    if math.hypot(dx, dy) > (size_a[0] + size_b[0]) / 2 + 1.5:
        return False
    for pose in (a, b):
        for angle in (pose.heading, pose.heading + math.pi / 2):
            ux, uy = math.cos(angle), math.sin(angle)
            reach = _half_extent(a, size_a, ux, uy) + _half_extent(b, size_b, ux, uy)
            if abs(dx * ux + dy * uy) > reach:
                return False
    return True


def _half_extent(pose: Pose, size: tuple[float, float], ux: float, uy: float) -> float:
    cos, sin = math.cos(pose.heading), math.sin(pose.heading)
    return abs((cos * ux + sin * uy) * size[0] / 2) + abs((-sin * ux + cos * uy) * size[1] / 2)
