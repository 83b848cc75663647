"""Questions: well formed, of all types, described by a rule, true when the simulation is run again."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from temadapter.crossroads.questions.base import Draft
from temadapter.crossroads.questions.registry import FAMILIES, FAMILY, TYPES, drafts
from temadapter.crossroads.simulation.episodes import PURPOSE_WEIGHTS, PURPOSES, sample_episode
from temadapter.crossroads.simulation.facts import Episode, whole
from temadapter.crossroads.simulation.geometry import exit_arm
from temadapter.descriptions.engine import apply_rules_all
from temadapter.descriptions.rules.crossroads import RULES


@functools.cache
def samples() -> tuple[tuple[Episode, tuple[Draft, ...]], ...]:
    made = []
    for number in range(60):
        rng = np.random.default_rng([5, number])
        episode = sample_episode(rng, PURPOSES[int(rng.choice(3, p=PURPOSE_WEIGHTS))])
        made.append((episode, tuple(drafts(episode, rng))))
    return tuple(made)


def all_drafts() -> list[tuple[Episode, Draft]]:
    return [(episode, draft) for episode, found in samples() for draft in found]


def vehicle(episode: Episode, text: str) -> int:
    return next(i for i, v in enumerate(episode.vehicles) if v.name in text)


def test_all_six_types_and_more_than_twenty_families():
    assert {family.type for family in FAMILIES} == set(TYPES)
    assert len(FAMILY) == len(FAMILIES) >= 20
    assert {FAMILY[draft.family].type for _, draft in all_drafts()} == set(TYPES)


def test_options_are_distinct_and_the_answer_is_one_of_them():
    for _, draft in all_drafts():
        assert 2 <= len(draft.options) <= 4
        assert len(set(draft.options)) == len(draft.options)
        assert 0 <= draft.answer < len(draft.options)


def test_every_question_has_a_rule_and_every_option_its_own_description():
    for _, draft in all_drafts():
        described = apply_rules_all(RULES, draft.text, draft.options)
        assert all(described), draft.text
        assert len(set(described)) == len(described), described


def test_wording_varies():
    texts = {draft.text for _, draft in all_drafts() if draft.family == "weather"}
    assert len(texts) >= 2


def test_came_from_agrees_with_the_first_and_last_place_seen():
    checked = 0
    for episode, draft in all_drafts():
        if draft.family in ("came-from", "went-to"):
            v = vehicle(episode, draft.text)
            poses = episode.trace.poses[episode.start : episode.stop, v, :2][
                episode.in_view[episode.start : episode.stop, v]
            ]
            x, y = poses[0 if draft.family == "came-from" else -1]
            arm = ("north" if y > 0 else "south") if abs(y) > abs(x) else ("east" if x > 0 else "west")
            assert draft.options[draft.answer].endswith(arm)
            checked += 1
    assert checked > 5


def test_a_turn_is_told_from_the_same_two_roads():
    for episode, draft in all_drafts():
        if draft.family == "turn":
            me = episode.vehicles[vehicle(episode, draft.text)]
            assert draft.options[draft.answer] == me.turn
            assert exit_arm(me.arm, me.turn) != me.arm


def test_forecasts_end_before_the_accident_and_reverse_questions_begin_after_it():
    for episode, draft in all_drafts():
        crash = episode.crash_frame()
        if draft.family in ("will-crash", "who-crashes") and crash is not None:
            assert episode.stop <= crash
        if draft.family == "aftermath":
            assert crash is not None
            assert crash < episode.start


def test_counterfactuals_are_what_the_simulation_says():
    checked = 0
    for episode, draft in all_drafts():
        if draft.family == "accident-without":
            gone = vehicle(episode, draft.text)
            again = whole(episode.scenario.without_vehicle(gone))
            assert draft.options[draft.answer] == ("yes" if again.trace.collisions else "no")
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("purpose", PURPOSES)
def test_episodes_are_deterministic(purpose):
    first, second = (sample_episode(np.random.default_rng(8), purpose) for _ in range(2))
    assert first.scenario == second.scenario
    assert (first.start, first.stop) == (second.start, second.stop)
    assert [*drafts(first, np.random.default_rng(1))] == [*drafts(second, np.random.default_rng(1))]
