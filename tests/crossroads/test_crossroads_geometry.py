"""Paths, turns and the separating axis test."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.crossroads.simulation.geometry import (
    ARMS,
    PATH_IN_BOX,
    TURNS,
    Pose,
    boxes_touch,
    exit_arm,
    opposite,
    pose_on_path,
    turn_between,
)

arms, turns = st.sampled_from(ARMS), st.sampled_from(TURNS)
poses = st.builds(Pose, st.floats(-9, 9), st.floats(-9, 9), st.floats(-4, 4))
sizes = st.tuples(st.floats(1, 9), st.floats(1, 3))


@pytest.mark.parametrize(
    ("arm", "turn", "leaves"),
    [
        ("south", "straight", "north"),
        ("south", "right", "east"),
        ("south", "left", "west"),
        ("east", "left", "south"),
    ],
)
def test_exit_arm(arm, turn, leaves):
    assert exit_arm(arm, turn) == leaves
    assert turn_between(arm, leaves) == turn


@given(arms)
def test_opposite_is_its_own_inverse(arm):
    assert opposite(opposite(arm)) == arm != opposite(arm)


@given(arms, turns, st.floats(-20, 30))
def test_paths_are_continuous_and_run_at_unit_speed(arm, turn, s):
    step = 1e-4
    a, b = pose_on_path(arm, turn, s), pose_on_path(arm, turn, s + step)
    assert math.hypot(b.x - a.x, b.y - a.y) == pytest.approx(step, rel=1e-2)


@given(arms, turns)
def test_a_path_begins_and_ends_on_the_named_arms(arm, turn):
    def arm_of(pose: Pose) -> str:
        if abs(pose.y) > abs(pose.x):
            return "north" if pose.y > 0 else "south"
        return "east" if pose.x > 0 else "west"

    assert arm_of(pose_on_path(arm, turn, -10)) == arm
    assert arm_of(pose_on_path(arm, turn, PATH_IN_BOX[turn] + 10)) == exit_arm(arm, turn)


@given(poses, sizes, poses, sizes)
def test_touching_is_symmetric(a, size_a, b, size_b):
    assert boxes_touch(a, size_a, b, size_b) == boxes_touch(b, size_b, a, size_a)


def test_touching():
    car = (4.0, 2.0)
    assert boxes_touch(Pose(0, 0, 0), car, Pose(3.9, 0, 0), car)
    assert not boxes_touch(Pose(0, 0, 0), car, Pose(4.1, 0, 0), car)
    assert not boxes_touch(Pose(0, 0, 0), car, Pose(0, 2.1, 0), car)
    assert boxes_touch(Pose(0, 0, 0), car, Pose(0, 2.9, math.pi / 2), car)
