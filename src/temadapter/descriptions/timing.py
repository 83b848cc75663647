"""Whether what a question asks about happens at some moment of the video, as far as its words tell."""

from __future__ import annotations

import re
from typing import Literal

Timing = Literal["event", "standing", "lasting", "outside"]
"""`event`: it happens, and the words do not tell when. `standing`: something stands still for a while. `lasting`: it is
always so, such as the weather. `outside`: it is yet to come, was before the video, or never happens."""

_NEVER = re.compile(r"(no|never) (?!longer\b)\w|(no ?one|nobody|nothing|none|never)\b", re.IGNORECASE)

_OUTSIDE = re.compile(
    r"\b(will|won't|going to|about to)\b|\bnext\b(?! to\b)"
    r"|\b(before|after) the (video|clip|film|footage|recording|scene)\b",
    re.IGNORECASE,
)

_HAPPENING = (
    r"(?!accident|action|activity|collision|crash|dance|event|incident|manoeuvre|maneuver|movement|trick)"
)

_LASTING = re.compile(
    r"\bcolou?rs? (is|are|was|were|do|does|did|has|have)\b"
    r"|\bweather\b|\b(day or night|night or day|time of (the )?day)\b"
    rf"|\b(kind|make|model|sort|type) of {_HAPPENING}\w+ (is|are|was|were)\b"
    r"|\bwhat (is|are) (it|they|this|that)\?",
    re.IGNORECASE,
)

_STANDING = re.compile(
    r"\b(halt(ed|s|ing)?|park(ed|s|ing)?|stand(s|ing)?|stood|stop(ped|s|ping)?|wait(ed|s|ing)?)\b",
    re.IGNORECASE,
)

_OUGHT = re.compile(r"\b(should|ought|could|must)\b", re.IGNORECASE)

_BREAKS_A_RULE_IT_KEPT = re.compile(
    r"\b(if|would)\b.*\b(ignor\w+|jump\w*|run(ning)?|ran) (a|its|the|their) red\b", re.IGNORECASE
)
"""What would have happened if it had run the light that it stood at."""


def timing(question: str, answer: str) -> Timing:
    """Tell whether the event behind an answer has a moment in the video.

    Args:
        question: The question.
        answer: The chosen option.

    Example:
        >>> timing("What will the red car do next?", "turn left")
        'outside'
        >>> timing("Why did the red car stop?", "because of a pedestrian")
        'standing'
        >>> timing("Which vehicle ran the red light?", "the blue bus")
        'event'
    """
    if _NEVER.match(answer.strip()) or _OUTSIDE.search(question):
        return "outside"
    if _LASTING.search(question):
        return "lasting"
    if _BREAKS_A_RULE_IT_KEPT.search(question):
        return "standing"
    return "standing" if _STANDING.search(question) and not _OUGHT.search(question) else "event"
