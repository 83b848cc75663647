"""Which questions a run is about, and how their options are worded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temadapter.descriptions.describers import check_describer
from temadapter.errors import ConfigError, check_rules


@dataclass(frozen=True)
class DataConfig:
    """Which questions.

    Args:
        dataset: Folder in the SUTD-TrafficQA layout, or an annotation file; "" where the caller brings one.
        reader: Name of the reader; chosen from the content when None.
        video_dir: Folder of the videos, where the reader's own guess is wrong.
        descriptions: What the text tower reads: `rules` = event descriptions, `rules:FILE` = with the user's own
            rules first, `hf:REPO` or `dir:FOLDER` = by a model, `raw` = the options themselves; None = what
            the method is made for, and `raw` where the options are sentences already.
        training_fraction: Share of the training videos that is learned from, the same ones for every seed: for
            learning curves, and for trying settings out. The validation videos are set apart before.
        validation_fraction: Share of the training videos held out to choose the epoch.
        test_fraction: Share of the videos held out for the test, only where the data name no splits.
        limit: Use the first so many questions of each split only (for trying things out).
    """

    dataset: str = ""
    reader: str | None = None
    video_dir: str | None = None
    descriptions: str | None = None
    training_fraction: float = 1.0
    validation_fraction: float = 0.1
    test_fraction: float = 0.2
    limit: int | None = None

    def __post_init__(self) -> None:
        check_rules(
            ("training_fraction must be above 0 and at most 1", 0 < self.training_fraction <= 1),
            ("validation_fraction must be between 0 and 0.9", 0 <= self.validation_fraction <= 0.9),
            ("test_fraction must be between 0 and 0.9", 0 <= self.test_fraction <= 0.9),
            ("limit must be at least 1", self.limit is None or self.limit >= 1),
        )
        if self.descriptions is not None:
            try:
                check_describer(self.descriptions)
            except ConfigError as error:
                raise ConfigError(f"descriptions: {error}") from None


def with_rules_beside(values: dict[str, Any], file: Path) -> dict[str, Any]:
    """Return the values of a configuration file, with its rules found: a relative name may mean one beside it.

    So the folder of a run, which keeps a copy of its rules, can be moved or sent to somebody.

    Args:
        values: What the file holds.
        file: The file.
    """
    data = values.get("data")
    spec = data.get("descriptions") if isinstance(data, Mapping) else None
    if not isinstance(spec, str) or not spec.startswith("rules:"):
        return values
    own = file.parent / spec.removeprefix("rules:")
    if not own.is_file():
        return values
    return {**values, "data": {**values["data"], "descriptions": f"rules:{own}"}}
