"""The sentences that a method's reader asks for, as rows of the table of text features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from temadapter.methods.extra_texts import NOTHING, ExtraTexts, Reader


def extra_texts(
    option_texts: Sequence[Sequence[str]], features: Tensor, known: Mapping[str, int], reader: Reader
) -> ExtraTexts:
    """Return what a reader asks for.

    Args:
        option_texts: For each question the texts of its own options.
        features: (S, D), of every sentence that is asked for.
        known: The row of each sentence.
        reader: Of the method.
    """
    rows = {**known, "": NOTHING}
    readings = {text: reader(text) for text in dict.fromkeys(("", *(t for own in option_texts for t in own)))}
    groups = {shared: i for i, shared in enumerate(dict.fromkeys(r.shared for r in readings.values()))}
    widest = max((len(own) for own in option_texts), default=2)
    padded = [[readings[t] for t in (*own, *[""] * (widest - len(own)))] for own in option_texts]
    return ExtraTexts(
        features=features,
        own=torch.tensor([[[rows[t] for t in r.own] for r in question] for question in padded]),
        group=torch.tensor([[groups[r.shared] for r in question] for question in padded]),
        groups=torch.tensor([[rows[t] for t in shared] for shared in groups]),
    )


def rows_of(extra: ExtraTexts, rows: Tensor, width: int | None = None) -> ExtraTexts:
    """Return what some questions read, of their first `width` options."""
    return replace(extra, own=extra.own[rows, :width], group=extra.group[rows, :width])


def moved(extra: ExtraTexts | None, features: Tensor, device: torch.device) -> ExtraTexts | None:
    """Return the same rows on `device`, of a table that lies there already."""
    if extra is None:
        return None
    own, group, groups = (part.to(device) for part in (extra.own, extra.group, extra.groups))
    return ExtraTexts(features, own, group, groups)
