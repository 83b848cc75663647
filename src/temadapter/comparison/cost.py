"""What a trial costs: trained parameters, the size of its file, time and memory of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any


@dataclass(frozen=True)
class Cost:
    """What a trial costs, over its seeds.

    Attributes:
        parameters: How many are trained; 0 where nothing is.
        seconds: Of training, on the clock, mean; 0 where nothing is trained.
        file_bytes: Size of the weights' file, mean; None where the runs do not say.
        peak_bytes: The most main memory that a run held; None where the runs do not say.
    """

    parameters: int
    seconds: float
    file_bytes: float | None
    peak_bytes: int | None


def cost_of(results: Sequence[Mapping[str, Any]]) -> Cost:
    """Return what the runs of a trial cost.

    Args:
        results: Contents of their `results.json`, at least one.
    """
    train = [own["train"] for own in results]
    sizes = [own["file_bytes"] for own in train if "file_bytes" in own]
    peaks = [own["peak_memory"]["main_bytes"] for own in train if "main_bytes" in own.get("peak_memory", {})]
    return Cost(
        parameters=max(own.get("trainable_parameters", 0) for own in train),
        seconds=fmean(own.get("seconds", 0.0) for own in train),
        file_bytes=fmean(sizes) if sizes else None,
        peak_bytes=max(peaks, default=None),
    )
