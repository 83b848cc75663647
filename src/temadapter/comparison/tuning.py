"""How a trial finds its own learning rate and number of epochs: few steps for all, more for the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from temadapter.errors import ConfigError, check_rules

LOWEST_RATE, HIGHEST_RATE = 1e-7, 1.0
IMPROVING = 0.75
"""A run whose best epoch lies in its last quarter was still improving, so a longer one is tried."""


@dataclass(frozen=True)
class Tuning:
    """The ladder that every trial climbs by its validation questions, with the first seed.

    1. Every rate is tried for `screen_epochs` on `screen_fraction` of the training videos. Where the best rate is at
       the edge of the grid, the grid is extended by a factor of ten, until it is not.
    2. The best `keep` of them train for the first number of `epochs`.
    3. The better of these trains for the next number, as long as its best epoch was in the last quarter.

    What was best on the validation questions is what the trial is compared with, for all seeds.

    Args:
        rates: Learning rates.
        epochs: Numbers of epochs, ascending.
        keep: How many rates reach the second stage.
        screen_epochs: Epochs of the first stage.
        screen_fraction: Share of the training videos in the first stage.
    """

    rates: tuple[float, ...] = (1e-4, 1e-3, 1e-2)
    epochs: tuple[int, ...] = (6, 20)
    keep: int = 2
    screen_epochs: int = 2
    screen_fraction: float = 0.25

    def __post_init__(self) -> None:
        check_rules(
            ("rates must name at least one learning rate above 0", bool(self.rates) and min(self.rates) > 0),
            (
                "epochs must be ascending numbers of at least 1",
                bool(self.epochs) and self.epochs[0] >= 1 and list(self.epochs) == sorted(set(self.epochs)),
            ),
            ("keep must be at least 1", self.keep >= 1),
            ("screen_epochs must be at least 1", self.screen_epochs >= 1),
            ("screen_fraction must be above 0 and at most 1", 0 < self.screen_fraction <= 1),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `tuning_of` reads back."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    def in_words(self) -> str:
        """Return the ladder as a clause for a report."""
        rates, epochs = ", ".join(f"{rate:g}" for rate in self.rates), " and ".join(map(str, self.epochs))
        if len(self.rates) == 1:
            return f"learning rate {rates}, {epochs} epochs"
        share = f" on {100 * self.screen_fraction:.0f} % of the training videos"
        where = "" if self.screen_fraction == 1 else share
        tried = "1 epoch" if self.screen_epochs == 1 else f"{self.screen_epochs} epochs"
        last = f"{epochs} epoch{'' if self.epochs == (1,) else 's'}"
        kept = "the best" if self.keep == 1 else f"the best {min(self.keep, len(self.rates))}"
        longer = (
            ", the longer time only where the shorter was still improving" if len(self.epochs) > 1 else ""
        )
        return (
            f"learning rates {rates} (and further where the best is at the edge) for {tried}{where}, then {kept} "
            f"for {last}{longer}"
        )


@dataclass(frozen=True)
class Choice:
    """What a trial chose.

    Attributes:
        rate: Learning rate.
        epochs: Number of epochs.
    """

    rate: float
    epochs: int

    @property
    def sets(self) -> tuple[str, ...]:
        """The settings."""
        return (f"training.learning_rate={self.rate!r}", f"training.epochs={self.epochs}")

    @property
    def slug(self) -> str:
        """The name of its folder."""
        return f"rate-{self.rate:g}-epochs-{self.epochs}"

    def __str__(self) -> str:
        return f"rate {self.rate:g}, {self.epochs} epochs"


def tuning_of(values: Any, where: str, problems: list[str]) -> Tuning | None:
    """Return the ladder that a plan's file describes; None for `false` or nothing.

    Args:
        values: A mapping of the fields of `Tuning`, `true` for its defaults, or nothing.
        where: For messages.
        problems: Every mistake is appended here as one sentence.
    """
    if values is None or values is False:
        return None
    if values is True:
        return Tuning()
    if not isinstance(values, Mapping):
        problems.append(f"{where} must be a mapping such as {{rates: [1.0e-4, 1.0e-3], epochs: [6, 20]}}")
        return None
    known = {field.name for field in fields(Tuning)}
    if unknown := [str(key) for key in values if key not in known]:
        problems.append(f"{where} has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
        return None
    try:
        own = dict(values)
        if "rates" in own:
            own["rates"] = tuple(float(rate) for rate in own["rates"])
        if "epochs" in own:
            own["epochs"] = tuple(int(count) for count in own["epochs"])
        return Tuning(**own)
    except (ConfigError, TypeError, ValueError) as error:
        problems.append(f"{where}: {error}")
        return None
