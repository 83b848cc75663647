"""Balancing keeps options, words and cues right as often as chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.crossroads.questions.balance import balanced
from temadapter.crossroads.questions.base import Draft


def draft(right: int, *, cue: bool = False) -> Draft:
    return Draft("family", "Where to?", ("to the north", "to the south"), right, (("dwell", cue),))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_a_lopsided_pool_becomes_even(seed, share):
    rng = np.random.default_rng(seed)
    pool = [(i, draft(int(rng.random() < share), cue=bool(rng.random() < 0.5))) for i in range(200)]
    chosen = balanced(pool, 200, rng)
    ones = sum(item.answer for _, item in chosen)
    assert abs(ones - len(chosen) / 2) <= max(2, 0.06 * len(chosen))


def test_cues_are_at_chance():
    rng = np.random.default_rng(0)
    pool = [(i, draft(i % 2, cue=bool(rng.random() < 0.85))) for i in range(400)]
    chosen = balanced(pool, 400, rng)
    assert len(chosen) > 60
    trusted = np.mean([item.cues[0][1] for _, item in chosen])
    assert 0.42 < trusted < 0.58


def test_nothing_is_chosen_twice_and_the_limit_holds():
    pool = [(i, draft(i % 2, cue=i % 4 < 2)) for i in range(100)]
    chosen = balanced(pool, 30, np.random.default_rng(1))
    assert len(chosen) == 30
    assert len({i for i, _ in chosen}) == 30
