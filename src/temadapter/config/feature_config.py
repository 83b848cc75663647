"""Which frames a run sees, and what reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from temadapter.config.controls import Control
from temadapter.errors import ConfigError


@dataclass(frozen=True)
class FeatureConfig:
    """Which frames, and what reads them.

    Args:
        backbone: The frozen image-text model: `mini`, `hf:<repo>`, `dir:<folder>`.
        sampler: The frame sampler: `clips(8,16)`, `uniform(F)`, `fps(x)`.
        preprocessing: `crop` (shortest side, then centre), `squash` or `official` (the authors': aspect ratio
            lost); None = the backbone's own.
        store: Folder of the feature store.
        control: Train and evaluate with less than the video: `text_only`, `one_frame` (also `two_frames`,
            `four_frames`, `eight_frames`), `shuffled_frames`.
    """

    backbone: str = "mini"
    sampler: str = "clips(8,16)"
    preprocessing: Literal["crop", "squash", "official"] | None = None
    store: str = "features"
    control: Control = "none"

    def __post_init__(self) -> None:
        from temadapter.video.sampling import get_sampler

        try:
            named = get_sampler(self.sampler).name
        except ConfigError as error:
            raise ConfigError(f"sampler: {error}") from None
        # one spelling: runs are compared by it, and stores named by it
        object.__setattr__(self, "sampler", named)
