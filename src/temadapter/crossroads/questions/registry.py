"""Every question family, and all the questions that can be asked about an episode."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from temadapter.crossroads.questions import (
    attribution,
    basic,
    counterfactual,
    forecasting,
    introspection,
    reverse,
)
from temadapter.crossroads.questions.base import Draft, Family
from temadapter.crossroads.simulation.facts import Episode

FAMILIES: tuple[Family, ...] = (
    *basic.FAMILIES,
    *attribution.FAMILIES,
    *introspection.FAMILIES,
    *counterfactual.FAMILIES,
    *forecasting.FAMILIES,
    *reverse.FAMILIES,
)
FAMILY = {family.name: family for family in FAMILIES}
TYPES = ("U", "A", "I", "C", "F", "R")


def drafts(episode: Episode, rng: np.random.Generator) -> Iterator[Draft]:
    """Yield every question that can be asked about an episode."""
    groups = {"any", episode.purpose} | ({"moving"} if episode.purpose != "whole" else set())
    for family in FAMILIES:
        if family.purpose in groups:
            yield from family.write(episode, rng)
