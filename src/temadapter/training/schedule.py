"""The learning rate as a function of how far training is: nothing to keep, so nothing to resume."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.config.training_config import TrainingConfig


def learning_rate(config: TrainingConfig, *, step: int, steps_per_epoch: int) -> float:
    """Return the learning rate of optimizer step `step` (from 0).

    `halve`: half of it after every `halve_every` epochs, as the authors do (docs/method.md section 6).
    `cosine`: half a cosine from the full rate to 0 over the steps behind the warm-up. `constant`: always the full
    rate. Over the share `warmup` of all steps it rises to that in equal parts.
    """
    total = config.epochs * steps_per_epoch
    rising = config.warmup * total
    if step < rising:
        return config.learning_rate * min(1.0, (step + 1) / rising)
    if config.schedule == "halve":
        return config.learning_rate * 0.5 ** (step // steps_per_epoch // config.halve_every)
    if config.schedule == "cosine":
        progress = (step - rising) / (total - rising)
        return config.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))
    return config.learning_rate
