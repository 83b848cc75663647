"""What an accuracy means, in words: whether a run can be told from a random choice and from the majority answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temadapter.evaluation.statistics import Estimate

CLUE = 0.10
"""An interval that reaches further than this from its accuracy rests on too few questions to tell much."""


def verdict(estimate: Estimate, *, chance: float, majority: float = 0.0) -> str:
    """Say that an accuracy cannot be told from what needs no video; "" where it is clearly better.

    Args:
        estimate: Accuracy with its 95 % interval.
        chance: Expected accuracy of a random choice, 0 to 1.
        majority: Accuracy of the option that is most often right in the other questions, 0 to 1.

    >>> print(verdict(Estimate(0.532, 0.448, 0.613, 143, 143), chance=0.5))
    53.2 % [44.8, 61.3] is no better than chance: a random choice gets 50.0 %.
    """
    shown = f"{_number(estimate.value)} % [{_number(estimate.low)}, {_number(estimate.high)}]"
    if estimate.high < chance:
        return (
            f"{shown} is worse than chance: a random choice gets {_number(chance)} %. Are the answers numbered as the "
            "reader takes them? `temadapter data check` shows them."
        )
    if estimate.low <= chance:
        why = f"a random choice gets {_number(chance)} %"
        return f"{shown} is no better than chance: {why}.{_few(estimate)}"
    if estimate.low <= majority:
        why = f"the option that is most often right elsewhere gets {_number(majority)} % without the video"
        return f"{shown} is no better than the majority answer: {why}.{_few(estimate)}"
    return ""


def advice(backbone: str) -> str:
    """Return what to try where a run is no better than chance."""
    text = (
        "Try more training questions or epochs, another learning rate (`temadapter compare` finds it), or another "
        "preset"
    )
    if backbone == "mini":
        text += "; on videos that are not from Crossroads another backbone "
        text += "(`--backbone hf:openai/clip-vit-base-patch32`)"
    return f"{text}."


def stored_verdict(test: Mapping[str, Any] | None) -> str:
    """Return the verdict on the block `train.test` of a run's `results.json`; "" without one."""
    if not test:
        return ""
    estimate = Estimate(**test["rows"][0]["overall"])
    return verdict(estimate, chance=test["chance"]["overall"], majority=test.get("majority", 0.0))


def _few(estimate: Estimate) -> str:
    if estimate.videos < 2:
        return " All questions are about one video or source, which tells nothing about others."
    if max(estimate.high - estimate.value, estimate.value - estimate.low) > CLUE:
        return f" {estimate.questions:,} questions are few: more would narrow the interval."
    return ""


def _number(share: float) -> str:
    return f"{100 * share:.1f}"
