"""Drivers: they stop, they wait, they collide, and nothing is left to chance."""

from __future__ import annotations

import numpy as np
import pytest

from temadapter.crossroads.simulation.scenarios import SORTS, sample_scenario
from temadapter.crossroads.simulation.scene import Lights, Pedestrian, Scenario, Vehicle
from temadapter.crossroads.simulation.simulator import ALL_RED, FRAME_RATE, YELLOW, light_of, simulate


def scenario(
    *vehicles: Vehicle, green: str = "ns", people: tuple[Pedestrian, ...] = (), change=None
) -> Scenario:
    return Scenario("test", vehicles, people, Lights(green, change), "sunny", "day", 0)


def car(arm: str, *, start: float = 15, speed: float = 8, turn: str = "straight", **more) -> Vehicle:
    return Vehicle("car", more.pop("colour", "red"), arm, turn, start, speed, **more)


def test_green_lets_pass_and_red_stops():
    trace = simulate(scenario(car("south"), car("west", colour="blue")), 8)
    assert trace.s[-1, 0] > 10
    assert trace.s[-1, 1] < 0
    assert trace.speed[-1, 1] < 0.3


def test_who_runs_the_red_light_does_not_stop():
    trace = simulate(scenario(car("west", runs_red=True)), 6)
    assert trace.s[-1, 0] > 10


def test_a_crossing_collision_stops_both():
    trace = simulate(scenario(car("south"), car("west", colour="blue", runs_red=True)), 6)
    assert len(trace.collisions) == 1
    assert trace.collisions[0].first == 0
    assert trace.collisions[0].second == 1
    assert (trace.speed[-1] == 0).all()


def test_a_follower_keeps_its_distance_unless_it_tailgates():
    lead = car("west", start=8)
    assert not simulate(scenario(lead, car("west", colour="blue", start=16)), 6).collisions
    assert simulate(scenario(lead, car("west", colour="blue", start=16, tailgates=True)), 6).collisions


def test_a_pedestrian_is_let_over():
    walker = Pedestrian("south", 0.0, 1)
    with_walker = simulate(scenario(car("south"), people=(walker,)), 8)
    without = simulate(scenario(car("south")), 8)
    assert (with_walker.speed[:, 0] < 0.3).any()
    assert not (without.speed[:, 0] < 0.3).any()


def test_overtaking_changes_the_order():
    slow = car("south", start=6, speed=3)
    fast = car("south", start=14, speed=10, colour="blue", overtakes=True)
    trace = simulate(scenario(slow, fast), 6)
    assert trace.s[0, 0] > trace.s[0, 1]
    assert trace.s[-1, 0] < trace.s[-1, 1]
    assert not trace.collisions


def test_lights_go_yellow_then_both_red_then_green():
    lights = Lights("ns", 2.0)
    assert light_of(lights, "ns", 1.9) == "green"
    assert light_of(lights, "ns", 2.1) == "yellow"
    middle = 2.0 + YELLOW + ALL_RED / 2
    assert light_of(lights, "ns", middle) == light_of(lights, "ew", middle) == "red"
    assert light_of(lights, "ew", 2.1 + YELLOW + ALL_RED) == "green"


@pytest.mark.parametrize("sort", SORTS)
def test_the_same_scenario_gives_the_same_trace(sort):
    first, second = (sample_scenario(np.random.default_rng(3), sort) for _ in range(2))
    assert first == second
    a, b = simulate(first, 4), simulate(second, 4)
    assert np.array_equal(a.poses, b.poses)
    assert a.collisions == b.collisions
    assert len(a) == 4 * FRAME_RATE


def test_colours_in_a_scenario_are_unique():
    for seed in range(60):
        made = sample_scenario(np.random.default_rng(seed), SORTS[seed % len(SORTS)])
        colours = [vehicle.colour for vehicle in made.vehicles]
        assert len(set(colours)) == len(colours)


def test_a_counterfactual_changes_one_thing():
    made = scenario(car("south"), car("west", colour="blue", runs_red=True))
    assert simulate(made, 6).collisions
    assert not simulate(made.without_vehicle(1), 6).collisions
    assert not simulate(made.with_vehicle(1, runs_red=False), 6).collisions
    assert made.vehicles[1].runs_red
