"""What a trial costs, and which trials no other beats."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from temadapter.comparison.cost import Cost, cost_of
from temadapter.plots.comparison.cost import _scale, spread
from temadapter.plots.comparison.pareto import pareto_front

entries = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=15)


@given(entries)
def test_the_front_is_what_nothing_beats(points: list[tuple[int, int]]) -> None:
    costs, values = [float(c) for c, _ in points], [float(v) for _, v in points]
    front = pareto_front(costs, values)
    assert [costs[i] for i in front] == sorted({costs[i] for i in front})
    assert [values[i] for i in front] == sorted({values[i] for i in front})

    def beaten(i: int) -> bool:
        return any(
            c <= costs[i] and v >= values[i] and (c, v) != (costs[i], values[i])
            for c, v in zip(costs, values, strict=True)
        )

    assert not any(beaten(i) for i in front)
    on_front = {(costs[i], values[i]) for i in front}
    assert all(beaten(i) or (costs[i], values[i]) in on_front for i in range(len(points)))


def test_cost_is_a_mean_over_seeds_and_what_is_not_known_stays_unknown() -> None:
    runs = [
        {
            "train": {
                "trainable_parameters": 7,
                "seconds": 2.0,
                "file_bytes": 10,
                "peak_memory": {"main_bytes": 5},
            }
        },
        {
            "train": {
                "trainable_parameters": 7,
                "seconds": 4.0,
                "file_bytes": 10,
                "peak_memory": {"main_bytes": 9},
            }
        },
    ]
    assert cost_of(runs) == Cost(7, 3.0, 10.0, 9)
    assert cost_of([{"train": {}}]) == Cost(0, 0.0, None, None)


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=20).map(lambda own: sorted(own, reverse=True)),
    st.floats(0.1, 4),
)
def test_names_keep_their_distance_and_order_and_stay_inside(places: list[float], gap: float) -> None:
    moved = spread(places, gap=gap, low=0, high=100)
    assert len(moved) == len(places)
    assert all(above - below >= gap - 1e-9 for above, below in pairwise(moved))
    assert moved[0] <= 100 + 1e-9
    assert moved[-1] >= -1e-9


@pytest.mark.parametrize("cheapest", [0, 1000])
def test_costs_stand_on_the_axis_as_plain_numbers(cheapest: int) -> None:
    axes = Figure().add_subplot()
    _scale(axes, [cheapest, 2_000_000])
    axes.figure.draw_without_rendering()
    shown = [label.get_text() for label in axes.get_xticklabels()]
    assert {"100,000", "1,000,000"} <= set(shown)
    assert not any("$" in text for text in shown)
